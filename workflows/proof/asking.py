"""Who can come to answer a step, in any small world: asked of the real ``authority``, and checked against the world.

What the engine says is compared with what can be seen in the world without it: who sits where, who is able, who
stands in for whom.

A step is looked at as ``_plain`` says: ``authority`` does not read where and when it is asked, nor, but for comparing
them, what steps are called. So the result is shared by all steps that ask the same people for the same kind of answer,
in whatever definition, and only told in the words of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from workflows import authority
from workflows.authority import Asked
from workflows.case import EmploymentStatus, Party
from workflows.definition import FIELD, ROLE, THEMSELVES, Clock, Escalation, Step
from workflows.proof.faults import ANSWERABLE, CONFINED, IMPARTIAL, THREE_PEOPLE, Fault
from workflows.proof.seating import STRANGER, SUBJECT, chairs_of, title
from workflows.proof.worlds import BARRED, EARLIER, PRINCIPAL, World, worlds

ABOVE = frozenset({"board_manager", "system_board_manager", "coordinator", "it_manager", "deputy"})
MANAGERS = frozenset({"line_manager", "receiving_manager", "next_level_manager"})
OWNERS = frozenset({"system_owner", "other_system_owner", "zone_owner"})
GRANTORS = frozenset({"system_managers", "system_owner", "functional_mailbox"})
ANYBODY = ABOVE | MANAGERS | OWNERS | GRANTORS | {"data_protection_officer", ROLE}
# Who may decide a kind of task at all (rules.md C0.4): nothing that a definition says may widen it. Whom a form field
# names was chosen by the orderer: they give an opinion or confirm what they have done, and approve and grant nothing.
AUTHORITY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "manager_approval": ABOVE | {"line_manager", "sponsor", "next_level_manager"},
        "receiving_approval": ABOVE | {"receiving_manager", "next_level_manager"},
        "owner_approval": ABOVE | OWNERS,
        "other_board_approval": ABOVE - {"system_board_manager"},
        "approval": ANYBODY,
        "grant": ABOVE | GRANTORS | {ROLE},
        "opinion": ANYBODY | {FIELD},
        "confirmation": ANYBODY | {FIELD},
        "emergency_followup": ANYBODY,
        "complete_request": frozenset({"orderer"}),
        "level_answer": frozenset({"orderer"}),
        "prerequisite": frozenset({"subject", "orderer"}),
    }
)


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who can answer: EARLIER's number for who has decided another step, 0 for anybody else.

    ``said`` are the oddities of the simplest world in which it is so. ``sits``: where several must answer, on which of
    the step's chairs this person sits, or whoever they stand in for.
    """

    person: int
    on_behalf_of: int | None
    why: str
    said: tuple[str, ...] = ()
    sits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """All that was found out about one step."""

    answerers: tuple[Answerer, ...]
    faults: tuple[Fault, ...]
    worlds: int


ALIKE, BEFORE = "(step)", "(the step before)"  # steps without a name of their own


@lru_cache(maxsize=256)
def study(step: Step) -> Study:
    """What is so with the step in every small world."""
    found = studied(_plain(step))
    return Study(found.answerers, tuple(_of(step, fault) for fault in found.faults), found.worlds)


def _plain(step: Step) -> Step:
    """The step as all are that ask the same people for the same kind of answer."""
    escalations = tuple(Escalation(one.ask, 0) for one in step.clock.escalations)
    before = frozenset({BEFORE} if step.distinct_from else ())
    plain = Step(ALIKE, ALIKE, step.task, step.ask, Clock(0, escalations=escalations), step.otherwise)
    return replace(plain, beside=step.beside, needs=step.needs, distinct_from=before)


def _of(step: Step, fault: Fault) -> Fault:
    """The fault in the words of this step."""
    whole, before = f"step {step.name} in {step.state}", " and ".join(sorted(step.distinct_from))
    story = tuple(line.replace(ALIKE, whole).replace(BEFORE, before) for line in fault.story)
    return replace(fault, key=f"the {whole}", line=step.line, story=story)


@lru_cache(maxsize=256)
def studied(step: Step) -> Study:
    """Look at a plain step in every small world."""
    answerers: dict[object, Answerer] = {}
    faults: dict[tuple[int, str], Fault] = {}
    small = tuple(worlds(step))
    for world in small:
        asked = reached(step, world)
        for one in asked:
            behind = _number(world, one.on_behalf_of) if one.on_behalf_of is not None else None
            known = (_number(world, one.party.id), behind)
            sits = _sitting(step, world, one) if step.needs.many else ()
            answerers.setdefault((*known, sits), Answerer(*known, one.why, world.said, sits))
        for fault in _faults(step, world, asked):
            faults.setdefault((fault.invariant, fault.problem.partition(":")[0]), fault)
    return Study(tuple(answerers.values()), tuple(faults.values()), len(small))


def completes(step: Step) -> bool:
    """True for what orderer or subject does about the order of their own, and that decides nothing."""
    return not step.decides and not AUTHORITY[step.task].isdisjoint(THEMSELVES)


def reached(step: Step, world: World) -> tuple[Asked, ...]:
    """Everybody whom the step asks in the world if nobody ever answers, and to whom they may pass it on."""
    asked = authority.addressees(step, world.case)
    for escalation in step.clock.escalations:
        already = frozenset(a.party.id for a in asked)
        asked += authority.escalate(escalation.ask, step, world.case, already)
    if len(world.said) > 1:
        return asked  # passing on is made of the same parts: one thing out of the ordinary shows what it does
    return asked + authority.receivers(step, world.case, frozenset(a.party.id for a in asked))


def _number(world: World, person: int) -> int:
    return person if person in (SUBJECT.id, world.seating.orderer.id, BARRED.id, PRINCIPAL.id, EARLIER.id) else 0


def _faults(step: Step, world: World, asked: tuple[Asked, ...]) -> Iterator[Fault]:
    if completes(step):
        return  # it needs no last resort, and nobody else can do it
    for invariant, problem, act in (*_of_group(step, world, asked), *_of_each(step, world, asked)):
        told = (*(f"It so happens that {oddity}." for oddity in world.said), f"The {ALIKE} begins.", act)
        yield Fault(invariant, problem, story=told)


def _of_group(step: Step, world: World, asked: tuple[Asked, ...]) -> Iterator[tuple[int, str, str]]:
    ids = [a.party.id for a in asked]
    if all(a.role in ("escalation", "reassigned") for a in asked):
        yield ANSWERABLE, "nobody is asked", "Nobody is asked, though a last resort is there."
    if len(set(ids)) < len(ids):
        twice = next(a.party.name for a in asked if ids.count(a.party.id) > 1)
        yield CONFINED, "one person is asked twice", f"{twice} is asked twice."
    if len(world.said) > 1:
        return
    may = authority.deciders(world.case, step)
    for person in (SUBJECT, world.seating.orderer, BARRED, PRINCIPAL, STRANGER):
        # In the regular world the engine is asked as the product asks it, of one person at a time.
        let = person.id in may or (not world.said and authority.may_decide(world.case, step, person.id))
        if person.id not in ids and let:
            yield CONFINED, "somebody may decide whom nothing leads to", f"{person.name} may decide all the same."


def _of_each(step: Step, world: World, asked: tuple[Asked, ...]) -> Iterator[tuple[int, str, str]]:
    sitting = {h.id for h in map(world.seating.holder, _chairs(step)) if h is not None}
    for one in asked:
        for invariant, problem, because in _of_one(step, world, sitting, one):
            yield invariant, problem, f"{one.party.name} is asked as {title(one.why)}, {because}."


def _of_one(step: Step, world: World, sitting: set[int], one: Asked) -> Iterator[tuple[int, str, str]]:
    person = one.party.id
    if person in (SUBJECT.id, world.seating.orderer.id):
        part = "subject" if person == SUBJECT.id else "orderer"
        yield IMPARTIAL, f"the {part} is asked to decide", f"and is the {part}"
    if person in (BARRED.id, PRINCIPAL.id):
        names = " and ".join(sorted(step.distinct_from))
        yield THREE_PEOPLE, "who decided before is asked again", f"and has decided {names} already"
    if not _fit(world, one.party):
        able = "can act" if one.party.may_act else "can not act"
        yield ANSWERABLE, "somebody unable is asked", f"and is {one.party.status.value} and {able}"
    if not _sits(sitting, world, one):
        yield CONFINED, "somebody without authority is asked", f"which {step.task} is not for"


def _fit(world: World, party: Party) -> bool:
    """Employed and able; on leave, only with a deputy for the time who is both and takes no part."""
    if not party.may_act:
        return False
    if party.status is EmploymentStatus.ACTIVE:
        return True
    if party.status is not EmploymentStatus.ON_LEAVE:
        return False
    partial = {SUBJECT.id, BARRED.id, PRINCIPAL.id, world.seating.orderer.id}
    deputies = world.seating.absence.get(party.id, ())
    return any(d.may_act and d.status is EmploymentStatus.ACTIVE and d.id not in partial for d in deputies)


def _sits(sitting: set[int], world: World, one: Asked) -> bool:
    """Is this person, or the one on whose behalf they answer, among those who sit on a chair that the step names?"""
    person = one.party.id if one.on_behalf_of is None else one.on_behalf_of
    if one.on_behalf_of is not None and not any(one.party.id == d.id for d in _deputies_of(world, person)):
        return False
    return person in sitting


def _sitting(step: Step, world: World, one: Asked) -> tuple[str, ...]:
    """On which of the chairs of whom several must answer this person sits, or whoever they stand in for."""
    person = one.on_behalf_of or one.party.id
    holders = ((ask, map(world.seating.holder, chairs_of(ask))) for ask in step.asks)
    return tuple(ask for ask, found in holders if any(party is not None and party.id == person for party in found))


@lru_cache(maxsize=256)
def _chairs(step: Step) -> tuple[str, ...]:
    """The chairs that the step names, as far as its kind of task lets them decide."""
    allowed = AUTHORITY[step.task]
    return tuple(c for ask in step.chairs if _general(ask) in allowed for c in chairs_of(ask))


def _general(ask: str) -> str:
    """A chair by name as what it is: any named role, or anybody whom a form field names."""
    return next((prefix for prefix in (ROLE, FIELD) if ask.startswith(prefix)), ask)


def _deputies_of(world: World, person: int | None) -> tuple[Party, ...]:
    if person is None:
        return ()
    return world.seating.absence.get(person, ()) + world.seating.standing.get(person, ())
