"""Importing completed courses: what is taken, what is refused and why, and how long a course counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import Course
from app.db import db, transaction
from app.training import importing
from app.training.importing import RefusedRow, Report
from app.training.models import Completion, TrainingImport
from tests.people import Town
from tests.training.conftest import CLERK, completed

pytestmark = pytest.mark.usefixtures("courses")
ALICE, BOB = "T-alice.akesson", "T-bob.ek"
TOMORROW = "2199-01-01"


def load(*rows: str) -> Report:
    with transaction():
        return importing.load("\n".join(rows).encode(), source="test", actor=CLERK, now=clock.now())


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Completion)) or 0


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("999999;INFOSEC-BAS;2026-01-15", ("number", "999999", "unknown_person")),
        (f"{ALICE};KNYPPLING;2026-01-15", ("course", "KNYPPLING", "unknown_course")),
        (f"{ALICE};INFOSEC-BAS;{TOMORROW}", ("day", TOMORROW, "future")),
        (f"{ALICE};INFOSEC-BAS;snart", ("day", "snart", "not_a_date")),
        (f"{ALICE};INFOSEC-BAS;", ("day", "", "day_missing")),
        (f"{ALICE};;2026-01-15", ("course", "", "course_missing")),
        (";INFOSEC-BAS;2026-01-15", ("number", "", "number_missing")),
        ("19811228-9874;INFOSEC-BAS;2026-01-15", ("number", "", "personnummer")),
        ("811228-9870;INFOSEC-BAS;2026-01-15", ("number", "", "personnummer")),
        (f"{BOB};GDPR-BAS;2026-01-15", ("day", "2026-01-15", "duplicate")),
    ],
)
def test_refused_row_is_told_with_line_value_and_reason_and_the_rest_is_taken(
    town: Town, row: str, refused: tuple[str, str, str]
) -> None:
    report = load("Anstnr;Kurs;Datum", f"{BOB};GDPR-BAS;2026-01-15", row, f"{BOB};INFOSEC-BAS;2026-01-15")
    assert report.refused == (RefusedRow(3, *refused),)
    assert (report.added, count()) == (2, 2)
    kept = db.session.scalars(select(TrainingImport)).one()
    assert "9874" not in str(kept.refused)
    assert "9870" not in str(kept.refused)


def test_same_file_again_changes_nothing(town: Town) -> None:
    rows = (f"{ALICE};INFOSEC-BAS;2026-01-15", f"{ALICE};GDPR-BAS;2026-01-15")
    first, again = load(*rows), load(*rows)
    assert (first.added, first.known) == (2, 0)
    assert (again.added, again.known, again.refused) == (0, 2, ())
    assert (count(), first.digest) == (2, again.digest)


def test_looking_changes_nothing_and_says_the_same(town: Town) -> None:
    content = f"{ALICE};INFOSEC-BAS;2026-01-15\n999999;INFOSEC-BAS;2026-01-15".encode()
    looked = importing.look(content, clock.today())
    assert count() == 0
    with transaction():
        loaded = importing.load(content, source="test", actor=CLERK, now=clock.now())
    assert (looked.added, looked.known, looked.refused) == (loaded.added, loaded.known, loaded.refused)
    assert importing.look(content, clock.today()).known == 1


def test_course_code_is_found_whatever_its_case(town: Town) -> None:
    assert load(f"{ALICE};infosec-bas;2026-01-15").added == 1


def test_import_is_on_record_with_counts_and_the_files_hash(town: Town) -> None:
    report = load(f"{ALICE};INFOSEC-BAS;2026-01-15", "999999;INFOSEC-BAS;2026-01-15")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "training.imported")).one()
    assert event.data == {"added": 1, "known": 0, "refused": 1, "sha256": report.digest}
    assert (event.object_type, event.object_id) == ("training_import", report.import_id)


def test_large_file_takes_as_few_statements_as_a_small_one(town: Town) -> None:
    from tests.requests.test_statements import counted

    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(200)]
    with counted() as small:
        load(f"{ALICE};INFOSEC-BAS;2024-05-05")
    with counted() as large:
        load(*(f"{ALICE};INFOSEC-BAS;{day}" for day in days))
    assert len(large) == len(small)


@pytest.mark.parametrize(
    ("completed_on", "months", "last"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2026, 1, 15), 24, date(2028, 1, 15)),
        (date(2026, 1, 15), None, None),
    ],
)
def test_course_counts_to_the_day_of_the_same_number_or_the_months_last(
    town: Town, courses: dict[str, Course], completed_on: date, months: int | None, last: date | None
) -> None:
    with transaction():
        courses["INFOSEC-BAS"].valid_months = months
    completed(town.alice, "INFOSEC-BAS", on=completed_on)
    assert db.session.scalars(select(Completion.expires_on)).one() == last


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=st.dates(date(1990, 1, 1), date(2026, 1, 1)), months=st.integers(1, 60))
def test_last_day_is_in_the_right_month_and_never_a_day_too_far(town: Town, day: date, months: int) -> None:
    """lag (1930:173) 2 §: the day of the same number, or that month's last day."""
    asked = text("SELECT (CAST(:day AS date) + make_interval(months => CAST(:months AS integer)))::date")
    last = db.session.scalar(asked, {"day": day, "months": months})
    passed = (last.year - day.year) * 12 + last.month - day.month
    assert passed == months
    assert last.day == day.day or (last.day < day.day and (last + timedelta(days=1)).day == 1)


def test_changed_months_of_a_course_count_for_what_was_completed_before(town: Town, courses: dict[str, Course]) -> None:
    completed(town.alice, "INFOSEC-BAS", on=date(2026, 1, 15))
    with transaction():
        courses["INFOSEC-BAS"].valid_months = 12
        db.session.flush()
        importing.recount()
    assert db.session.scalars(select(Completion.expires_on)).one() == date(2027, 1, 15)
