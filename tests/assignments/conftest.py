"""The town of a municipality that has opted in to assignments, and somebody with an account and no employment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from app import clock
from app.assignments import services
from app.assignments.models import Assignment
from app.assignments.services import NewAssignment
from app.config import Settings
from app.db import transaction
from app.directory.account import Account
from app.directory.evidence import Evidence
from app.directory.models import Person
from tests.appointments.conftest import Post, post
from tests.auth.conftest import as_person
from tests.people import Town, person
from tests.requests.conftest import life, statements, town
from workflows.case import EmploymentStatus
from workflows.events import Actor

__all__ = ["Post", "as_person", "life", "post", "statements", "town"]
Register = Callable[..., Assignment]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The municipality has opted in."""
    return settings.model_copy(update={"assignments": True})


@pytest.fixture
def kim(town: Town) -> Person:
    """A consultant: an account in the directory, and no employment."""
    with transaction() as session:
        given = {"employment_status": "not_found", "last_active_on": None}
        return person(session, "Kim O'Åberg", town.library, **given)


def wanted(who: Person, sponsor: Person, unit_id: int, **more: Any) -> NewAssignment:
    """From today for ninety days, unless ``more`` says otherwise."""
    values = {
        "person": who,
        "sponsor": sponsor,
        "kind": "consultant",
        "unit_id": unit_id,
        "agreement_ref": "AVT-2026-17",
        "starts_on": clock.today(),
        "ends_on": clock.today() + timedelta(days=90),
    }
    return NewAssignment(**{**values, **more})


@pytest.fixture
def register(town: Town, kim: Person) -> Register:
    """Bob registers Kim, with himself as sponsor, unless said otherwise."""

    def register(by: Person | None = None, **more: Any) -> Assignment:
        actor = Actor((by or town.bob).id, "sponsor")
        with transaction():
            found = wanted(more.pop("person", kim), more.pop("sponsor", town.bob), town.library.id, **more)
            return services.register(found, actor=actor, now=clock.now())

    return register


def says(who: Person, *, enabled: bool | None = True, expires_on: date | None = None) -> Evidence:
    """What the directory says: an account of no employee; ``enabled`` None: no account at all."""
    account = Account(
        "guid-kim", "CN=Kim", who.employee_number, "konsult", enabled=bool(enabled), expires_on=expires_on
    )
    accounts = () if enabled is None else (account,)
    now = clock.now()
    return Evidence(who.id, who.employee_number, EmploymentStatus.NOT_FOUND, "test", now, accounts=accounts)


def unknown(who: Person) -> Evidence:
    """The directory is down."""
    return Evidence(who.id, who.employee_number, EmploymentStatus.UNKNOWN, "test", clock.now())
