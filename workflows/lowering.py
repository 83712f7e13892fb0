"""A lower level than the one that was ordered (rules.md C2): which is lower, and what a definition must say of it.

The system manager proposes it, and the orderer says yes or no. After a yes the order goes on to the grant by the
approvals that it has: whoever said yes to more has said yes to less. So nothing but less may be offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workflows.case import Case, GuardResult, Level, Offer, Profile
from workflows.conditions import Traits
from workflows.definition import Step, Transition, Workflow
from workflows.guard_results import first, passed, refuses

PROPOSE, ACCEPT, DECLINE = "propose_lower", "accept_lower", "decline_lower"
ANSWERS = (ACCEPT, DECLINE)
GUARD = "G19"
ANSWER_TASK, GRANT_TASK = "level_answer", "grant"
ACCESS = ("read", "write", "admin")
MILDER = {  # as whose approvals an order of a profile has enough: its own and fewer
    Profile.BASIC: (Profile.BASIC,),
    Profile.STANDARD: (Profile.BASIC, Profile.STANDARD),
    Profile.SENSITIVE: (Profile.BASIC, Profile.STANDARD, Profile.SENSITIVE),
    Profile.PRIVILEGED: (Profile.BASIC, Profile.STANDARD, Profile.PRIVILEGED),
}
LOWERABLE = ("new", "change", "temporary_other_unit")  # who extends keeps the level; an emergency has no time for it


def accepted(case: Case, offered: Level) -> Case:
    """The order as one of the offered level. It may begin today where its first day has passed meanwhile."""
    start = max(case.valid_from, case.today) if case.valid_from else None
    return replace(case, level=offered, valid_from=start, offer=Offer(case.level, offered))


def why_not_lower(ordered: Level, offered: Level) -> str | None:
    """Why the offered level does not give less than the ordered one, as a reason code; None when it does.

    Never another system, another kind of scope, more protection or more secrecy. Then it is lower where the
    catalogue says that it gives less than the other, or reads what the other writes, or writes what it administers.
    """
    return first(
        (
            (offered.system != ordered.system, "other_system"),
            (offered.code == ordered.code, "same_level"),
            (offered.is_base or ordered.is_base, "level_not_lower"),
            (offered.profile not in MILDER.get(ordered.profile, (ordered.profile,)), "level_not_lower"),
            (offered.confidentiality > ordered.confidentiality, "level_not_lower"),
            (offered.scope_kind != ordered.scope_kind, "level_not_lower"),
            (not _gives_less(ordered, offered), "level_not_lower"),
        )
    )


def _gives_less(ordered: Level, offered: Level) -> bool:
    if offered.code in ordered.gives_less_than:
        return False
    by_access = ACCESS.index(offered.access) < ACCESS.index(ordered.access)
    return by_access or ordered.code in offered.gives_less_than


def is_lower(case: Case) -> GuardResult:
    """G19: what is offered gives less than what was ordered, in the same system."""
    if case.offer is None or case.level not in (case.offer.ordered, case.offer.offered):
        return refuses(GUARD, {"ordered": case.level.code, "offered": ""}, "nothing_offered", "level")
    ordered, offered = case.offer.ordered, case.offer.offered
    inputs = {"ordered": f"{ordered.system}.{ordered.code}", "offered": f"{offered.system}.{offered.code}"}
    reason = why_not_lower(ordered, offered)
    return passed(GUARD, inputs) if reason is None else refuses(GUARD, inputs, reason, "level")


def faults(workflow: Workflow, traits: Traits) -> Iterator[str]:
    """What is wrong with how a definition lets a lower level be proposed, for orders with these traits."""
    rules = [t for t in workflow.transitions if t.applies_to(traits) and t.trigger in (PROPOSE, *ANSWERS)]
    for rule in rules:
        if rule.trigger != DECLINE and GUARD not in rule.guards:
            yield f"{rule.trigger} from {rule.source} is not guarded by {GUARD}"
        wrong = _of_proposal(workflow, traits, rule) if rule.trigger == PROPOSE else _of_answer(rule, rules)
        if wrong:
            yield f"{rule.trigger} from {rule.source}: {wrong}"
    for state in sorted({t.target for t in rules if t.trigger == PROPOSE}):
        if {t.trigger for t in rules if t.source == state} != set(ANSWERS):
            yield f"in {state} the orderer cannot say both yes and no"
        if any(t.target == state and t.trigger != PROPOSE for t in workflow.transitions):
            yield f"only {PROPOSE} may lead to {state}"
        if [s.task for s in workflow.steps_in(state, traits)] != [ANSWER_TASK]:
            yield f"in {state} the step asks for no {ANSWER_TASK}"


def _of_proposal(workflow: Workflow, traits: Traits, rule: Transition) -> str:
    """Whoever grants may propose, and nobody else."""
    asked: tuple[Step, ...] = workflow.steps_in(rule.source, traits)
    if not any(s.name == rule.by and s.task == GRANT_TASK for s in asked):
        return "only who grants may propose a lower level"
    return ""


def _of_answer(rule: Transition, rules: list[Transition]) -> str:
    """The order goes back to where the proposal was made, and the orderer alone sends it there."""
    back = {t.source for t in rules if t.trigger == PROPOSE and t.target == rule.source}
    if rule.by != "orderer":
        return "only the orderer may answer"
    return "" if back == {rule.target} else "the order must go back to where the level was proposed"
