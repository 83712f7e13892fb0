"""From a clock's working days to dates (rules.md C0.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workflows.calendar import WorkingCalendar
from workflows.case import Profile
from workflows.definition import Clock, Escalation

NOON = "remind_noon"
REVOKE_DAYS = (3, 3, 1, 0)  # by confidentiality, K0 to K3 and above


@dataclass(frozen=True, slots=True)
class Firing:
    """One thing that time will do: remind_1, remind_noon, escalate_1, lapse ... on a local date.

    ``ask`` says of whom an escalation asks.
    """

    act: str
    on: date
    ask: str = ""


def due_on(clock: Clock, created: date, calendar: WorkingCalendar) -> date:
    """The due date; the day of creation is day 0, and a task due the same day waits for a working day."""
    return calendar.on_or_after(created) if clock.due == 0 else calendar.add(created, clock.due)


def schedule(clock: Clock, created: date, calendar: WorkingCalendar) -> tuple[Firing, ...]:
    """Everything that will happen to a task made on ``created``, in the order in which it will."""
    anchor = created if clock.anchor == "created" else due_on(clock, created, calendar)
    firings = [Firing(f"remind_{n}", calendar.add(anchor, after)) for n, after in enumerate(clock.reminders, 1)]
    firings += [
        Firing(f"escalate_{n}", calendar.add(anchor, step.after), step.ask)
        for n, step in enumerate(clock.escalations, 1)
    ]
    if clock.noon:
        firings.append(Firing(NOON, due_on(clock, created, calendar)))
    if clock.lapse is not None:
        firings.append(Firing("lapse", calendar.add(created, clock.lapse)))
    return tuple(sorted(firings, key=lambda f: (f.on, f.act)))


def shift(on: date, due: date, moved: date, calendar: WorkingCalendar) -> date:
    """Where a day of the clock goes when the due date moves: as many working days from it as before."""
    return calendar.add(moved, calendar.between(due, on))


def activation_clock() -> Clock:
    """Five working days to introduce somebody, and for them to say so; then it goes back to the manager (rules.md C3).

    Never lapses: a right that nobody may use yet must end by somebody's act, or by its end date.
    """
    return Clock(due=5, reminders=(2, 4), escalations=(Escalation("line_manager", 6),))


def revoke_clock(profile: str, confidentiality: int) -> Clock:
    """How soon a right must be gone: K3 and privileged the same day, K2 one working day, else three. Never lapses.

    What must be gone the same day is reminded of at noon (rules.md C0.4).
    """
    same_day = profile == Profile.PRIVILEGED
    due = 0 if same_day else REVOKE_DAYS[min(max(confidentiality, 0), len(REVOKE_DAYS) - 1)]
    escalations = (Escalation("system_owner", 1), Escalation("coordinator", 2), Escalation("it_manager", 2))
    if due == 0:
        return Clock(due=0, anchor="due", reminders=(1,), escalations=escalations, noon=True)
    return Clock(due=due, anchor="due", reminders=(0, 1), escalations=escalations)
