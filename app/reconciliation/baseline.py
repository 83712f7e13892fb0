"""Go-live (rules.md C8, C13): every membership of the day becomes a right with source legacy, attested afterwards.

Without it the first night would find everything, and the detector would be switched off. It is the coordinator's act,
taken once, of a reading that may be believed, and that reading is judged by it: the first night has no findings.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import joinedload

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import services as grants
from app.grants.models import Grant
from app.reconciliation import judging, members
from app.reconciliation.models import Baseline, BaselineItem
from workflows.directory_events import BaselineAnswered, BaselineTaken
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer

SHORTEST_REASON = 20
VERDICTS = ("keep", "remove")
NOT_KEPT = "not_attested"
TAKE = text("""
WITH made AS (INSERT INTO access_grant (subject_id, level_id, scope, status, source, valid_from, granted_at,
    target_user_id, revoke_reason, manual_version, version)
  SELECT DISTINCT m.person_id, mg.level_id, '', 'active', 'legacy', CAST(:today AS date), CAST(:now AS timestamptz),
    '', '', '', 1
  FROM effective_member m JOIN mapped_group mg ON mg.group_id = m.group_id
  WHERE m.person_id IS NOT NULL AND NOT EXISTS (SELECT FROM held_right h
    WHERE h.person_id = m.person_id AND h.group_id = m.group_id AND h.revoked_at IS NULL)
  ON CONFLICT DO NOTHING RETURNING id, subject_id, level_id)
INSERT INTO baseline_item (grant_id, baseline_id, system_id, subject_id, verdict)
SELECT made.id, :baseline, l.system_id, made.subject_id, '' FROM made JOIN access_level l ON l.id = made.level_id
""")
COUNT = select(func.count(), func.count(BaselineItem.subject_id.distinct())).select_from(BaselineItem)
PROGRESS = text("""
SELECT s.code, s.name, count(*) AS rights, count(*) FILTER (WHERE i.verdict = '') AS waiting,
  count(*) FILTER (WHERE i.verdict = 'keep') AS kept, count(*) FILTER (WHERE i.verdict = 'remove') AS removed
FROM baseline_item i JOIN system s ON s.id = i.system_id GROUP BY s.code, s.name ORDER BY s.name
""")
# Whoever the directory names as manager; where it names nobody who is at work, the coordinator.
MINE = """
FROM baseline_item i JOIN person p ON p.id = i.subject_id LEFT JOIN person boss ON boss.id = p.manager_id
WHERE i.verdict = '' AND p.id <> :me AND (p.manager_id = :me
  OR (:coordinates AND (boss.id IS NULL OR boss.id = p.id OR boss.employment_status NOT IN ('active', 'on_leave'))))
"""


def take(reason: str, actor: Actor, now: datetime) -> Baseline:
    """Take it. Raises NotAllowed: reason_too_short, personnummer; Conflict: baseline_taken, or what hinders judging."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotAllowed("reason_too_short", field="reason")
    if find_personnummer(reason):
        raise NotAllowed("personnummer", field="reason")
    assert actor.person_id is not None
    db.session.execute(select(func.pg_advisory_xact_lock(judging.LOCK)))
    if judging.baseline() is not None:
        raise Conflict("baseline_taken")
    reading = judging.latest()
    hindrance = judging.hindrance(reading)
    if hindrance or reading is None:
        raise Conflict("baseline_unknown")
    taken = Baseline(
        reading_id=reading.id, taken_at=now, taken_by_id=actor.person_id, reason=reason.strip(), rights=0, people=0
    )
    db.session.add(taken)
    db.session.flush()
    today = clock.local(now).date()
    members.lay_out(today)
    db.session.execute(TAKE, {"today": today, "now": now, "baseline": taken.id})
    taken.rights, taken.people = db.session.execute(COUNT).one()
    reading.judged_at, reading.outcome = now, {"baseline": taken.rights}
    db.session.flush()
    publish(BaselineTaken(taken.id, taken.rights, taken.people, taken.reason, actor, now))
    return taken


def progress() -> Sequence[Any]:
    """For each system how many rights of the baseline there are, wait, are kept and removed."""
    return db.session.execute(PROGRESS).all()


def mine(person_id: int, *, coordinates: bool) -> list[Grant]:
    """The rights that wait for this person's answer, by person."""
    given = {"me": person_id, "coordinates": coordinates}
    ids = db.session.scalars(text(f"SELECT i.grant_id {MINE} ORDER BY p.sort_key, i.grant_id LIMIT 200"), given).all()
    wanted = select(Grant).where(Grant.id.in_(ids))
    with_names = (joinedload(Grant.subject), joinedload(Grant.level).joinedload(AccessLevel.system))
    rights = {right.id: right for right in db.session.scalars(wanted.options(*with_names))}
    return [rights[one] for one in ids]


def count_mine(person_id: int, *, coordinates: bool) -> int:
    """How many wait for this person's answer."""
    given = {"me": person_id, "coordinates": coordinates}
    return db.session.scalar(text(f"SELECT count(*) {MINE}"), given) or 0


def answer(grant_ids: Collection[int], verdict: str, actor: Actor, *, coordinates: bool, now: datetime) -> int:
    """Keep or remove rights that wait for the actor; how many. What somebody else has answered meanwhile is left.

    Kept: the right's source is legacy_attested from then on. Raises NotAllowed: nothing_chosen, answer_needed.
    """
    if verdict not in VERDICTS:
        raise NotAllowed("answer_needed", field="verdict")
    if not grant_ids:
        raise NotAllowed("nothing_chosen", field="chosen")
    assert actor.person_id is not None
    given = {"me": actor.person_id, "coordinates": coordinates, "ids": sorted(grant_ids)}
    held = text(f"SELECT i.grant_id {MINE} AND i.grant_id = ANY (:ids) ORDER BY i.grant_id FOR UPDATE OF i")
    answered = db.session.scalars(held, given).all()
    rights = {right.id: right for right in db.session.scalars(select(Grant).where(Grant.id.in_(answered)))}
    for item in db.session.scalars(select(BaselineItem).where(BaselineItem.grant_id.in_(answered))).all():
        right = rights[item.grant_id]
        item.verdict, item.decided_by_id, item.decided_at = verdict, actor.person_id, now
        if verdict == "keep":
            right.source = "legacy_attested"
        else:
            grants.order_revocation(right, reason=NOT_KEPT, actor=actor, now=now)
        db.session.flush()
        publish(BaselineAnswered(right.id, item.baseline_id, verdict, actor, now))
    return len(answered)
