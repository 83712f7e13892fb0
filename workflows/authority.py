"""Who is asked, and who may decide. Never the subject, never the orderer, on no path (rules.md G6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.case import Case, Party
from workflows.definition import Step


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked. ``why`` is a stable code; ``role`` is addressee, deputy or escalation."""

    party: Party
    role: str
    why: str
    on_behalf_of: int | None = None


def addressees(step: Step, case: Case) -> tuple[Asked, ...]:
    """Who is asked at the start of a step: the named ones, else each of ``otherwise`` in order, with deputies.

    A vacant, disabled or partial line manager is passed upwards, never skipped. Empty only when the whole
    municipality has nobody left to ask.
    """
    barred = _barred(step, case)
    for ask in (step.ask, *step.otherwise):
        found = _resolve(ask, case, barred)
        if found:
            return _with_deputies(found, case, barred)
    return ()


def implicit_approver(step: Step, case: Case) -> Party | None:
    """The orderer, when the step would have asked precisely that person: then nobody needs to be asked (C1)."""
    if not step.skip_if_ordered_by_addressee or case.orderer is None or case.orderer.id == case.subject.id:
        return None
    nearest = next((p for p in case.line_managers if p.may_act and p.id != case.subject.id), None)
    return case.orderer if nearest is not None and nearest.id == case.orderer.id else None


def escalate(ask: str, step: Step, case: Case, already: frozenset[int]) -> tuple[Asked, ...]:
    """Who is asked as well when nobody has answered. Bars the same people as the step itself."""
    barred = _barred(step, case) | already
    if ask == "deputy":
        pairs = [(owner, deputy) for owner in sorted(already) for deputy in case.standing_deputies.get(owner, ())]
        return tuple(
            Asked(deputy, "deputy", "deputy", owner)
            for owner, deputy in pairs
            if deputy.may_act and deputy.id not in barred
        )
    if ask == "next_level_manager":
        chain = list(case.line_managers)
        highest = max((i for i, p in enumerate(chain) if p.id in already), default=-1)
        above = next((p for p in chain[highest + 1 :] if p.may_act and p.id not in barred), None)
        return (Asked(above, "escalation", ask),) if above else ()
    return tuple(Asked(a.party, "escalation", a.why) for a in _resolve(ask, case, frozenset(barred)))


def may_decide(case: Case, step: Step, person_id: int) -> bool:
    """True when the step may be answered by this person, had they been asked."""
    return person_id not in _barred(step, case)


def _barred(step: Step, case: Case) -> frozenset[int]:
    if step.ask == "orderer":
        return frozenset()
    barred = {case.subject.id}
    if case.orderer is not None:
        barred.add(case.orderer.id)
    barred.update(d.person_id for d in case.decisions if d.step in step.distinct_from)
    barred.update(d.on_behalf_of for d in case.decisions if d.step in step.distinct_from and d.on_behalf_of)
    return frozenset(barred)


def _resolve(ask: str, case: Case, barred: frozenset[int]) -> tuple[Asked, ...]:
    if ask == "line_manager":
        return _nearest(case, barred)
    groups = {
        "system_managers": ("system_manager", case.system_managers),
        "system_owner": ("system_owner", case.system_owners),
        "board_manager": ("board_manager", case.board_managers),
        "coordinator": ("coordinator", case.coordinators),
        "it_manager": ("it_manager", case.it_managers),
        "orderer": ("orderer", (case.orderer,) if case.orderer else ()),
    }
    why, people = groups[ask]
    return tuple(Asked(p, "addressee", why) for p in _able(people, barred))


def _nearest(case: Case, barred: frozenset[int]) -> tuple[Asked, ...]:
    for level, manager in enumerate(case.line_managers):
        if manager.may_act and manager.id not in barred:
            return (Asked(manager, "addressee", "line_manager" if level == 0 else "next_level_manager"),)
    return ()


def _able(people: Iterable[Party], barred: frozenset[int]) -> list[Party]:
    return [p for p in people if p.may_act and p.id not in barred]


def _with_deputies(found: tuple[Asked, ...], case: Case, barred: frozenset[int]) -> tuple[Asked, ...]:
    """Adds who stands in during absence. No chains: a deputy's own deputy is not asked."""
    seen = {a.party.id for a in found}
    result = list(found)
    for asked in found:
        for deputy in _able(case.deputies.get(asked.party.id, ()), barred):
            if deputy.id not in seen:
                seen.add(deputy.id)
                result.append(Asked(deputy, "deputy", "deputy", asked.party.id))
    return tuple(result)
