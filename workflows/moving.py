"""May an order under way go on by another definition of its process?"""

from __future__ import annotations

from workflows import quorum
from workflows.case import Case
from workflows.definition import Workflow

APPROVALS = frozenset({"approve", "approve_implicitly"})
UNDECIDED = ("submit", "propose_lower")  # what leads on and takes no approval
WAITING = "waiting_prerequisites"


def hindrance(new: Workflow, case: Case) -> str:
    """Why the order cannot go on by ``new``, as a reason code; empty when it can.

    ``version_lacks_state``: there is no such state; ``version_lacks_level``: not for this protection profile or
    kind; ``version_lacks_step``: an approval was given in a step that is gone; ``version_wants_approval``: the
    order has passed a decision that the new version asks for and that nobody has made.
    """
    reached = case.resume_state or case.state if case.state == WAITING else case.state
    if not {case.state, reached} <= set(new.states):
        return "version_lacks_state"
    if case.level.profile not in new.profiles or case.kind not in new.kinds:
        return "version_lacks_level"
    steps = {step.name for step in new.steps_for(case.traits)}
    decided = {d.step for d in case.decisions}
    if decided - steps:
        return "version_lacks_step"
    return "" if reached in reached_by(new, case) else "version_wants_approval"


def reached_by(new: Workflow, case: Case) -> set[str]:
    """The states in which an order with these approvals may stand; where the orderer stands needs none."""
    traits = case.traits
    rules = [t for t in new.transitions if t.applies_to(traits)]
    found = {"draft", "returned"}
    ahead = ["draft"]
    while ahead:
        state = ahead.pop()
        asked = new.steps_in(state, traits)
        decided = asked and all(quorum.met(s.needs, (d for d in case.decisions if d.step == s.name)) for s in asked)
        for rule in rules:
            passed = rule.trigger in UNDECIDED or (rule.trigger in APPROVALS and decided)
            if rule.source == state and passed and rule.target not in found:
                found.add(rule.target)
                ahead.append(rule.target)
    return found
