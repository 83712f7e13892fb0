"""The yearly report's days, states and rating (rules.md C11)."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from workflows import internal_control as rules
from workflows.calendar import WorkingCalendar
from workflows.internal_control import Figures, Thresholds

CALENDAR, LIMITS = WorkingCalendar(), Thresholds()


@pytest.mark.parametrize(
    ("year", "due_on", "overdue_on"),
    [
        (2024, date(2025, 2, 28), date(2025, 3, 3)),
        (2025, date(2026, 2, 27), date(2026, 3, 2)),  # scenario 25
        (2026, date(2027, 3, 1), date(2027, 3, 2)),
    ],
)
def test_a_report_is_due_on_the_last_working_day_on_or_before_1_march(
    year: int, due_on: date, overdue_on: date
) -> None:
    found = rules.round_of(year, CALENDAR)
    assert (found.due_on, found.overdue_on) == (due_on, overdue_on)


def test_the_days_of_a_round() -> None:
    found = rules.round_of(2025, CALENDAR)
    assert (found.opens_on, found.drafts_on) == (date(2025, 12, 1), date(2026, 1, 7))
    assert (found.reminds_on, found.reminds_again_on) == (date(2026, 1, 30), date(2026, 2, 13))
    assert (found.escalates_on, found.summary_on) == (date(2026, 2, 20), date(2026, 3, 31))


@pytest.mark.parametrize("year", range(2018, 2040))
def test_the_days_of_every_round_come_in_their_order(year: int) -> None:
    found = rules.round_of(year, CALENDAR)
    days = [getattr(found, name) for name in ("opens_on", "drafts_on", *rules.RUNGS[:3], "due_on", "overdue_on")]
    assert days == sorted(days) and len(set(days)) == len(days)
    assert rules.rungs_due(found, 0, found.due_on) == rules.RUNGS[:3]
    assert rules.rungs_due(found, 3, found.overdue_on) == ("overdue_on",)


def test_scenario_25_overdue_is_a_flag_from_2_march_on() -> None:
    found = rules.round_of(2025, CALENDAR)
    assert not rules.is_overdue("submitted", found, date(2026, 3, 1))
    assert rules.is_overdue("submitted", found, date(2026, 3, 2))
    assert not any(rules.is_overdue(state, found, date(2026, 3, 2)) for state in ("approved", "received", "closed"))


def test_a_report_is_submitted_approved_received_and_closed_and_never_skips_a_step() -> None:
    path = ["draft", "submit", "approve", "receive", "close"]
    state = "expected"
    for trigger in path:
        others = {t for t in path if t != trigger}
        assert not any(rules.next_state(state, other) for other in others)
        state = rules.next_state(state, trigger)
    assert state == "closed"
    assert not any(rules.next_state("closed", trigger) for trigger in (*path, "return"))
    assert all(after in rules.STATES for after in rules.MOVES.values())


def test_scenario_26_whoever_has_written_in_it_does_not_approve() -> None:
    assert rules.approval_fault(7, [3, 7]) == "four_eyes"
    assert rules.approval_fault(7, [3]) == ""


@pytest.mark.parametrize(
    ("code", "found", "k", "colour", "why"),
    [
        ("IK-01", Figures(10, 1), 3, "red", "review_missed"),
        ("IK-01", Figures(10, 1), 2, "green", "within"),
        ("IK-02", Figures(0, 0), 2, "none", "nothing_to_check"),
        ("IK-03", Figures(10, 0, worst=6), 1, "red", "leaver_late"),
        ("IK-03", Figures(10, 0, worst=5), 1, "green", "no_deviation"),
        ("IK-03", Figures(10, 2, worst=5), 1, "amber", "below"),
        ("IK-07", Figures(1, 1), 3, "red", "no_guideline"),
        ("IK-07", Figures(1, 1), 2, "amber", "below"),
        ("IK-08", Figures(100, 10), 3, "green", "within"),
        ("IK-08", Figures(1000, 101), 3, "amber", "below"),
    ],
)
def test_the_rating_of_a_point_follows_the_rule(code: str, found: Figures, k: int, colour: str, why: str) -> None:
    assert rules.rate(code, found, k, LIMITS) == (colour, why)


def test_the_thresholds_are_configured() -> None:
    assert rules.rate("IK-03", Figures(10, 1), 2, Thresholds(95, 5))[0] == "amber"
    assert rules.rate("IK-03", Figures(10, 0, worst=6), 2, Thresholds(90, 6))[0] == "green"


def test_the_report_is_as_red_as_its_worst_point_and_says_why() -> None:
    points = [("IK-01", "green", "within"), ("IK-03", "red", "leaver_late"), ("IK-08", "amber", "below")]
    assert rules.rating(points, ["plan"]) == ("red", ("IK-03:leaver_late",))
    assert rules.rating(points[::2], ["plan"]) == ("amber", ("IK-08:below", "readiness_gaps"))
    assert rules.rating(points[:1], []) == ("green", ())


def test_the_owner_lowers_freely_and_raises_with_a_reason() -> None:
    order = ("red", "amber", "green")
    for proposed, chosen in product(order, order):
        is_raised = order.index(chosen) > order.index(proposed)
        assert (rules.rating_fault(proposed, chosen, "") is not None) == is_raised
        assert rules.rating_fault(proposed, chosen, "Åtgärdat i januari.") is None
    assert rules.rating_fault("red", "blue", "") == ("rating", "choose_rating")
