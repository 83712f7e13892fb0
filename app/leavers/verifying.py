"""Whether what should be gone is gone: two snapshots must say so before it is closed (rules.md C6, C13 F4 and F5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app import clock
from app.db import db
from app.events import publish
from app.leavers import queries, services
from app.leavers.models import Leaver
from workflows import leaving
from workflows.events import TIME
from workflows.leaver_events import LeaverHasAccess

NEWEST = text("""
SELECT id FROM directory_snapshot WHERE id > :seen AND started_at > :since ORDER BY id DESC LIMIT 1
""")
# Somebody who works here again has an account with good reason.
ACCOUNTS = text("""
SELECT a.object_guid AS key, a.login AS name FROM directory_account a JOIN person p ON p.id = a.person_id
WHERE p.id = :person_id AND a.enabled AND a.missing_since IS NULL
  AND (p.employment_status NOT IN ('active', 'on_leave', 'future') OR p.ended_here_at IS NOT NULL)
ORDER BY a.id
""")
# In a group of a level that is removed, or whose removal is late. ``is_known``: the group has been read since.
MEMBERSHIPS = text("""
SELECT DISTINCT ON (dg.object_guid) dg.object_guid AS key, dg.name, l.system_id, l.id AS level_id, g.id AS grant_id,
  dg.seen_at > coalesce(g.revoked_at, :ended_at) AS is_known
FROM directory_account a JOIN directory_membership m ON m.member_guid = a.object_guid AND m.gone_at IS NULL
JOIN directory_group dg ON dg.id = m.group_id AND dg.missing_since IS NULL
JOIN access_level l ON lower(l.directory_group) = lower(dg.name)
LEFT JOIN LATERAL (
  SELECT * FROM access_grant g WHERE g.level_id = l.id AND g.subject_id = a.person_id ORDER BY g.id DESC LIMIT 1
) g ON true
WHERE a.person_id = :person_id AND l.directory_group <> '' AND (
  g.id IS NULL OR g.status = 'revoked' OR EXISTS (
    SELECT FROM task t WHERE t.grant_id = g.id AND t.kind = 'revoke' AND t.status = 'open' AND t.due_on < :today))
ORDER BY dg.object_guid
""")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a snapshot shows that should be gone; ``is_known`` False: something has not been read since."""

    remains: tuple[Any, ...]
    is_known: bool


def look(leaver_id: int, now: datetime) -> None:
    """Look at the newest snapshot, if there is one that has not been looked at, and close what is done."""
    one = services.hold(leaver_id)
    _everything_gone(one, now)
    assert one.ended_at is not None
    newest = db.session.scalar(NEWEST, {"seen": one.snapshot_id or 0, "since": one.gone_at or one.ended_at})
    if newest is None:
        return
    found = seen(one, now)
    _tell(one, found, newest, now)
    if not found.is_known:
        return  # it counts when the groups have been read as well
    one.snapshot_id = newest
    one.clean = one.clean + 1 if one.state == "verifying" and not found.remains else 0
    if one.state == "verifying" and one.clean >= leaving.SNAPSHOTS:
        removed = queries.last_removal(one)
        removed_on = clock.local(removed).date() if removed else None
        services.close(one, leaving.days_to_last_removal(one.last_day, removed_on, clock.calendar()), now)


def seen(one: Leaver, now: datetime) -> Seen:
    """What the directory says now of the person's accounts and groups."""
    about = {"person_id": one.person_id, "ended_at": one.ended_at, "today": clock.local(now).date()}
    accounts = db.session.execute(ACCOUNTS, {"person_id": one.person_id}).all() if one.state == "verifying" else []
    groups = db.session.execute(MEMBERSHIPS, about).all()
    return Seen((*accounts, *(g for g in groups if g.is_known)), all(g.is_known for g in groups))


def _everything_gone(one: Leaver, now: datetime) -> None:
    if one.state != "removing" or queries.rights_left(one.person_id) or queries.credentials_out(one.person_id):
        return
    one.gone_at, one.clean = now, 0
    services.step(one, "gone", actor=TIME, now=now)


def _tell(one: Leaver, found: Seen, snapshot_id: int, now: datetime) -> None:
    """Each thing once; the findings of the same readings see it for themselves (F4, F5, F10)."""
    known, today = {said["key"]: said for said in one.remains}, clock.local(now).date().isoformat()
    remains = []
    for row in found.remains:
        of_group = {n: getattr(row, n) for n in ("system_id", "level_id", "grant_id") if hasattr(row, n)}
        what = "membership" if of_group else "enabled_account"
        if row.key not in known:
            publish(LeaverHasAccess(one.id, one.person_id, what, row.key, snapshot_id, now, **of_group))
        remains.append(known.get(row.key) or {"key": row.key, "what": what, "name": row.name, "since": today})
    one.remains = remains
    db.session.flush()
