"""What a person has, and what a level asks for beyond that."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app import clock
from app.catalogue.models import AccessLevel, Agreement, Course
from app.db import transaction
from app.training import queries
from app.training.queries import Lacking
from tests.people import Town
from tests.training.conftest import base_courses, completed, signed


def lacks(town: Town, level: AccessLevel, day: date | None = None, kind: str = "new") -> Lacking:
    return queries.lacking(level, kind, queries.has(town.alice.id, day or clock.today()))


def test_everything_is_missing_at_first(town: Town, procapita: AccessLevel) -> None:
    assert lacks(town, procapita) == Lacking(("INFOSEC-BAS", "GDPR-BAS", "SEKRETESS-SOC"))


def test_course_counts_on_its_last_day_and_not_on_the_next(town: Town, procapita: AccessLevel) -> None:
    base_courses(town.alice)
    completed(town.alice, "SEKRETESS-SOC", on=date(2026, 1, 15))
    assert not lacks(town, procapita, date(2028, 1, 15)).courses[2:]
    assert "SEKRETESS-SOC" in lacks(town, procapita, date(2028, 1, 16)).courses


def test_older_completion_does_not_shorten_a_newer_one(town: Town, procapita: AccessLevel) -> None:
    base_courses(town.alice)
    completed(town.alice, "SEKRETESS-SOC", on=date(2026, 2, 1))
    completed(town.alice, "SEKRETESS-SOC", on=date(2020, 2, 1))
    assert not lacks(town, procapita)


def test_new_version_of_a_course_must_be_taken_anew(
    town: Town, procapita: AccessLevel, courses: dict[str, Course]
) -> None:
    base_courses(town.alice)
    completed(town.alice, "SEKRETESS-SOC", on=date(2026, 1, 15))
    with transaction():
        courses["SEKRETESS-SOC"].counts_from = date(2026, 1, 16)
    assert lacks(town, procapita).courses == ("SEKRETESS-SOC",)


@pytest.mark.usefixtures("courses")
@pytest.mark.parametrize(("k", "kind", "asked"), [(1, "new", 0), (2, "new", 2), (2, "extend", 0), (2, "change", 2)])
def test_base_courses_by_confidentiality_and_kind(town: Town, k: int, kind: str, asked: int) -> None:
    with transaction():
        town.disk.details = {"k": k}
    assert len(lacks(town, town.disk, kind=kind).courses) == asked


def test_course_that_the_municipality_does_not_give_is_not_asked_of_everybody(town: Town) -> None:
    assert not lacks(town, town.disk)


def test_course_that_a_level_names_and_nobody_gives_is_missing(town: Town) -> None:
    with transaction():
        town.disk.courses = ["FINNS-INTE"]
    assert lacks(town, town.disk) == Lacking(("FINNS-INTE",))


def test_agreement_of_the_right_type_and_version(town: Town, agreement: Agreement) -> None:
    with transaction() as session:
        town.disk.agreement = "SOC"
        session.add(Agreement(type="HSL", version="1", name="Hälsa", text="Text.", valid_from=date(2024, 1, 1)))
    assert lacks(town, town.disk).agreement == "SOC"
    signed(town.alice, "HSL")
    assert lacks(town, town.disk).agreement == "SOC"
    signed(town.alice, "SOC")
    assert not lacks(town, town.disk)


def test_new_version_is_asked_for_from_its_first_day(town: Town, agreement: Agreement) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    with transaction() as session:
        town.disk.agreement = "SOC"
        session.add(Agreement(type="SOC", version="2", name="Ny", text="Ny text.", valid_from=tomorrow))
    signed(town.alice)
    assert not lacks(town, town.disk)
    assert lacks(town, town.disk, tomorrow).agreement == "SOC"


def test_agreement_that_is_not_in_force_cannot_be_done_without(town: Town) -> None:
    with transaction():
        town.disk.agreement = "SOC"
    assert lacks(town, town.disk).agreement == "SOC"
