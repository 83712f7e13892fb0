"""Who is asked, and who may decide. Never the subject, never the orderer, on no path (rules.md G6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from workflows import chairs, quorum
from workflows.case import Case, EmploymentStatus, Party
from workflows.definition import Step

CHAINS = ("line_manager", "receiving_manager", "sponsor")  # a sponsor stands where a line manager does
Chain = tuple[str, tuple[Party, ...]]  # why its nearest manager is asked, and the managers from there upwards


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked. ``why`` is a stable code; ``role`` is addressee, deputy, escalation or reassigned."""

    party: Party
    role: str
    why: str
    on_behalf_of: int | None = None


def addressees(step: Step, case: Case) -> tuple[Asked, ...]:
    """Who is asked at the start of a step: the named ones, else each of ``otherwise`` in order, with deputies.

    A vacant, disabled or partial line manager is passed upwards, never skipped. Empty only when the whole
    municipality has nobody left to ask.
    """
    if step.needs.many:
        return tuple(dict.fromkeys(one for group in panel(step, case) for one in group))
    barred = _barred(step, case)
    return _with_deputies(_first_of((step.ask, *step.otherwise), case, barred), case, barred)


def panel(step: Step, case: Case) -> tuple[tuple[Asked, ...], ...]:
    """Everybody who is asked at the start of a step that needs several answers, each with their deputies.

    All who sit on its chairs; where they cannot be enough (a post is vacant, one person sits on two chairs), others of
    ``otherwise`` too, as many as are missing. Who has answered already is asked no more, nor whoever they stood in for.
    """
    barred = _barred(step, case)
    named = _each_once((a for ask in step.asks for a in _resolve(ask, case, barred)), case, barred)
    missing = _missing(step, case, [a.party.id for a in named])
    others = (a for ask in step.otherwise for a in _resolve(ask, case, barred | {n.party.id for n in named}))
    asked = (*named, *_each_once(others, case, barred)[:missing])
    ids = barred | {a.party.id for a in asked}
    deputies: dict[int, tuple[Asked, ...]] = {}
    # Who is away needs them most.
    for one in sorted(asked, key=lambda a: a.party.status is not EmploymentStatus.ON_LEAVE):
        used = frozenset(d.party.id for found in deputies.values() for d in found)
        deputies[one.party.id] = _deputies([one.party.id], case.deputies, ids | used)
    return tuple((one, *deputies[one.party.id]) for one in asked)


def _each_once(found: Iterable[Asked], case: Case, barred: frozenset[int]) -> tuple[Asked, ...]:
    """Different people who can all answer: of two on leave with one deputy between them, only one can."""
    kept: dict[int, Asked] = {}
    voices: set[int] = set()
    for one in found:
        away = one.party.status is EmploymentStatus.ON_LEAVE
        able = [d.party.id for d in _deputies([one.party.id], case.deputies, barred)] if away else [one.party.id]
        voice = next((person for person in able if person not in voices), None)
        if one.party.id not in kept and voice is not None:
            kept[one.party.id] = one
            voices.add(voice)
    return tuple(kept.values())


def _missing(step: Step, case: Case, named: list[int]) -> int:
    """How many of those who must answer the chairs cannot give, with what has been answered already."""
    given = quorum.distinct(d for d in case.decisions if d.step == step.name)
    sitting = [d.chairs for d in given if d.chairs] + [sits_on(step, case, person) for person in named]
    unfilled = len(step.needs.seats) - quorum.matched(step.needs.seats, sitting)
    return max(0, max(step.needs.total - len(sitting), unfilled) - sum(not d.chairs for d in given))


def sits_on(step: Step, case: Case, person_id: int) -> tuple[str, ...]:
    """On which of the step's chairs somebody sits today; none for whoever is asked in somebody else's place."""
    holders = ((ask, _resolve(ask, case, _kept_out(step, case))) for ask in step.asks)
    return tuple(ask for ask, found in holders if any(a.party.id == person_id for a in found))


def out_of(step: Step, case: Case) -> frozenset[int]:
    """Who may not answer the step, in whatever capacity they are asked."""
    return _barred(step, case)


def answered(step: Step, case: Case) -> frozenset[int]:
    """Who has answered the step in this round, and for whom."""
    return frozenset().union(*(quorum.people(d) for d in case.decisions if d.step == step.name))


def addressees_at_once(step: Step, case: Case) -> tuple[Asked, ...]:
    """As ``addressees``, with whom the step escalates to after no day at all: they are asked from the start."""
    found = addressees(step, case)
    at_once = [e.ask for e in step.clock.escalations if e.after == 0 and step.clock.anchor == "created"]
    for ask in at_once:
        more = escalate(ask, step, case, frozenset(a.party.id for a in found))
        found += tuple(replace(a, role="addressee") if a.role == "escalation" else a for a in more)
    return found


def implicit_approver(step: Step, case: Case) -> Asked | None:
    """Who has approved the step without being asked, if anybody has; ``why`` says by which act.

    ``implicit``: the orderer, when the step would have asked precisely that person (C1, C9).
    ``same_answer``: whoever answered an earlier step that counts here too, in person or through a deputy,
    when this step would ask precisely that person (C2: one manager over both units).
    """
    return _ordering_approver(step, case) or _earlier_approver(step, case)


def _ordering_approver(step: Step, case: Case) -> Asked | None:
    if not step.skip_if_ordered_by_addressee or case.orderer is None or case.orderer.id == case.subject.id:
        return None
    nearest = _resolve(step.ask, case, frozenset({case.subject.id}))
    return next((Asked(case.orderer, "addressee", "implicit") for a in nearest if a.party.id == case.orderer.id), None)


def _earlier_approver(step: Step, case: Case) -> Asked | None:
    nearest = _resolve(step.ask, case, _barred(step, case))
    for answered in case.decisions:
        asked = answered.on_behalf_of or answered.person_id
        if answered.step in step.same_answer_as and asked in [a.party.id for a in nearest]:
            return Asked(Party(answered.person_id), "addressee", "same_answer", answered.on_behalf_of)
    return None


def escalate(ask: str, step: Step, case: Case, already: frozenset[int]) -> tuple[Asked, ...]:
    """Who is asked as well when nobody has answered. Bars the same people as the step itself.

    Empty when ``ask`` holds nobody new; a functional mailbox is no person, so nobody is asked there.
    """
    barred = _barred(step, case) | already
    if ask == "functional_mailbox":
        return ()
    if ask == "deputy":
        return _deputies(sorted(already), case.standing_deputies, barred)
    if ask == "next_level_manager":
        found = _above(_chain(step.ask, case), case, barred, already) or _first_of(step.otherwise, case, barred)
    else:
        found = _resolve(ask, case, barred)
    escalated = tuple(Asked(a.party, "escalation", a.why, a.on_behalf_of) for a in found)
    return _with_deputies(escalated, case, barred)


def within(step: Step, case: Case) -> tuple[Asked, ...]:
    """Everybody whom the definition lets answer the step, nearest first: named, standing in, reached by escalation,
    or named for when those cannot. Each once, and nobody but them for what orderer or subject shall do.
    """
    found = {a.party.id: a for a in addressees(step, case)}
    if not step.decides:
        return tuple(found.values())
    for escalation in step.clock.escalations:
        # A standing deputy is of those who are asked in their own right: no chains (W16).
        own = (a.party.id for a in found.values() if escalation.ask != "deputy" or a.role != "deputy")
        for asked in escalate(escalation.ask, step, case, frozenset(own)):
            found.setdefault(asked.party.id, asked)
    for ask in (*step.beside, *step.otherwise):
        barred = _barred(step, case) | frozenset(found)
        found |= {a.party.id: a for a in _with_deputies(_resolve(ask, case, barred), case, barred)}
    return tuple(found.values())


def may_decide(case: Case, step: Step, person_id: int) -> bool:
    """True when the definition lets this person answer the step (``within``).

    Whether they have been asked yet is for the task to say.
    """
    return person_id in deciders(case, step)


def deciders(case: Case, step: Step) -> frozenset[int]:
    """Everybody of whom ``may_decide`` is true."""
    return frozenset(a.party.id for a in within(step, case))


def receivers(step: Step, case: Case, already: frozenset[int]) -> tuple[Asked, ...]:
    """Whom a task of the step may be passed on to: within the step's authority, and never beyond it (C2, W16).

    ``already`` have been asked, or have passed it on themselves, and stay out: a task goes on and not round. So do
    those on leave, whose deputies are there instead. A receiver answers in a capacity of their own, or for whom they
    stand in, never for whoever passed the task on. Empty for what only the orderer or the subject can do.
    """
    if not step.decides:
        return ()
    able = (a for a in within(step, case) if a.party.status is not EmploymentStatus.ON_LEAVE)
    return tuple(replace(a, role="reassigned") for a in able if a.party.id not in already)


def stand_ins(step: Step, case: Case, asked: Iterable[int], already: frozenset[int]) -> tuple[Asked, ...]:
    """Who stands in, during absence, for those who are ``asked`` in their own right, of whom the task knows nothing
    yet (W16). Empty for what only the orderer or the subject can do.
    """
    if not step.decides:
        return ()
    return _deputies(asked, case.deputies, _barred(step, case) | already)


def _barred(step: Step, case: Case) -> frozenset[int]:
    """Who may not answer the step: whoever is kept out of it and, where several must answer, who has done so."""
    return _kept_out(step, case) | answered(step, case) if step.needs.many else _kept_out(step, case)


def _kept_out(step: Step, case: Case) -> frozenset[int]:
    """The subject, the orderer, and whoever decided a step from which this one must be distinct (G6, G7)."""
    if not step.decides:
        return frozenset()
    kept_out = {case.subject.id} if case.orderer is None else {case.subject.id, case.orderer.id}
    if step.distinct_from:
        kept_out.update(p for d in case.decisions if d.step in step.distinct_from for p in quorum.people(d))
    return frozenset(kept_out)


def _resolve(ask: str, case: Case, barred: frozenset[int]) -> tuple[Asked, ...]:
    if ask in CHAINS:
        return _above(_chain(ask, case), case, barred, frozenset())
    why, people = chairs.seated(ask, case)
    unique = {p.id: p for p in people if _can_answer(p, case, barred)}
    return tuple(Asked(p, "addressee", why) for p in unique.values())


def _first_of(asks: Iterable[str], case: Case, barred: frozenset[int]) -> tuple[Asked, ...]:
    return next((found for found in (_resolve(ask, case, barred) for ask in asks) if found), ())


def _chain(ask: str, case: Case) -> Chain:
    """The managers to go upwards along: those above the receiving unit, or else above the subject."""
    chosen = ask if ask in CHAINS else "line_manager"
    return chosen, case.receiving_managers if chosen == "receiving_manager" else case.line_managers


def _above(chain: Chain, case: Case, barred: frozenset[int], asked: frozenset[int]) -> tuple[Asked, ...]:
    """The nearest manager above those asked who can answer; upwards only, whoever has to be passed by."""
    why, managers = chain
    start = 1 + max((i for i, p in enumerate(managers) if p.id in asked), default=-1)
    for height, manager in enumerate(managers[start:], start):
        if _can_answer(manager, case, barred):
            return (Asked(manager, "addressee", why if height == 0 else "next_level_manager"),)
    return ()


def _can_answer(party: Party, case: Case, barred: frozenset[int]) -> bool:
    """Able, employed and not barred. Who is on leave can be asked only when somebody fit stands in meanwhile."""
    if party.id in barred or not party.may_act:
        return False
    if party.status is EmploymentStatus.ON_LEAVE:
        return bool(_deputies([party.id], case.deputies, barred))
    return party.status is EmploymentStatus.ACTIVE


def _deputies(
    principals: Iterable[int], known: Mapping[int, tuple[Party, ...]], barred: frozenset[int]
) -> tuple[Asked, ...]:
    """Who stands in for the principals, each once. No chains: a deputy's own deputy is not asked (W16)."""
    found: dict[int, Asked] = {}
    for principal in principals:
        for deputy in known.get(principal, ()):
            if deputy.may_act and deputy.status is EmploymentStatus.ACTIVE and deputy.id not in barred:
                found.setdefault(deputy.id, Asked(deputy, "deputy", "deputy", principal))
    return tuple(found.values())


def _with_deputies(found: tuple[Asked, ...], case: Case, barred: frozenset[int]) -> tuple[Asked, ...]:
    """Adds who stands in during absence; nobody for the subject, who signs and learns in person."""
    ids = [a.party.id for a in found]
    in_person = any(a.why == "subject" for a in found)
    return found if in_person else found + _deputies(ids, case.deputies, barred | frozenset(ids))
