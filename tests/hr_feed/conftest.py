"""A municipality with a file from HR beside its directory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db, transaction
from app.directory.account import Account
from app.directory.answers import Answer, Source
from app.directory.hr_models import HrFile
from app.directory.models import Person
from app.hr_feed import services
from workflows.directory_events import (
    HrFileApplied,
    HrFileLate,
    HrFileRefused,
    PersonMoved,
    ReadingHeld,
    ReadingReleased,
)
from workflows.events import EmploymentChanged

HEAD = (
    "employeeNumber;givenname;lastname;isClassified;employmentId;formOfEmploymentId;title;orgId;orgName;topOrgName;"
    "startDate;endDate;isMainEmployment;manager;leaveFrom;leaveTo"
)
SUNDAY = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)


def row(number: str, **facts: str) -> str:
    """One employment of the file."""
    given = {
        "givenname": "Alice", "lastname": f"Åberg {number}", "isClassified": "", "employmentId": f"E-{number}",
        "formOfEmploymentId": "tillsvidare", "title": "Inspektör", "orgId": "MIL-1", "orgName": "Miljöenheten",
        "topOrgName": "Miljönämnden", "startDate": "2020-01-01", "endDate": "", "isMainEmployment": "ja", "manager": "",
        "leaveFrom": "", "leaveTo": "",
    } | facts  # fmt: skip
    return ";".join({"employeeNumber": number, **given}.values())


@dataclass
class Directory:
    """A directory that has the accounts it was given: our own logic only."""

    accounts: list[Account] = field(default_factory=list)

    def read(self, take: Any) -> Source:
        """Everything."""
        take([self.accounts])
        return Source("ldaps://reading")

    def find_by_employee_number(self, number: str) -> Answer:
        """Those with the number."""
        return Answer("ldaps://reading", tuple(one for one in self.accounts if one.employee_number == number))


@dataclass
class Town:
    """The application with its file from HR, its directory, and what was published."""

    app: Flask
    directory: Directory
    events: list[Any]

    def load(self, *rows: str, at: datetime = SUNDAY, written_at: datetime | None = None) -> HrFile:
        """The file comes."""
        content = "\n".join([HEAD, *rows]).encode()
        with transaction():
            return services.load(content, name="hr.csv", written_at=written_at or at, now=at)

    def person(self, number: str) -> Person:
        """The row of ``number``, read afresh."""
        db.session.expire_all()
        return db.session.scalars(select(Person).where(Person.employee_number == number)).one()

    def status(self, number: str) -> str:
        """What is known of the employment."""
        return self.person(number).employment_status

    def told(self, kind: type) -> list[Any]:
        """What was published of this kind."""
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def town(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """HR's file is in force; nothing follows from what is published."""
    events: list[Any] = []
    kinds = (EmploymentChanged, ReadingHeld, HrFileApplied, HrFileLate, HrFileRefused, ReadingReleased, PersonMoved)
    settings = app.extensions["settings"].model_copy(update={"hr_feed": "hr.csv", "sync_ending_floor": 1})
    directory = Directory()
    monkeypatch.setitem(app.extensions, "settings", settings)
    monkeypatch.setitem(app.extensions, "directory", directory)
    monkeypatch.setitem(app.extensions, "reactions", {kind: [events.append] for kind in kinds})
    yield Town(app, directory, events)
    db.session.rollback()
