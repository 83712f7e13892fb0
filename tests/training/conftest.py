"""Courses and an agreement for the characters, and a level that asks for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app import clock
from app.catalogue.models import AccessLevel, Agreement, Course
from app.db import transaction
from app.directory.models import Person
from app.training import importing, services
from app.training.importing import Report
from tests.people import Town, level, system
from tests.requests.conftest import life, statements, town
from workflows.events import Actor

__all__ = ["life", "statements", "town"]

LONG_AGO = date(2024, 1, 1)
CLERK = Actor(None, "administrator", "cli")


@pytest.fixture
def courses(town: Town) -> dict[str, Course]:
    """Three courses of 24 months, by code."""
    names = {
        "INFOSEC-BAS": "Grundkurs i informationssäkerhet",
        "GDPR-BAS": "Grundkurs i dataskydd",
        "SEKRETESS-SOC": "Sekretess i socialtjänsten",
    }
    with transaction() as session:
        found = {code: Course(code=code, name=name, valid_months=24) for code, name in names.items()}
        session.add_all(found.values())
    return found


@pytest.fixture
def agreement(town: Town) -> Agreement:
    """The first version of social services' agreement."""
    with transaction() as session:
        found = Agreement(
            type="SOC",
            version="1",
            name="Sekretessförbindelse socialtjänst",
            legal_ground="OSL 26 kap.",
            text="Jag har tystnadsplikt.\nDen upphör aldrig.",
            valid_from=LONG_AGO,
        )
        session.add(found)
    return found


@pytest.fixture
def procapita(town: Town, courses: dict[str, Course]) -> AccessLevel:
    """Utförare in Procapita, as far as W2 goes: it asks for a course of its own beside the base courses."""
    with transaction() as session:
        soc = system(session, "PRO-SOC", "Procapita", board="SOC", confidentiality=2)
        from tests.people import appoint

        appoint(session, "system_owner", town.olga, soc)
        appoint(session, "system_manager", town.carol, soc)
        return level(session, soc, "UTF", "Utförare", courses=["INFOSEC-BAS", "GDPR-BAS", "SEKRETESS-SOC"])


def completed(who: Person, *codes: str, on: date | None = None) -> Report:
    """``who`` has completed the courses, today unless ``on`` says otherwise; imported as a file is."""
    day = on or clock.today()
    rows = "\n".join(f"{who.employee_number};{code};{day}" for code in codes)
    with transaction():
        return importing.load(rows.encode(), source="test", actor=CLERK, now=clock.now())


def signed(who: Person, type_: str = "SOC", version: str = "1") -> int:
    """``who`` has signed."""
    with transaction():
        return services.sign(type_, version, actor=Actor(who.id, "employee"), method="test", now=clock.now())


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def base_courses(who: Person) -> Any:
    return completed(who, "INFOSEC-BAS", "GDPR-BAS", on=days_ago(30))
