"""Several employments of one person: one answer."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.case import EmploymentStatus as Status
from workflows.hr_employment import HrEmployment, answer

TODAY = date(2026, 11, 29)


def one(key: str, starts: str, ends: str | None = None, **facts) -> HrEmployment:
    last = date.fromisoformat(ends) if ends else None
    return HrEmployment(key, "permanent", date.fromisoformat(starts), last, **facts)


def test_last_day_counts():
    assert answer([one("a", "2026-01-01", "2026-11-29")], TODAY).status is Status.ACTIVE
    ended = answer([one("a", "2026-01-01", "2026-11-28")], TODAY)
    assert (ended.status, ended.reason, ended.ends_on) == (Status.ENDED, "hr:ended:a", date(2026, 11, 28))


def test_first_day_ahead_is_future():
    ahead = answer([one("b", "2026-12-01", "2027-02-28")], TODAY)
    assert (ahead.status, ahead.starts_on, ahead.ends_on) == (Status.FUTURE, date(2026, 12, 1), date(2027, 2, 28))


def test_one_of_two_ends_and_the_person_stays():
    said = answer([one("a", "2020-01-01", "2026-11-28", is_main=True), one("b", "2024-01-01")], TODAY)
    assert (said.status, said.main.key, said.ends_on) == (Status.ACTIVE, "b", None)


def test_employment_that_follows_at_once_prolongs():
    said = answer([one("a", "2026-09-01", "2026-11-30"), one("b", "2026-12-01", "2027-01-31")], TODAY)
    assert (said.main.key, said.ends_on) == ("a", date(2027, 1, 31))


def test_a_day_between_two_is_an_end():
    said = answer([one("a", "2026-09-01", "2026-11-30"), one("b", "2026-12-02", "2027-01-31")], TODAY)
    assert said.ends_on == date(2026, 11, 30)


def test_leave_of_one_of_two_is_no_leave():
    resting = {"leave_from": date(2026, 11, 1), "leave_to": None}
    assert answer([one("a", "2020-01-01", **resting)], TODAY).status is Status.ON_LEAVE
    assert answer([one("a", "2020-01-01", **resting), one("b", "2024-01-01")], TODAY).status is Status.ACTIVE


def test_leave_ends_on_its_last_day():
    resting = one("a", "2020-01-01", leave_from=date(2026, 11, 1), leave_to=date(2026, 11, 28))
    assert answer([resting], TODAY).status is Status.ACTIVE


@pytest.mark.parametrize(
    ("marks", "main"),
    [
        (({"is_main": True}, {}), "a"),
        (({}, {"is_main": True}), "b"),
        (({"is_manual": True}, {}), "b"),
        (({}, {}), "a"),
    ],
)
def test_main_employment_is_marked_then_not_by_hand_then_longest(marks, main):
    both = [one("a", "2020-01-01", **marks[0]), one("b", "2021-01-01", "2027-01-01", **marks[1])]
    assert answer(both, TODAY).main.key == main
