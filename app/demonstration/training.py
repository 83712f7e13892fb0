"""Courses and agreements of the demonstration's people: most have theirs, some lack one or let it run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import exists, insert, literal, select

from app import clock
from app.db import db
from app.demonstration.municipality import data
from app.directory.models import MOMENT, Person
from app.training import importing, queries
from app.training.models import Completion, Signature
from workflows.events import Actor

LOADER = Actor(None, "administrator", "cli")
EMPLOYED = ("active", "on_leave", "future")
EARLIEST, SPREAD, STRIDE = 45, 250, 37  # days ago; all of it within a year, so that no course runs out by itself
RAN_OUT = 760  # days ago: longer than 24 months
FIRST_OF_STAFF = 40  # the people before are characters and those who have orders under way
ONE_IN_LACKS, ONE_IN_RAN_OUT = 23, 19


def load(now: datetime) -> None:
    """Import what people have completed, and sign for those who have signed; again does nothing more."""
    if db.session.scalar(select(exists().select_from(Completion))):
        return
    today = clock.local(now).date()
    rows = "\n".join(("Anställningsnummer;Kurskod;Datum", *_rows(today)))
    importing.load(rows.encode(), source="demo", actor=LOADER, now=now)
    for title, agreement in data()["agreements"].items():
        _sign(title, agreement, now)


def _rows(today: date) -> Iterator[str]:
    """The file of the demonstration's learning platform; its last row is about nobody, and is refused."""
    told = data()["courses"]
    people = db.session.scalars(
        select(Person).where(Person.employment_status.in_(EMPLOYED)).order_by(Person.employee_number)
    )
    for n, person in enumerate(people):
        lacking = told["lacking"].get(person.display_name, [])
        ran_out = told["ran_out"].get(person.display_name, "")
        for course in (*told["everybody"], *told["by_title"].get(person.title, ())):
            is_late = course == ran_out or (n > FIRST_OF_STAFF and n % ONE_IN_RAN_OUT == 0 and course == "GDPR-BAS")
            is_lacking = course in lacking or (n > FIRST_OF_STAFF and n % ONE_IN_LACKS == 0 and course == "INFOSEC-BAS")
            if not is_lacking:
                ago = RAN_OUT if is_late else EARLIEST + n * STRIDE % SPREAD
                yield f"{person.employee_number};{course};{today - timedelta(days=ago)}"
    yield f"899999;INFOSEC-BAS;{today}"


def _sign(title: str, type_: str, now: datetime) -> None:
    agreement = queries.in_force(type_, clock.local(now).date())
    assert agreement is not None
    signed_at = now - timedelta(days=EARLIEST)
    who = (Person.title == title, Person.employment_status.in_(EMPLOYED))
    rows = select(Person.id, literal(agreement.id), literal(signed_at, MOMENT), literal("demo")).where(*who)
    columns = ["person_id", "agreement_id", "signed_at", "method"]
    db.session.execute(insert(Signature).from_select(columns, rows))
