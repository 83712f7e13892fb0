"""G17: who has no employment gets something only by an assignment, and nothing while that is off (rules.md C1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflows.assignment_guard import KINDS, Assignment, assigned, latest_end
from workflows.case import EmploymentStatus, Party

TODAY = date(2026, 3, 2)
BOB = Party(2, "Bob")
GOOD = Assignment("consultant", BOB, "AVT-2026-17", TODAY, date(2027, 3, 2))


def reason(assignment: Assignment | None, *, opted_in: bool = True) -> str:
    """Why Alice (1) gets nothing; empty when she may."""
    found = assigned(assignment, opted_in=opted_in, subject_id=1, today=TODAY)
    assert found.passed is (found.consequence is None)
    return found.reason


@pytest.mark.parametrize("kind", KINDS)
def test_an_assignment_of_each_kind_is_let_through(kind: str) -> None:
    assert reason(replace(GOOD, kind=kind)) == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "friend"}, "assignment_kind"),
        ({"sponsor": Party(1, "Alice")}, "sponsor_is_subject"),
        ({"sponsor": replace(BOB, status=EmploymentStatus.ENDED, may_act=False)}, "sponsor_not_employed"),
        ({"sponsor": replace(BOB, status=EmploymentStatus.UNKNOWN, may_act=False)}, "sponsor_not_employed"),
        ({"agreement_ref": "  "}, "agreement_ref_missing"),
        ({"ends_on": None}, "assignment_too_long"),
        ({"ends_on": date(2027, 3, 3)}, "assignment_too_long"),
        ({"starts_on": date(2025, 3, 1), "ends_on": date(2026, 3, 1)}, "assignment_over"),
        ({"starts_on": date(2026, 4, 1), "ends_on": date(2026, 3, 31)}, "assignment_over"),
    ],
)
def test_what_stops_it(changes: dict[str, object], why: str) -> None:
    assert reason(replace(GOOD, **changes)) == why  # type: ignore[arg-type]


def test_without_an_assignment_nothing() -> None:
    assert reason(None) == "assignment_missing"


def test_the_last_day_of_february() -> None:
    assert latest_end(date(2028, 2, 29)) == date(2029, 2, 28)


@pytest.mark.parametrize("assignment", [None, GOOD, replace(GOOD, ends_on=None), replace(GOOD, kind="friend")])
def test_nothing_is_given_while_the_setting_is_off(assignment: Assignment | None) -> None:
    assert reason(assignment, opted_in=False) == "assignments_off"
