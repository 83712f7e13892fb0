"""What time does to findings (rules.md C0.4 ``finding``): managers hear, are reminded, then owners and coordinators.

``rung`` of each says how much of its clock has been told, so that a job that runs twice, or late, tells of each once.
All that a person hears of on a day is one mail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy import text

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory.models import Person
from app.notifications import finding_letters, services
from app.notifications.finding_letters import Line
from workflows import findings as rules

MANAGER, OWNER, COORDINATOR = "system_manager", "system_owner", "coordinator"
HOLDERS: Mapping[str, Callable[[int, date], list[Person]]] = {
    MANAGER: lambda system_id, today: catalogue.role_holders(system_id, today)["system_manager"],
    OWNER: lambda system_id, today: catalogue.role_holders(system_id, today)["system_owner"],
    COORDINATOR: lambda _system_id, today: catalogue.coordinators(today),
}
# Alike in everything that time looks at: told of together.
ALIKE = text("""
SELECT f.system_id, coalesce(s.name, '') AS system, f.severity, f.due_on, f.rung, array_agg(f.id) AS ids,
  array_agg(f.person_id) AS about
FROM finding f LEFT JOIN system s ON s.id = f.system_id
WHERE f.state IN ('open', 'assigned', 'reopened') AND f.type = ANY (:types)
GROUP BY f.system_id, s.name, f.severity, f.due_on, f.rung ORDER BY f.due_on, f.system_id, f.severity, f.rung
""")
# The job may run twice at once: whoever is second finds another rung.
RUNG = text("UPDATE finding SET rung = rung + :told WHERE id = ANY (:ids) AND rung = :rung RETURNING id")


def tell(now: datetime) -> int:
    """Queue what has had its day; how many mails."""
    today, calendar = clock.local(now).date(), clock.calendar()
    heard: dict[int, Counter[tuple[str, str, str]]] = {}
    for row in db.session.execute(ALIKE, {"types": list(rules.KINDS)}).all():
        due = rules.firings(row.severity, row.due_on, row.rung, today, calendar)
        if not due or not db.session.execute(RUNG, {"told": len(due), "ids": row.ids, "rung": row.rung}).all():
            continue
        for firing in due:
            told = people(row.system_id, firing.ask, today)
            for person in told:
                count = sum(about != person.id for about in row.about)
                said = heard.setdefault(person.id, Counter())
                said[row.due_on.isoformat(), row.system, firing.act.partition("_")[0]] += count
    letters = [finding_letters.findings(who, today, _lines(said)) for who, said in heard.items() if said.total()]
    services.queue_all(letters, now=now)
    return len(letters)


def people(system_id: int | None, ask: str, today: date) -> list[Person]:
    """Who hears: those that the escalation asks, else the managers; the next above where nobody of them is at work."""
    order: tuple[str, ...] = (ask, COORDINATOR) if ask else (MANAGER, OWNER, COORDINATOR)
    if system_id is None:
        order = (COORDINATOR,)
    found = (able(HOLDERS[role](system_id or 0, today)) for role in order)
    return next((able for able in found if able), [])


def able(holders: list[Person]) -> list[Person]:
    """Those who are at work."""
    return [person for person in holders if person.employment_status == "active"]


def _lines(said: Counter[tuple[str, str, str]]) -> list[Line]:
    """Of what is told in several ways on one day only the gravest."""
    gravest: dict[tuple[str, str], Line] = {}
    for act in ("ask", "remind", "escalate"):
        for (due_on, system, told), count in said.items():
            if told == act and count:
                gravest[due_on, system] = Line(due_on, system, act, count)
    return list(gravest.values())
