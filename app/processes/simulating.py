"""What would happen to an order that nobody has made, by the version that is active today. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app import clock
from app.catalogue.models import AccessLevel
from app.directory.models import Person
from app.requests import definitions, ordering, questions
from workflows import form_answers, simulate
from workflows.case import Case, GuardResult
from workflows.definition import Workflow
from workflows.simulate import PlannedStep

LONGEST = 30
JUSTIFICATION = "Simulering av en beställning."  # of a length that every level is content with


@dataclass(frozen=True, slots=True)
class Imagined:
    """The order as the rules saw it, each guard, the state that it would enter or ``refused``, and its steps."""

    workflow: Workflow
    case: Case
    guards: tuple[GuardResult, ...]
    outcome: str
    steps: tuple[PlannedStep, ...]

    @property
    def hindrances(self) -> tuple[str, ...]:
        """The reasons of the guards that would refuse the order or let it wait."""
        return tuple(guard.reason for guard in self.guards if not guard.passed)


def imagine(level: AccessLevel, subject: Person, orderer: Person, now: datetime) -> Imagined:
    """The order of ``level`` for ``subject``, sent by ``orderer`` now, as the tables know them.

    The period is at most 30 days, so that only the people and the level decide. Raises NotAllowed(process_missing).
    """
    today = clock.local(now).date()
    values = {
        "kind": "new",
        "scope": "",
        "valid_from": today,
        "valid_to": _last_day(level, subject, today),
        "justification": JUSTIFICATION,
        "answers": form_answers.samples(questions.of_level(level, "new", subject), today, subject.id),
    }
    order = ordering.unsaved(values, level=level, subject=subject, orderer=orderer, now=now)
    case, guards, outcome = ordering.try_submit(order, None, now)
    workflow = definitions.of(order)
    steps = simulate.path(workflow, case, clock.calendar())
    return Imagined(workflow, case, guards, outcome, () if outcome == "refused" else steps)


def _last_day(level: AccessLevel, subject: Person, today: date) -> date:
    longest = min(filter(None, (level.max_days, level.max_days_hourly, LONGEST)))
    wished = today + timedelta(days=longest)
    return max(today, min(wished, subject.ends_on)) if subject.ends_on else wished
