"""The demonstration's person picker: when it exists, and whom it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, request
from flask_babel import gettext as _
from sqlalchemy import Select, column, func, or_, select, table, text

from app import clock
from app.auth.session import MAY_LOG_IN
from app.db import db
from app.directory.models import Person, Unit
from app.permissions import standing
from app.templating import labels

SHOWN = 50
# The characters of the demonstration's municipality who between them meet every page.
FEATURED = ("Alice Åkesson", "Bob Ek", "Carol Dahl", "Dan Öberg", "Eva Lind", "Henrik Strand", "Ingrid Norrby")
APPOINTMENT = table("appointment", column("person_id"), column("role"))
ROLES = text("""
SELECT person_id, array_agg(DISTINCT role) AS roles FROM appointment
WHERE person_id = ANY(:ids) AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today) GROUP BY person_id
""")
TASKS = text("""
SELECT task_addressee.person_id, count(*) AS number FROM task JOIN task_addressee ON task_addressee.task_id = task.id
WHERE task_addressee.person_id = ANY(:ids) AND task_addressee.removed_at IS NULL AND task.status = 'open'
GROUP BY task_addressee.person_id
""")
LEADERS = text("SELECT DISTINCT manager_id FROM person WHERE manager_id = ANY(:ids) AND id <> manager_id")


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody to be."""

    id: int
    name: str
    title: str
    unit: str
    roles: list[str]
    open_tasks: int


def is_open() -> bool:
    """True only in demonstration mode, on a loopback address, for this very machine, on a marked database."""
    settings = current_app.extensions["settings"]
    return (
        settings.mode == "demo"
        and settings.is_loopback
        and _is_loopback(request.remote_addr)
        # Another name for this machine, or a proxy on it, may be somebody else's request.
        and _is_loopback(urlsplit(f"//{request.host}").hostname)
        and not any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
        and standing.marked_as_demonstration()
    )


def find(words: str) -> tuple[list[Card], int]:
    """The first fifty who can log in and match ``words`` (a role too), and how many there are."""
    wanted = _matching(words)
    total = db.session.scalar(select(func.count()).select_from(wanted.with_only_columns(Person.id).subquery())) or 0
    people = db.session.scalars(wanted.order_by(Person.sort_key, Person.id).limit(SHOWN)).all()
    return _cards(people), total


def featured() -> list[Card]:
    """The characters to begin with, in their order."""
    people = db.session.scalars(_matching("").where(Person.display_name.in_(FEATURED))).all()
    return sorted(_cards(people), key=lambda card: FEATURED.index(card.name))


def chosen(person_id: int) -> Person | None:
    """The person, when that person may log in."""
    return db.session.scalar(_matching("").where(Person.id == person_id))


def _matching(words: str) -> Select[Person]:
    wanted = select(Person).outerjoin(Unit, Unit.id == Person.unit_id).where(Person.employment_status.in_(MAY_LOG_IN))
    for word in words.lower().split():
        roles = [code for code, name in labels.ROLES.items() if word in str(name).lower()]
        found = [Person.search.contains(word, autoescape=True), func.lower(Unit.name).contains(word, autoescape=True)]
        if roles:
            held = select(APPOINTMENT.c.person_id).where(APPOINTMENT.c.role.in_(roles))
            found.append(Person.id.in_(held))
        wanted = wanted.where(or_(*found))
    return wanted


def _cards(people: Sequence[Person]) -> list[Card]:
    ids = {"ids": [person.id for person in people]}
    roles = {row.person_id: row.roles for row in db.session.execute(ROLES, {**ids, "today": clock.today()})}
    tasks = {row.person_id: row.number for row in db.session.execute(TASKS, ids)}
    leaders = set(db.session.scalars(LEADERS, ids))

    def card(person: Person) -> Card:
        unit = person.unit.name if person.unit else ""
        held = [labels.role(role) for role in roles.get(person.id, ())]
        led = [_("chef")] if person.id in leaders else []
        return Card(person.id, person.display_name, person.title, unit, led + held, tasks.get(person.id, 0))

    return [card(person) for person in people]


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return address == "localhost"
