"""What the directory cannot tell about Exempelkommunen: the unit tree, roles, deputies, and what people had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Date,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from app import clock
from app.catalogue.models import AccessLevel, Appointment, Deputyship, Installation, System
from app.catalogue.queries import base_level, level_by_code
from app.catalogue.services import NewAppointment, NewDeputy, appoint, set_deputy
from app.db import db
from app.demonstration.municipality import data, holders
from app.directory.models import MOMENT, Person, Unit
from app.grants.models import Grant
from workflows.events import Actor

SOURCE = "demo"
LOADER = Actor(None, "administrator", "cli")
SINCE = timedelta(days=90)
ORDERER_DAYS = 600
STANDING_DAYS = 200
LEAVE_DAYS = (10, 80)
EMPLOYED = ("active", "on_leave")


def load(now: datetime) -> None:
    """Furnish the demonstration, after the catalogue is loaded and the directory is synced; again does nothing more."""
    today = clock.local(now).date()
    _mark()
    _units()
    _appoint(today, now)
    _deputise(today, now)
    _legacy_grants(today, now)


def _mark() -> None:
    marked = upsert(Installation).values(id=1, demo=True)
    db.session.execute(marked.on_conflict_do_update(index_elements=["id"], set_={"demo": True}))


def _units() -> None:
    """Parents and priority sites; units that the directory has no people in are made."""
    rows = [{"code": u["code"], "name": u["name"], "board": u["board"]} for u in data()["units"]]
    db.session.execute(upsert(Unit).values(rows).on_conflict_do_nothing(index_elements=["code"]))
    parents = {u["code"]: u["parent"] for u in data()["units"] if "parent" in u}
    above = Unit.__table__.alias("above")
    parent = select(above.c.id).where(above.c.code == case(parents, value=Unit.code)).scalar_subquery()
    priority = [u["code"] for u in data()["units"] if u.get("priority_site")]
    db.session.execute(
        update(Unit)
        .where(Unit.code.in_([u["code"] for u in data()["units"]]))
        .values(parent_id=parent, priority_site=Unit.code.in_(priority))
    )
    db.session.expire_all()


def _appoint(today: date, now: datetime) -> None:
    there = {_same(appointment) for appointment in db.session.scalars(select(Appointment))}
    for new in _appointments(today):
        if _same(new) not in there:
            appoint(new, actor=LOADER, now=now)


def _same(one: NewAppointment | Appointment) -> tuple[object, ...]:
    return one.role, one.person_id, one.system_id, one.unit_id, one.board, one.post


def _appointments(today: date) -> Iterator[NewAppointment]:
    people, since = _People(), today - SINCE
    for system in db.session.scalars(select(System).where(System.code.in_(data()["managers"])).order_by(System.code)):
        owner = people.first(data()["owners"][system.owner_role])
        yield NewAppointment("system_owner", owner, since, system_id=system.id, source=SOURCE)
        for manager in people.two(data()["managers"][system.code]):
            yield NewAppointment("system_manager", manager, since, system_id=system.id, source=SOURCE)
    for board, post in data()["board_managers"].items():
        yield NewAppointment("board_manager", people.first(post), since, board=board, source=SOURCE)
    for role, post in data()["whole_municipality"].items():
        yield NewAppointment(role, people.first(post), since, source=SOURCE)
    for post_of_zones, post in data()["zone_owners"].items():
        yield NewAppointment("zone_owner", people.first(post), since, post=post_of_zones, source=SOURCE)
    units = {code: id_ for code, id_ in db.session.execute(select(Unit.code, Unit.id))}
    until = since + timedelta(days=ORDERER_DAYS)
    for unit, post in data()["orderers"].items():
        for orderer in people.two([post]):
            yield NewAppointment("authorised_orderer", orderer, since, until, unit_id=units[unit], source=SOURCE)


class _People:
    """Row ids of those who have a post (UNIT/Title)."""

    def __init__(self) -> None:
        self.numbers = holders()
        self.ids = {number: id_ for number, id_ in db.session.execute(select(Person.employee_number, Person.id))}

    def first(self, post: str) -> int:
        """The first who has the post."""
        return self.ids[self.numbers[post][0]]

    def two(self, posts: Iterable[str]) -> list[int]:
        """The first two who have any of the posts."""
        return [self.ids[number] for post in posts for number in self.numbers[post]][:2]


def _deputise(today: date, now: datetime) -> None:
    people = _People()
    there = set(db.session.scalars(select(Deputyship.person_id).where(Deputyship.valid_to >= today)))
    for row in data()["deputies"]:
        person, deputy, absence = people.first(row["person"]), people.first(row["deputy"]), row.get("absence", False)
        before, after = LEAVE_DAYS if absence else (SINCE.days, STANDING_DAYS)
        if person not in there:
            period = today - timedelta(days=before), today + timedelta(days=after)
            set_deputy(NewDeputy(person, deputy, *period, absence=absence), actor=LOADER, now=now)


def _legacy_grants(today: date, now: datetime) -> None:
    """Base grants for all who work here, and what their title had: one statement for each kind."""
    everybody = Person.employment_status.in_(EMPLOYED)
    _give(base_level(), everybody, Period(today - SINCE, None, now - SINCE), literal(""))
    for row in data()["legacy_grants"]:
        level = level_by_code(*row["level"].rsplit(".", 1))
        until = today + timedelta(days=row["days"]) if "days" in row else None
        who = and_(Person.title == row["title"], Person.employment_status.in_(EMPLOYED))
        scope: SQLColumnExpression[str] = Unit.name if row.get("scope") == "unit" else literal("")
        _give(level, who, Period(today - SINCE, until, now - SINCE), scope)


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when people have had what they had; an employment that ends sooner ends it."""

    valid_from: date
    valid_to: date | None
    granted_at: datetime


def _give(level: AccessLevel, who: ColumnElement[bool], period: Period, scope: SQLColumnExpression[str]) -> None:
    """One legacy grant of ``level`` for each of ``who`` that never had one."""
    had = exists().where(Grant.subject_id == Person.id, Grant.level_id == level.id, Grant.scope == scope)
    rows = (
        select(
            Person.id,
            literal(level.id),
            scope,
            literal("legacy"),
            literal(period.valid_from, Date),
            func.least(literal(period.valid_to, Date), Person.ends_on),
            literal(period.granted_at, MOMENT),
        )
        .join(Unit, Unit.id == Person.unit_id)
        .where(who, ~had)
    )
    columns = ["subject_id", "level_id", "scope", "source", "valid_from", "valid_to", "granted_at"]
    db.session.execute(insert(Grant).from_select(columns, rows))
