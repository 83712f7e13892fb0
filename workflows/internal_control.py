"""W11, the yearly report of internal control (rules.md C11): the round's days, the report's states, and its rating."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from workflows.calendar import WorkingCalendar
from workflows.system_profile import AMBER, GREEN, NONE, POINTS, RED, text_fault

SECRET = 3
SHORTEST_REASON = 10
RETURNED_DAYS = 5  # working days that a returned report has


@dataclass(frozen=True, slots=True)
class Round:
    """The days of the report about ``year``; all but the first lie in the year after."""

    year: int
    opens_on: date
    drafts_on: date
    reminds_on: date
    reminds_again_on: date
    escalates_on: date
    due_on: date
    overdue_on: date
    summary_on: date


def round_of(year: int, calendar: WorkingCalendar) -> Round:
    """The days of the report about ``year``; it is due on the last working day on or before 1 March."""
    due_on = calendar.on_or_before(date(year + 1, 3, 1))
    return Round(
        year,
        opens_on=date(year, 12, 1),
        drafts_on=calendar.add(date(year + 1, 1, 6), 1),
        reminds_on=calendar.on_or_before(date(year + 1, 2, 1)),
        reminds_again_on=calendar.on_or_before(date(year + 1, 2, 15)),
        escalates_on=calendar.add(due_on, -5),
        due_on=due_on,
        overdue_on=calendar.add(date(year + 1, 3, 1), 1),
        summary_on=date(year + 1, 3, 31),
    )


EXPECTED, DRAFTED, SUBMITTED, APPROVED = "expected", "drafted", "submitted", "approved"
RECEIVED, CLOSED, RETURNED = "received", "closed", "returned"
STATES = (EXPECTED, DRAFTED, SUBMITTED, APPROVED, RECEIVED, CLOSED, RETURNED)
WRITABLE = (DRAFTED, RETURNED)
LOCKED = (RECEIVED, CLOSED)
MOVES: Mapping[tuple[str, str], str] = {
    (EXPECTED, "draft"): DRAFTED,
    (DRAFTED, "submit"): SUBMITTED,
    (RETURNED, "submit"): SUBMITTED,
    (SUBMITTED, "approve"): APPROVED,
    (SUBMITTED, "return"): RETURNED,
    (APPROVED, "return"): RETURNED,
    (APPROVED, "receive"): RECEIVED,
    (RECEIVED, "return"): RETURNED,
    (RECEIVED, "close"): CLOSED,
}
# Steps in the round that somebody is told of, in their order: what rings, and when it has not been told yet.
RUNGS = ("reminds_on", "reminds_again_on", "escalates_on", "overdue_on")


def next_state(state: str, trigger: str) -> str:
    """Where the move leads; empty when there is no such move."""
    return MOVES.get((state, trigger), "")


def approval_fault(approver: int, authors: Collection[int]) -> str:
    """four_eyes where whoever approves has written in the report (scenario 26); empty otherwise."""
    return "four_eyes" if approver in authors else ""


def is_overdue(state: str, round_: Round, today: date) -> bool:
    """A flag, not a state: nobody has approved it, and the first working day after 1 March has come."""
    return state in (EXPECTED, DRAFTED, SUBMITTED, RETURNED) and today >= round_.overdue_on


def rungs_due(round_: Round, rung: int, today: date) -> tuple[str, ...]:
    """Which of the round's reminders have had their day and are not told; ``rung``: how many have been."""
    return tuple(name for name in RUNGS[rung:] if getattr(round_, name) <= today)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a control point found: of ``sample`` looked at, so many ``deviations``.

    ``worst``: the largest delay in working days, where the point has one.
    """

    sample: int
    deviations: int
    worst: int = 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many percent without deviation a point is green, and after how many working days a leaver's access is
    late (rules.md C11).
    """

    in_time_percent: int = 90
    leaver_days: int = 5


# The standard control points (field.md B5). Those of a board alone are not asked of a system, and the other way round.
SYSTEM_POINTS = (
    "IK-01", "IK-02", "IK-03", "IK-04", "IK-05", "IK-07", "IK-08", "IK-09", "IK-10", "IK-11", "IK-12", "IK-13",
)  # fmt: skip
BOARD_POINTS = ("IK-06",)
POINT_CODES = tuple(sorted((*SYSTEM_POINTS, *BOARD_POINTS)))


def rate(code: str, found: Figures, confidentiality: int, limits: Thresholds) -> tuple[str, str]:
    """Colour and why of one control point."""
    if not found.sample:
        return NONE, "nothing_to_check"
    if code == "IK-03" and found.worst > limits.leaver_days:
        return RED, "leaver_late"
    if not found.deviations:
        return GREEN, "no_deviation"
    if confidentiality >= SECRET and code in GRAVE_IN_SECRET:
        return RED, GRAVE_IN_SECRET[code]
    # Multiplied, not divided: 90 % exactly is in time.
    if (found.sample - found.deviations) * 100 >= limits.in_time_percent * found.sample:
        return GREEN, "within"
    return AMBER, "below"


GRAVE_IN_SECRET: Mapping[str, str] = {"IK-01": "review_missed", "IK-07": "no_guideline"}


def rating(points: Iterable[tuple[str, str, str]], gaps: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The proposed rating of a report, and why: codes such as ``IK-03:leaver_late``. ``points``: code, colour, why;
    ``gaps``: what of the profile is not green.
    """
    found = list(points)
    for colour in (RED, AMBER):
        reasons = tuple(f"{code}:{why}" for code, rated, why in found if rated == colour)
        if colour == AMBER and gaps:
            reasons += ("readiness_gaps",)
        if reasons:
            return colour, reasons
    return GREEN, ()


def rating_fault(proposed: str, chosen: str, reason: str) -> tuple[str, str] | None:
    """Lowering is free; a better colour than the proposed one needs a reason. Field and code, or None."""
    if chosen not in POINTS:
        return "rating", "choose_rating"
    if POINTS[chosen] > POINTS[proposed] and len(reason.strip()) < SHORTEST_REASON:
        return "rating_reason", "raise_needs_reason"
    return text_fault("rating_reason", reason)
