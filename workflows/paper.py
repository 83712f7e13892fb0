"""W12, the paper routine after an outage (rules.md C12): the life of one form, the count of all, and their clocks.

A form is not an order under way: it is filled in before the product knows of it, so nobody is asked step by step. Its
life is a definition, as those of appointments are (docs/decisions/0036). What the ordinary process would have said of
it is asked of that process itself: ``retrace``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from workflows import life
from workflows.calendar import WorkingCalendar
from workflows.clocks import Firing, schedule
from workflows.definition import Clock, Escalation, Workflow

BLANK = "issued"  # printed, and in the binder
UNVERIFIED = ("registered", "returned")
UNDECIDED = (*UNVERIFIED, "verified", "waiting")
CLASSES = ("used", "void", "missing", "blank")  # where each serial ends

FINDING = Clock(
    due=5, anchor="due", reminders=(-1, 0), escalations=(Escalation("system_owner", 1), Escalation("coordinator", 5))
)
DRILL_MONTHS = 12


def registration(workflow: Workflow, began: date, ended: date, calendar: WorkingCalendar) -> Clock:
    """By when each form is registered (C0.4): longer where the outage lasted longer than the definition's limit."""
    step, days = life.asked_in(workflow, BLANK), life.of(workflow).days
    assert step is not None
    is_long = calendar.between(began, ended) > days["long_outage"]
    return replace(step.clock, due=days["register_after_long"]) if is_long else step.clock


def closing(workflow: Workflow) -> Clock:
    """By when every serial is accounted for, and who hears of it if not."""
    days = life.of(workflow).days
    told = (Escalation("coordinator", days["close_told_after"]),)
    return Clock(due=days["close"], anchor="due", reminders=(0,), escalations=told)


def due_firings(clock: Clock, asked_on: date, rung: int, today: date, calendar: WorkingCalendar) -> tuple[Firing, ...]:
    """What has had its day and has not been rung: ``rung`` says how many have."""
    firings = schedule(clock, asked_on, calendar)
    return tuple(f for f in firings[rung:] if f.on <= today)


def last_day(workflow: Workflow, ended: date, calendar: WorkingCalendar) -> date:
    """The last day that a right given on paper may have."""
    return calendar.add(ended, life.of(workflow).days["right_outlasts"])


def next_drill(held_on: date) -> date:
    """By when the next drill is to be held: the same day a year on, or the last of February."""
    year, month = held_on.year + (held_on.month - 1 + DRILL_MONTHS) // 12, (held_on.month - 1 + DRILL_MONTHS) % 12 + 1
    return date(year, month, min(held_on.day, monthrange(year, month)[1]))


def class_of(status: str, *, is_confirmed: bool) -> str:
    """Which class a serial of an outage is in; "" while it is not accounted for.

    ``is_confirmed``: somebody has said that the forms of the system that are left lie blank in the binder.
    """
    if status != BLANK:
        return status
    return "blank" if is_confirmed else ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many forms the owner counted: taken out of the binder, and how many of them are void."""

    issued: int
    void: int


def hindrances(classes: Mapping[str, str], states: Iterable[str], counted: Counted) -> tuple[str, ...]:
    """Why the outage cannot be closed yet, as codes; empty when every serial is accounted for.

    ``classes``: the class of each serial; ``states``: of each registered form.
    """
    found, forms = list(classes.values()), list(states)
    taken_out = sum(one in ("used", "void", "missing") for one in found)
    checks = (
        ("unaccounted", "" in found),
        ("unverified", any(state in UNVERIFIED for state in forms)),
        ("waiting", any(state in ("verified", "waiting") for state in forms)),
        ("count_differs", taken_out != counted.issued),
        ("void_differs", taken_out == counted.issued and found.count("void") != counted.void),
    )
    return tuple(code for code, holds in checks if holds)
