"""The life of something that is no order: a role, a deputy, a handover, a paper form (rules.md C9, C12, C14).

Nobody has a level in the end, no round begins anew and no guard looks at a level. So of a definition such a process
uses the states, steps and transitions, and says besides who takes part, for how long at most, and what is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflows.calendar import WorkingCalendar
from workflows.clocks import schedule
from workflows.definition import Clock, Step, Workflow
from workflows.errors import NoSuchMove, Refused
from workflows.life_terms import TIME, Life


def of(workflow: Workflow) -> Life:
    """What the definition says as a life. For lives only."""
    assert workflow.life is not None
    return workflow.life


def next_state(workflow: Workflow, state: str, trigger: str) -> str:
    """Where ``trigger`` leads from ``state``. Raises NoSuchMove when it leads nowhere."""
    for rule in workflow.transitions:
        if (rule.source, rule.trigger) == (state, trigger):
            return rule.target
    raise NoSuchMove(trigger, state)


def is_over(workflow: Workflow, state: str) -> bool:
    """True in a final state; a state that the definition does not have is none."""
    found = workflow.states.get(state)
    return found is not None and found.kind == "final"


def asked_in(workflow: Workflow, state: str) -> Step | None:
    """What is asked while it stands in ``state``; None where it just lasts."""
    return next((s for s in workflow.steps if s.state == state), None)


def question(workflow: Workflow, state: str) -> str:
    """The act that is awaited: what the step there asks, or what somebody may do to give back what rests."""
    step = asked_in(workflow, state)
    if step is not None:
        return step.name
    back = (t.trigger for t in workflow.transitions if t.source == state and t.target in workflow.gives - {state})
    return next(back, "")


def who(workflow: Workflow, state: str, trigger: str) -> str:
    """Which of the people does that there; "" when it leads nowhere."""
    return next((t.by for t in workflow.transitions if (t.source, t.trigger) == (state, trigger)), "")


def by_time(workflow: Workflow, state: str) -> str:
    """What silence does in ``state``; "" where it does nothing."""
    return next((t.trigger for t in workflow.transitions if t.source == state and t.by == TIME), "")


def lapses_on(clock: Clock, asked_on: date, calendar: WorkingCalendar) -> date | None:
    """When silence ends it; None: never."""
    return calendar.add(asked_on, clock.lapse) if clock.lapse is not None else None


def reminders_due(clock: Clock, asked_on: date, today: date, calendar: WorkingCalendar) -> int:
    """How many of the reminders have had their day; 0 on the day of asking."""
    acts = (f for f in schedule(clock, asked_on, calendar) if f.act.startswith("remind_") and f.on > asked_on)
    return sum(firing.on <= today for firing in acts)


def check_apart(workflow: Workflow, people: Mapping[str, int | None]) -> None:
    """Whoever must be different people are (rules.md G6). Raises Refused(four_eyes)."""
    for group in of(workflow).apart:
        found = [people[name] for name in group if name in people]
        if len(set(found)) < len(found) or None in found:
            raise Refused("four_eyes")


def must_be_asked(month: int, active_since: date, asked_on: date | None, today: date) -> bool:
    """Whether the yearly question shall be put: once each such month, about what was active before it (rules.md C9)."""
    latest = latest_month(month, today)
    return active_since < latest and (asked_on is None or asked_on < latest)


def latest_month(month: int, today: date) -> date:
    """The first day of the month of that number that was last: from then on the year's question may be put."""
    return date(today.year if today.month >= month else today.year - 1, month, 1)
