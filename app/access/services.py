"""Telling of privileged access (rules.md C3): of each new right, and of all of them each quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from sqlalchemy import text

from app import clock
from app.access import held
from app.access.models import PrivilegedNotice
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import db, rows_of
from app.directory.models import Person
from app.events import publish
from app.grants.models import Grant
from app.notifications import privileged_letters, services
from app.notifications.privileged_letters import Given
from workflows.grant_events import GrantIssued
from workflows.privileged_events import PrivilegedListed, PrivilegedTold

PRIVILEGED = "privileged"
TOLD_OTHERWISE = ("emergency", "legacy", "legacy_attested", "found")  # an emergency by a mail of its own (rules.md C7)
# The job may run twice at once: whoever is second finds none.
TAKE = text("""
WITH taken AS (
  UPDATE privileged_notice SET told_at = :now WHERE told_at IS NULL AND noted_at < :before RETURNING grant_id
)
SELECT g.id, g.subject_id, s.name AS system, l.label AS level, coalesce(r.case_number, '') AS case_number
FROM taken JOIN access_grant g ON g.id = taken.grant_id
JOIN access_level l ON l.id = g.level_id JOIN system s ON s.id = l.system_id
LEFT JOIN access_request r ON r.id = g.request_id
ORDER BY s.name, l.label, g.id
""")
KEEP = text("""
INSERT INTO privileged_list (day, rights, made_at) VALUES (:day, :rights, :now)
ON CONFLICT (day) DO NOTHING RETURNING id
""")


def note(event: GrantIssued) -> None:
    """Keep that the coordinators shall hear of the right, if it is privileged (a reaction)."""
    grant = db.session.get_one(Grant, event.grant_id)
    if grant.level.profile == PRIVILEGED and grant.source not in TOLD_OTHERWISE:
        db.session.add(PrivilegedNotice(grant_id=grant.id, noted_at=event.at))


def tell(now: datetime) -> int:
    """Queue one mail a day to each coordinator about what was granted before today; how many mails.

    Nobody is told of their own right alone: then the IT managers hear of it.
    """
    today = clock.local(now).date()
    coordinators, others = _at_work(catalogue.coordinators(today)), _at_work(catalogue.it_managers(today))
    if not coordinators and not others:
        return 0  # it waits until there is somebody
    heard: dict[int, list[Given]] = {}
    for row in rows_of(TAKE, {"now": now, "before": datetime.combine(today, time(), clock.zone())}):
        told = _without(row.subject_id, coordinators) or _without(row.subject_id, others) or coordinators
        for person in told:
            heard.setdefault(person.id, []).append(Given(row.id, row.system, row.level, row.case_number))
        publish(PrivilegedTold(row.id, tuple(p.id for p in told), now))
    letters = [privileged_letters.granted(person_id, today, given) for person_id, given in heard.items()]
    services.queue_all(letters, now=now)
    return len(letters)


def make_list(day: date, now: datetime) -> bool:
    """Make the list of the quarter that ends on ``day``, once; False when it was made before.

    Coordinators hear of all, owners of their own systems. The first list of an installation, if nobody held anything
    then, is mailed to nobody.
    """
    counts = Counter(one.system_code for one in held.privileged(held.end_of(day), None))
    is_first = not rows_of(text("SELECT 1 FROM privileged_list LIMIT 1"), {})
    kept = rows_of(KEEP, {"day": day, "rights": counts.total(), "now": now})
    if not kept:
        return False
    told = {} if is_first and not counts else _receivers(counts, clock.local(now).date())
    publish(PrivilegedListed(kept[0].id, day, counts.total(), told, now))
    return True


def _receivers(counts: Mapping[str, int], today: date) -> dict[int, Mapping[str, int]]:
    """By person, how many rights in each system, by its name."""
    systems = db.session.query(System).filter(System.code.in_(counts)).order_by(System.name).all()
    every = {one.name: counts[one.code] for one in systems}
    found: dict[int, dict[str, int]] = {p.id: dict(every) for p in _coordinating(today)}
    for one in systems:
        for person in _owners(one, today):
            found.setdefault(person.id, {})[one.name] = counts[one.code]
    return dict(found)


def _coordinating(today: date) -> list[Person]:
    return _at_work(catalogue.coordinators(today)) or _at_work(catalogue.it_managers(today))


def _owners(system: System, today: date) -> list[Person]:
    """Whoever owns the system; the head of its board's administration where nobody who works does (rules.md C0.4)."""
    owners = _at_work(catalogue.role_holders(system.id, today)["system_owner"])
    return owners or _at_work(catalogue.board_managers(system.board, today))


def _at_work(people: Iterable[Person]) -> list[Person]:
    return [person for person in people if person.employment_status == "active"]


def _without(subject_id: int, people: Iterable[Person]) -> list[Person]:
    return [person for person in people if person.id != subject_id]
