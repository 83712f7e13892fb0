"""Freeze windows: which days, which orders, and where due dates go (rules.md C0.3 G15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.workflows.cases import ALICE, BOB, CAROL, MICROMARC, SYSTEM, TODAY, approved_by, order
from workflows import freezing, machine, simulate
from workflows.calendar import WorkingCalendar
from workflows.case import Case, Freeze
from workflows.errors import Refused
from workflows.guards import GUARDS

CALENDAR = WorkingCalendar()
PAY_DAYS = {"kind": "monthly", "day": 25, "working_days_before": 3, "text": "Lönekörning"}
NEW_YEAR = {"kind": "yearly", "from": "12-28", "to": "01-10", "text": "Årsskifte"}
PAY_RUN = Freeze(date(2026, 2, 27), date(2026, 3, 4), "Lönekörning")  # holds TODAY, Monday 2 March


def days(rule: dict[str, Any], first: date, last: date) -> list[tuple[str, str]]:
    """First and last day of each window of the rule."""
    return [(str(f.first_day), str(f.last_day)) for f in freezing.planned(rule, first, last, CALENDAR)]


def test_a_pay_run_is_three_working_days_and_the_pay_day_or_the_working_day_before_it() -> None:
    assert days(PAY_DAYS, date(2026, 3, 1), date(2026, 4, 30)) == [
        ("2026-03-20", "2026-03-25"),
        ("2026-04-21", "2026-04-24"),  # the 25th is a Saturday
    ]


def test_christmas_does_not_shorten_a_pay_run() -> None:
    """23 December is the last working day: the 24th is an eve, the 25th a holiday (C0.2)."""
    assert days(PAY_DAYS, date(2026, 12, 1), date(2026, 12, 31)) == [("2026-12-18", "2026-12-23")]


def test_a_day_that_a_month_lacks_is_its_last() -> None:
    found = days({"kind": "monthly", "day": 31, "text": "Månadsbokslut"}, date(2026, 4, 1), date(2026, 4, 30))
    assert found == [("2026-04-30", "2026-04-30")]


def test_new_year_reaches_into_the_next_year() -> None:
    assert days(NEW_YEAR, date(2026, 1, 3), date(2027, 2, 1)) == [
        ("2025-12-28", "2026-01-10"),
        ("2026-12-28", "2027-01-10"),
    ]


def test_listed_windows_are_as_they_are_listed() -> None:
    rule = {"kind": "listed", "text": "Betalning", "windows": [{"first": "2026-03-10"}, {"first": "2025-01-01"}]}
    assert days(rule, date(2026, 3, 1), date(2026, 4, 1)) == [("2026-03-10", "2026-03-10")]


class TestGuard:
    def frozen(self, **changes: Any) -> Case:
        """Alice's order, on a day of the pay run."""
        return order(actor=CAROL, state="manager_approved", freezes=(PAY_RUN,), **changes)

    def test_a_write_level_waits_and_the_reason_says_until_when(self) -> None:
        found = GUARDS["G15"](self.frozen())
        assert (found.passed, found.reason, found.consequence) == (False, "frozen", "refuse")
        assert (found.inputs["until"], found.inputs["why"]) == ("2026-03-04", "Lönekörning")

    @pytest.mark.parametrize("access", ["write", "admin"])
    def test_whoever_can_change_is_stopped(self, access: str) -> None:
        assert not GUARDS["G15"](self.frozen(level=replace(MICROMARC, access=access))).passed

    def test_a_level_that_only_reads_goes_on(self) -> None:
        assert GUARDS["G15"](self.frozen(level=replace(MICROMARC, access="read"))).passed

    @pytest.mark.parametrize("kind", ["emergency", "extend"])
    def test_an_emergency_and_what_one_already_has_go_on(self, kind: str) -> None:
        assert GUARDS["G15"](self.frozen(kind=kind)).passed

    @pytest.mark.parametrize("kind", ["new", "change", "temporary_other_unit"])
    def test_whatever_gives_something_new_does_not(self, kind: str) -> None:
        assert not GUARDS["G15"](self.frozen(kind=kind)).passed

    @pytest.mark.parametrize(
        ("day", "passes"), [(26, True), (27, False), (4, False), (5, True)], ids=["before", "first", "last", "after"]
    )
    def test_both_ends_belong_to_it(self, day: int, passes: bool) -> None:
        today = date(2026, 2 if day > 20 else 3, day)
        assert GUARDS["G15"](replace(self.frozen(), today=today)).passed is passes

    def test_the_shipped_process_asks_it_when_granting(self) -> None:
        case = self.frozen(decisions=approved_by(("manager_approval", BOB)))
        with pytest.raises(Refused, match="frozen"):
            machine.next_state(SYSTEM, case, "grant")
        assert machine.next_state(SYSTEM, replace(case, freezes=()), "grant").target == "granted"

    def test_nothing_but_the_grant_is_stopped(self) -> None:
        case = replace(self.frozen(), state="requested", actor=BOB)
        assert machine.next_state(SYSTEM, case, "approve").target == "manager_approved"
        assert machine.next_state(SYSTEM, replace(self.frozen(), actor=ALICE), "withdraw").target == "withdrawn"


class TestDueDate:
    def test_one_inside_goes_to_the_first_working_day_after(self) -> None:
        ends_friday = Freeze(date(2026, 3, 2), date(2026, 3, 6))
        assert freezing.moved_due(date(2026, 3, 5), [ends_friday], TODAY, CALENDAR) == date(2026, 3, 9)

    def test_one_after_it_stays(self) -> None:
        assert freezing.moved_due(date(2026, 3, 5), [PAY_RUN], TODAY, CALENDAR) == date(2026, 3, 5)

    def test_one_before_a_window_that_has_not_begun_stays(self) -> None:
        ahead = Freeze(date(2026, 3, 9), date(2026, 3, 13))
        assert freezing.moved_due(date(2026, 3, 6), [ahead], TODAY, CALENDAR) == date(2026, 3, 6)

    def test_one_that_had_passed_undone_when_it_began_goes_too(self) -> None:
        assert freezing.moved_due(date(2026, 2, 26), [PAY_RUN], TODAY, CALENDAR) == date(2026, 3, 5)

    def test_windows_that_follow_each_other_are_one(self) -> None:
        next_one = Freeze(date(2026, 3, 5), date(2026, 3, 6))
        assert freezing.moved_due(TODAY, [next_one, PAY_RUN], TODAY, CALENDAR) == date(2026, 3, 9)

    def test_a_system_opens_after_the_last_of_them(self) -> None:
        ahead = Freeze(date(2026, 3, 5), date(2026, 3, 6))
        assert freezing.opens_on([PAY_RUN, ahead], TODAY, CALENDAR) == date(2026, 3, 9)


def test_the_preview_says_the_day_after_the_window() -> None:
    """Sent on a Monday, approved on Thursday the 5th, to be done by the 10th, which is in the window."""
    case = order(state="requested", freezes=(Freeze(date(2026, 3, 9), date(2026, 3, 13)),))
    granted = simulate.path(SYSTEM, case, CALENDAR)[-1]
    assert (granted.task, granted.due_on) == ("grant", date(2026, 3, 16))
