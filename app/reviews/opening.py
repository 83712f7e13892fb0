"""Freezing what a campaign is of, and asking its reviewers: one statement, however many rights (rules.md C8).

The same statement counts for a dry run and inserts at the opening, so that what was shown is what happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from app import clock
from app.db import changed_by, db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.reviews.models import ReviewCampaign
from workflows import access_review as rules
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer
from workflows.review_events import ReviewMoved

SHORTEST_REASON = 10
# Whose answer a person's rights wait for: the nearest manager above who is at work, or away with a deputy; never the
# person. Where there is none, the system's owner; last, the coordinator.
SCOPE = """
WITH RECURSIVE below AS (
  SELECT CAST(:unit AS integer) AS id UNION SELECT unit.id FROM unit JOIN below ON unit.parent_id = below.id
), rights AS (
  SELECT g.id, g.subject_id, g.level_id, l.system_id, l.profile, g.source, g.valid_from, g.valid_to, g.request_id,
    l.profile IN ('sensitive', 'privileged')
      OR coalesce(CAST(l.details ->> 'k' AS integer), s.confidentiality) >= :secret AS is_strict
  FROM access_grant g JOIN access_level l ON l.id = g.level_id JOIN system s ON s.id = l.system_id
    JOIN person p ON p.id = g.subject_id
  WHERE g.status IN ('active', 'suspended') AND g.source <> 'emergency' AND p.employment_status <> 'ended'
    AND (g.valid_to IS NULL OR g.valid_to >= :today)
    AND (CAST(:system AS integer) IS NULL OR l.system_id = :system)
    AND (CAST(:person AS integer) IS NULL OR g.subject_id = :person)
    AND (CAST(:unit AS integer) IS NULL OR p.unit_id IN (SELECT id FROM below))
), able AS MATERIALIZED (
  SELECT m.id, m.manager_id, m.employment_status = 'active' OR m.employment_status = 'on_leave' AND EXISTS (
    SELECT FROM deputyship d WHERE d.person_id = m.id AND d.valid_from <= :today AND d.valid_to >= :today) AS is_able
  FROM person m WHERE m.id IN (SELECT manager_id FROM person)
), up AS (
  SELECT p.id AS subject_id, a.id, a.manager_id, a.is_able AND a.id <> p.id AS is_able, 1 AS height
  FROM person p JOIN able a ON a.id = p.manager_id WHERE p.id IN (SELECT subject_id FROM rights)
UNION ALL
  SELECT up.subject_id, a.id, a.manager_id, a.is_able AND a.id <> up.subject_id, up.height + 1
  FROM up JOIN able a ON a.id = up.manager_id WHERE NOT up.is_able AND up.height < 10
), managers AS MATERIALIZED (SELECT subject_id, min(id) AS id FROM up WHERE is_able GROUP BY subject_id),
holders AS MATERIALIZED (
  SELECT a.role, a.system_id, a.person_id FROM appointment a JOIN person p ON p.id = a.person_id
  WHERE a.role IN ('system_owner', 'infosec_coordinator') AND p.employment_status = 'active'
    AND a.valid_from <= :today AND (a.valid_to IS NULL OR a.valid_to >= :today)
), alone AS MATERIALIZED (
  SELECT r.subject_id, r.system_id, coalesce(
    (SELECT min(person_id) FROM holders h WHERE h.role = 'system_owner' AND h.system_id = r.system_id
      AND h.person_id <> r.subject_id),
    (SELECT min(person_id) FROM holders h WHERE h.role = 'infosec_coordinator' AND h.person_id <> r.subject_id)) AS id
  FROM (SELECT DISTINCT subject_id, system_id FROM rights) r
  WHERE NOT EXISTS (SELECT FROM managers m WHERE m.subject_id = r.subject_id)
), asked AS (
  SELECT r.*, coalesce(m.id, o.id) AS reviewer_id FROM rights r LEFT JOIN managers m ON m.subject_id = r.subject_id
    LEFT JOIN alone o ON o.subject_id = r.subject_id AND o.system_id = r.system_id
)
"""
FREEZE = text(
    SCOPE
    + """
INSERT INTO review_item (campaign_id, grant_id, reviewer_id, subject_id, level_id, system_id, profile, is_strict,
  source, since, valid_to, request_id)
SELECT :campaign, id, reviewer_id, subject_id, level_id, system_id, profile, is_strict, source, valid_from, valid_to,
  request_id FROM asked
"""
)
DRY_RUN = text(
    SCOPE
    + """
SELECT asked.reviewer_id, p.display_name AS name, u.name AS unit, count(*) AS items,
  count(DISTINCT asked.subject_id) AS people, bool_or(is_strict) AS is_strict
FROM asked LEFT JOIN person p ON p.id = asked.reviewer_id LEFT JOIN unit u ON u.id = p.unit_id
GROUP BY asked.reviewer_id, p.id, u.id ORDER BY p.sort_key, p.id
"""
)
PARTS = text("""
INSERT INTO review_part (campaign_id, reviewer_id, reminded, helper_ids)
SELECT DISTINCT campaign_id, reviewer_id, 0, CAST('[]' AS jsonb) FROM review_item WHERE campaign_id = :campaign
ON CONFLICT DO NOTHING
""")
FRESH = text("""
SELECT (SELECT max(finished_at) FROM directory_snapshot) AS directory_read, (SELECT min(taken_on) FROM user_list
  WHERE state = 'current' AND (CAST(:system AS integer) IS NULL OR system_id = :system)) AS oldest_list
""")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a campaign is of: the id of a system, a unit or a person; ``kind`` says which."""

    kind: str
    id: int

    def values(self, today: date) -> dict[str, Any]:
        """The values of the statements."""
        found: dict[str, Any] = {**dict.fromkeys(rules.KINDS), self.kind: self.id}
        return {**found, "today": today, "secret": rules.SECRET}


def scope_of(campaign: ReviewCampaign) -> Scope:
    """What the campaign is of."""
    return Scope(campaign.kind, campaign.system_id or campaign.unit_id or campaign.person_id or 0)


def dry_run(scope: Scope, today: date) -> Sequence[Any]:
    """Whom it would ask, by name: how many rights of how many people each. ``reviewer_id`` None: nobody can."""
    return db.session.execute(DRY_RUN, scope.values(today)).all()


def hindrances(scope: Scope, now: datetime) -> tuple[str, ...]:
    """Why it would not open by itself: what is known is too old."""
    fresh = db.session.execute(FRESH, {"system": scope.id if scope.kind == "system" else None}).one()
    known = {"directory_read": fresh.directory_read, "oldest_list": fresh.oldest_list}
    return rules.hindrances(now, clock.local(now).date(), **known)


def plan(scope: Scope, *, reason: str, on: date, actor: Actor, now: datetime) -> ReviewCampaign:
    """A campaign that is to open on a local date. Raises NotAllowed: reason_too_short, personnummer; Conflict:
    review_under_way when one of the same scope is.
    """
    if actor.person_id is not None:
        if len(reason.strip()) < SHORTEST_REASON:
            raise NotAllowed("reason_too_short", field="reason")
        if find_personnummer(reason):
            raise NotAllowed("personnummer", field="reason")
    column = {"system": ReviewCampaign.system_id, "unit": ReviewCampaign.unit_id, "person": ReviewCampaign.person_id}
    same = db.session.query(ReviewCampaign.id).filter(
        column[scope.kind] == scope.id, ReviewCampaign.state.not_in(("closed", "cancelled"))
    )
    db.session.execute(text("SELECT pg_advisory_xact_lock(7000066)"))
    if same.first() is not None:
        raise Conflict("review_under_way")
    made = ReviewCampaign(
        kind=scope.kind,
        reason=reason.strip(),
        planned_on=on,
        created_at=now,
        created_by_id=actor.person_id,
        **{f"{scope.kind}_id": scope.id},
    )
    db.session.add(made)
    db.session.flush()
    return made


def begin(campaign: ReviewCampaign, *, actor: Actor, now: datetime, in_spite: bool = False) -> ReviewCampaign:
    """Freeze the scope and ask. ``in_spite``: somebody takes it on themselves that what is known is old.

    Raises NotAllowed: nothing_to_review, nobody_to_ask, data_old (with ``hindrances``); Conflict: not from this state.
    """
    if rules.next_state(campaign.state, "open") is None:
        raise Conflict("review_moved")
    scope, today = scope_of(campaign), clock.local(now).date()
    old = hindrances(scope, now)
    if old and not in_spite:
        raise NotAllowed("data_old", hindrances=old)
    asked = dry_run(scope, today)
    if not asked:
        raise NotAllowed("nothing_to_review")
    if any(row.reviewer_id is None for row in asked):
        raise NotAllowed("nobody_to_ask")
    frozen = changed_by(FREEZE, {**scope.values(today), "campaign": campaign.id})
    db.session.execute(PARTS, {"campaign": campaign.id})
    calendar, is_strict = clock.calendar(), any(row.is_strict for row in asked)
    campaign.due_on = rules.last_day(today, calendar, is_strict=is_strict)
    campaign.grace_until = calendar.add(campaign.due_on, rules.GRACE_DAYS)
    campaign.state, campaign.opened_at, campaign.hindrances = "open", now, list(old)
    campaign.item_count = frozen
    db.session.flush()
    said = {"items": campaign.item_count, "reviewers": len(asked), "due_on": campaign.due_on.isoformat()}
    publish(ReviewMoved(campaign.id, "opened", actor, now, campaign.reason, {**said, "in_spite_of": list(old)}))
    return campaign
