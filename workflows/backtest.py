"""What another definition would have made of the same order: its outcome and its path, compared step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflows import machine, moving, simulate
from workflows.authority import Asked
from workflows.calendar import WorkingCalendar
from workflows.case import Case
from workflows.definition import Workflow
from workflows.errors import Refused
from workflows.simulate import PlannedStep

ASKED, WAITS, REFUSED = "asked", "waits", "refused"


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of an order: ``asked``, ``waits`` or ``refused`` with the reasons, and the steps that followed."""

    outcome: str
    reasons: tuple[str, ...] = ()
    steps: tuple[PlannedStep, ...] = ()


@dataclass(frozen=True, slots=True)
class StepChange:
    """One step that is not the same; None where one of the two does not have it."""

    before: PlannedStep | None
    after: PlannedStep | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two replays of one order differ. ``more`` is the number of steps more, negative for fewer."""

    before: Replay
    after: Replay
    changes: tuple[StepChange, ...]

    @property
    def differs(self) -> bool:
        """True when the outcome, its reasons or any step is another."""
        return bool(self.changes) or (self.before.outcome, self.before.reasons) != (
            self.after.outcome,
            self.after.reasons,
        )

    @property
    def more(self) -> int:
        """Steps more in which somebody is asked; negative for fewer. 0 where one of the two was refused."""
        if REFUSED in (self.before.outcome, self.after.outcome):
            return 0
        return _questions(self.after.steps) - _questions(self.before.steps)

    @property
    def stops(self) -> bool:
        """True when the order would have been refused, or would have waited, and did not before."""
        return (self.before.outcome == ASKED and self.after.outcome != ASKED) or self.refuses

    @property
    def refuses(self) -> bool:
        """True when the order would have been refused and was not before."""
        return self.before.outcome != REFUSED and self.after.outcome == REFUSED


def replay(workflow: Workflow, case: Case, calendar: WorkingCalendar) -> Replay:
    """The order sent anew by ``workflow``; ``case`` is as it was on the day when it was sent."""
    if case.level.profile not in workflow.profiles or case.kind not in workflow.kinds:
        return Replay(REFUSED, ("process_missing",))
    draft = replace(case, state="draft", round=1, decisions=(), resume_state=None, actor=case.orderer)
    try:
        move = machine.next_state(workflow, draft, "submit")
    except Refused as refusal:
        return Replay(REFUSED, tuple(g.reason for g in refusal.guards if not g.passed) or (refusal.reason,))
    sent = machine.after(workflow, draft, move)
    steps = simulate.path(workflow, sent, calendar)
    if workflow.states[move.target].kind == "waiting":
        return Replay(WAITS, tuple(g.reason for g in move.guards if not g.passed), steps)
    return Replay(ASKED, (), steps)


def ahead(workflow: Workflow, case: Case, calendar: WorkingCalendar) -> Replay:
    """What is left for an order under way by ``workflow``; refused where the definition has no place for it."""
    hindrance = moving.hindrance(workflow, case)
    return Replay(REFUSED, (hindrance,)) if hindrance else Replay(ASKED, (), simulate.path(workflow, case, calendar))


def compare(before: Replay, after: Replay) -> Comparison:
    """The two, step by step in the order of the second; the steps that only the first has come last."""
    gone = list(before.steps)
    changes: list[StepChange] = []
    for step in after.steps:
        was = next((b for b in gone if b.step == step.step), None)
        if was is not None:
            gone.remove(was)
        if was is None or not _same(was, step):
            changes.append(StepChange(was, step))
    changes += [StepChange(step, None) for step in gone]
    return Comparison(before, after, tuple(changes))


def _same(one: PlannedStep, other: PlannedStep) -> bool:
    """The same people in the same capacity, and the same days."""
    return replace(one, asked=_who(one.asked)) == replace(other, asked=_who(other.asked))


def _who(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    return tuple(sorted(asked, key=lambda a: (a.party.id, a.role)))


def _questions(steps: Sequence[PlannedStep]) -> int:
    return sum(not step.implicit for step in steps)
