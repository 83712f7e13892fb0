"""Who is told before the last day: the manager twice, the coordinator of systems that lose an owner (rules.md C6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import text

from app import clock
from app.catalogue import holders
from app.db import db
from app.directory import queries as directory
from app.leavers import queries
from app.leavers.models import Leaver
from app.notifications import leaver_letters as letters
from app.notifications import services as outbox
from app.notifications.letter import Letter
from app.requests import lives
from workflows import leaving, life

# Nobody else owns it the day after, and nobody has been asked to take over.
ORPHANED = text("""
SELECT s.name, l.last_day FROM leaver l
JOIN appointment a ON a.person_id = l.person_id AND a.role = 'system_owner' AND a.valid_from <= l.last_day
  AND (a.valid_to IS NULL OR a.valid_to > l.last_day)
JOIN system s ON s.id = a.system_id
WHERE l.id = ANY (:leavers) AND NOT EXISTS (
  SELECT FROM appointment o JOIN person p ON p.id = o.person_id AND p.employment_status IN ('active', 'on_leave')
  WHERE o.system_id = a.system_id AND o.role = a.role AND o.person_id <> a.person_id
    AND o.valid_from <= l.last_day + 1 AND (o.valid_to IS NULL OR o.valid_to > l.last_day))
AND NOT EXISTS (
  SELECT FROM role_handover h
  WHERE h.from_id = a.person_id AND h.role = a.role AND h.system_id = a.system_id AND h.ended_at IS NULL)
ORDER BY s.name, l.last_day
""")


def days_of(one: Leaver | None = None) -> tuple[int, int, int]:
    """The definition's days, of the version that it began with; without one, of the version in force."""
    workflow = lives.following(lives.LEAVER, one.definition_version) if one else lives.beginning(lives.LEAVER)
    return leaving.numbers(life.of(workflow).days)


def tell(now: datetime) -> None:
    """One mail a manager and day with those that are new, one with those that are near, one to each coordinator."""
    today = clock.local(now).date()
    waiting = [db.session.get_one(Leaver, n) for n in queries.in_states("planned", "prepared")]
    above = directory.managers_above([one.person_id for one in waiting])
    new, near = defaultdict[int, list[Leaver]](list), defaultdict[int, list[Leaver]](list)
    reminded = []
    for one in waiting:
        manager = directory.at_work(above.get(one.person_id, ()))
        if manager is not None and one.told_id != manager.id:
            one.told_id, one.told_on = manager.id, today
            new[manager.id].append(one)
        elif _is_near(one, today):
            one.reminded_on = today
            reminded.append(one.id)
            if manager is not None:
                near[manager.id].append(one)
    found = [letters.planned(who, today, _named(those)) for who, those in new.items()]
    found += [letters.planned(who, today, _named(those), near=True) for who, those in near.items()]
    outbox.queue_all([*found, *_of_owners(reminded, today)], now=now)


def _of_owners(leavers: Collection[int], today: date) -> list[Letter]:
    """To each coordinator which systems lose their owner; nothing when none does."""
    lost = db.session.execute(ORPHANED, {"leavers": list(leavers)}).all()
    systems = [(row.name, row.last_day) for row in lost]
    return [letters.successors(who.id, today, systems) for who in holders.coordinators(today) if systems]


def _is_near(one: Leaver, today: date) -> bool:
    near = leaving.comes_near(one.last_day, today, clock.calendar(), days_of(one)[1])
    return near and one.reminded_on is None and one.told_on != today


def _named(those: list[Leaver]) -> list[tuple[str, str]]:
    """Name and last day of each; nobody with protected personal data is named in a mail."""
    return [
        ("" if one.person.protected_identity else one.person.display_name, one.last_day.isoformat()) for one in those
    ]
