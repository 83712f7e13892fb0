"""Emergency access: its hours, and the control that follows it (rules.md C7, C0.4 ``emergency_followup``).

The order itself is ``catalog/emergency_access.yaml``. The control belongs to the right and not to the order: it is
asked beside the right's life, whether that lasts, has ended or was ended before its time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows.definition import Clock, Escalation, Step

KIND = "emergency"
PROCESS = "emergency_access"
REASONS = ("life", "staffing", "disturbance", "security", "crisis")
FIRST_HOURS, MOST_HOURS = 24, 72
EXTENSIONS = (12, 24, 48)  # hours more, at most to MOST_HOURS in all
SAME_NEED = timedelta(days=30)
FURTHER = (Escalation("coordinator", 1), Escalation("it_manager", 2), Escalation("board_manager", 2))
LAST_RESORTS = ("board_manager", "coordinator", "it_manager")
# Whoever granted answers nothing about it afterwards; subject and requester are barred from every step (G6).
GRANT = "grant"

AFTER_APPROVAL = Step(
    name="after_approval",
    state="granted",
    task="emergency_approval",
    ask="line_manager",
    otherwise=LAST_RESORTS,
    distinct_from=frozenset({GRANT}),
    clock=Clock(due=1, anchor="due", escalations=FURTHER),
)
FOLLOW_UP = Step(
    name="follow_up",
    state="granted",
    task="emergency_followup",
    ask="system_owner",
    otherwise=LAST_RESORTS,
    distinct_from=frozenset({GRANT}),
    clock=Clock(due=5, anchor="due", escalations=FURTHER),
)
CLOSING = Step(
    name="closing",
    state="granted",
    task="emergency_closing",
    ask="coordinator",
    otherwise=("it_manager", "board_manager"),
    distinct_from=frozenset({GRANT}),
    clock=Clock(due=10, anchor="due", reminders=(0,), escalations=(Escalation("it_manager", 2),)),
)
STEPS = {step.task: step for step in (AFTER_APPROVAL, FOLLOW_UP, CLOSING)}


@dataclass(frozen=True, slots=True)
class Control:
    """How far one emergency has come. ``approve_by`` and ``follow_up_by`` are local dates."""

    ended: bool
    approved: bool | None
    followed_up: bool
    approve_by: date
    follow_up_by: date
    deviations: frozenset[str] = frozenset()


def late(control: Control, today: date) -> tuple[str, ...]:
    """What has not been answered in time and was not noted before: codes of deviations."""
    missing = (
        ("approval_late", control.approved is None, control.approve_by),
        ("follow_up_late", not control.followed_up, control.follow_up_by),
    )
    return tuple(code for code, lacks, due in missing if lacks and today > due and code not in control.deviations)


def closes_by_itself(control: Control) -> bool:
    """True when all has been answered, in time and without a deviation: nobody has anything left to say."""
    answered = control.approved is True and control.followed_up
    return control.ended and answered and not control.deviations


def ends_at(granted_at: datetime, employed_until: datetime | None = None) -> datetime:
    """The moment when the right ends by itself, in UTC: hours and not days, so 24 also when the clocks change.

    Earlier where the employment ends before.
    """
    first = granted_at + timedelta(hours=FIRST_HOURS)
    return min(first, employed_until) if employed_until is not None else first


def extensions(granted_at: datetime, expires_at: datetime) -> tuple[int, ...]:
    """How many hours more the right may be given, shortest first; empty when it has had the most."""
    latest = granted_at + timedelta(hours=MOST_HOURS)
    return tuple(hours for hours in EXTENSIONS if expires_at + timedelta(hours=hours) <= latest)


def is_control(task_kind: str, kinds: Collection[str] = frozenset(STEPS)) -> bool:
    """True for a task of the control."""
    return task_kind in kinds
