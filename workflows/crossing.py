"""Across nämnder (rules.md G12): denied by default; with a stated legal ground, when both sides have approved.

The system's side is its owner. The other side is whoever heads the subject's nämnd: a step of its own, with a task of
its own, so that one person never answers for both.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflows import form_answers
from workflows.case import Case, GuardResult
from workflows.conditions import ACROSS, Traits
from workflows.definition import Step, Transition, Workflow
from workflows.guard_results import passed, refuses

GROUND = "legal_ground"  # the question of a definition's form that states it
TASK = "other_board_approval"
GUARD, SIDES = "G12", "G20"
THEIR_SIDE, OUR_SIDE = "board_manager", "system_board_manager"
DISTINCT = frozenset({"manager_approval", "owner_approval"})


def same_board(case: Case) -> GuardResult:
    """G12: K3 goes across nämnder only with a stated legal ground, where the definition asks for one.

    An unknown nämnd on either side is not the same, and has nobody who could answer for it.
    """
    subject, system = case.subject.board, case.level.board
    inputs: dict[str, object] = {
        "subject_board": subject, "system_board": system, "confidentiality": case.level.confidentiality,
    }  # fmt: skip
    if not _crosses(case):
        return passed("G12", inputs)
    asked = next((one for one in case.questions if one.name == GROUND), None)
    if asked is None or not subject or not system:
        return refuses("G12", inputs, "cross_board", "level")
    stated = form_answers.is_answered(asked, case.answers)
    inputs["ground_stated"] = stated
    return passed("G12", inputs) if stated else refuses("G12", inputs, "cross_board_ground", f"answer_{GROUND}")


def both_sides(case: Case) -> GuardResult:
    """G20: what goes across nämnder has been approved by the other side in this round, for the subject's present nämnd.

    Whoever has moved to a third nämnd since is asked about there anew.
    """
    approved = sorted({d.board for d in case.decisions if d.board})
    inputs: dict[str, object] = {"subject_board": case.subject.board, "approved_for": approved}
    if not _crosses(case) or case.subject.board in approved:
        return passed("G20", inputs)
    return refuses("G20", inputs, "other_board_missing")


def _crosses(case: Case) -> bool:
    return case.traits.crossing == ACROSS


def board_of(step: Step, case: Case) -> str:
    """The nämnd that an answer to the step is given for; empty for every step but the other side's."""
    return case.subject.board if step.task == TASK else ""


def faults(workflow: Workflow, passing: bool, traits: Traits) -> Iterator[str]:
    """Why a definition that lets such orders through may not become active. ``passing``: past the other side's step."""
    where = f"{traits.profile}, across nämnder"
    sides = [s for s in workflow.steps_for(traits) if s.task == TASK]
    if not sides or passing:
        yield f"{where}: the other side can be passed by"
    for step in sides:
        if step.ask != THEIR_SIDE or step.beside:
            yield f"{where}: {step.name} does not ask the {THEIR_SIDE}"
        if not step.distinct_from >= DISTINCT:
            yield f"{where}: who decided for one side may decide for the other"
    if any(s.task == "owner_approval" and THEIR_SIDE in s.chairs for s in workflow.steps_for(traits)):
        yield f"{where}: the owner's step reaches the other side's {THEIR_SIDE}"
    for rule in workflow.transitions:
        if rule.applies_to(traits) and _gives(workflow, rule) and not {GUARD, SIDES} <= set(rule.guards):
            yield f"{where}: {rule.trigger} from {rule.source} is not guarded by {GUARD} and {SIDES}"


def _gives(workflow: Workflow, rule: Transition) -> bool:
    return rule.target in workflow.gives and rule.source not in workflow.gives
