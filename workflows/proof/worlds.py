"""The small worlds around one step: the regular one, and every one with up to two things out of the ordinary.

Why two are enough, and which they are: a step asks the first of its chairs that can answer, so what may go wrong is
that a chair is passed by (vacant, or its holder unable or partial), that one person sits where two are needed, or
that a deputy is somebody who may not answer. Each is tried for each chair, in pairs, and that at each depth of the
step's fallbacks: with all chairs present, with the first ones vacant, and so on to the last two. What may be wrong
with a person who cannot act at all is tried one at a time, since the engine asks only whether they can.

One thing is taken for granted: of coordinator and IT manager, the last resorts, one is appointed, able and impartial.
Where neither is, the application refuses the move that would have asked (``nobody_to_ask``), and nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import combinations

from workflows.case import Case, Decision, EmploymentStatus, Party
from workflows.definition import Step
from workflows.proof.seating import ORDERER, STAND_IN, SUBJECT, THEIR_OWN, Seating, chairs_of, holder_of, title

LAST_RESORTS = ("coordinator", "it_manager")
BARRED, PRINCIPAL, EARLIER = Party(3, "Bob"), Party(4, "Berit"), Party(9, "Dora")
Change = Callable[[Seating], None]
Parties = tuple[tuple[Party, str], ...]


@dataclass(frozen=True, slots=True)
class World:
    """One small world: the case of it, and in words what is out of the ordinary."""

    case: Case
    said: tuple[str, ...]
    seating: Seating


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing out of the ordinary on one chair. ``paired``: worth trying together with another."""

    chair: str
    words: str
    change: Change
    paired: bool = True


def worlds(step: Step) -> Iterator[World]:
    """Every small world around the step, the most regular first."""
    order = [*step.asks, *step.otherwise]
    chairs = tuple(dict.fromkeys(c for ask in step.chairs for c in chairs_of(ask)))
    depths = [tuple(c for ask in order[:depth] for c in chairs_of(ask)) for depth in range(max(len(order) - 1, 1))]
    for count in range(3):
        for vacant in depths:
            odd = _oddities(tuple(c for c in chairs if c not in vacant), parties_of(step))
            for chosen in combinations([o for o in odd if count < 2 or o.paired], count):
                if len({o.chair for o in chosen}) == count:
                    yield from _made(step, vacant, chosen)


def decided_before(step: Step) -> tuple[Decision, ...]:
    """A decision from each of whose people the step must be distinct, made for somebody else, and one more."""
    barred = [Decision(name, BARRED.id, PRINCIPAL.id) for name in sorted(step.distinct_from)]
    return (*barred, Decision("(another step)", EARLIER.id))


def parties_of(step: Step) -> Parties:
    """Who takes part already, in words, and might sit on any chair."""
    always = ((SUBJECT, "the subject"), (ORDERER, "the orderer"), (EARLIER, "who decided another step"))
    barred = ((BARRED, "who decided the step before"), (PRINCIPAL, "for whom the step before was decided"))
    return always + (barred if step.distinct_from else ())


def _made(step: Step, vacant: tuple[str, ...], chosen: tuple[Oddity, ...]) -> Iterator[World]:
    seating = Seating(by_name=tuple(dict.fromkeys(chair for chair in step.chairs if ":" in chair)))
    for chair in vacant:
        seating.holders[chair] = None
    for oddity in chosen:
        oddity.change(seating)
    if not any(_regular(seating, chair) for chair in LAST_RESORTS):
        return
    words = (*(f"{_title(chair)} is vacant" for chair in vacant), *(o.words for o in chosen))
    yield World(seating.case(decided_before(step)), words, seating)


def _regular(seating: Seating, chair: str) -> bool:
    return seating.holders[chair] is holder_of(chair)


def _title(chair: str) -> str:
    return f"the {title(chair)}"


def _oddities(chairs: tuple[str, ...], parties: Parties) -> list[Oddity]:
    """What may be out of the ordinary on these chairs. The orderer's own is not among them."""
    found = [Oddity("orderer", "the orderer is the subject", _orders_for_self)]
    if {"system_manager", "second_system_manager"} <= set(chairs):
        found.append(Oddity("system_manager", "there are no system managers", _no_system_managers))
    for chair in chairs:
        if chair not in THEIR_OWN:
            found += [*_of_holder(chair, chairs, parties), *_of_deputy(chair, chairs, parties)]
    return found


def _of_holder(chair: str, chairs: tuple[str, ...], parties: Parties) -> Iterator[Oddity]:
    yield Oddity(chair, f"{_title(chair)} is vacant", partial(_seat, chair, None))
    for party, word in parties:
        yield Oddity(chair, f"{_title(chair)} is {word}", partial(_seat, chair, party))
    for other in chairs:
        if other != chair and other not in THEIR_OWN:
            yield Oddity(chair, f"{_title(chair)} is {_title(other)} too", partial(_seat, chair, holder_of(other)))
    for status in EmploymentStatus:
        if status is not EmploymentStatus.ACTIVE:
            words = f"the directory says of {_title(chair)}: {status.replace('_', ' ')}"
            yield Oddity(chair, words, partial(_turn, chair, status), paired=False)
    yield Oddity(chair, f"the account of {_title(chair)} is disabled", partial(_disable, chair), paired=False)


def _of_deputy(chair: str, chairs: tuple[str, ...], parties: Parties) -> Iterator[Oddity]:
    ended = replace(STAND_IN, status=EmploymentStatus.ENDED)
    disabled = replace(STAND_IN, may_act=False)
    others = [(holder_of(c), _title(c)) for c in chairs if c != chair and c not in THEIR_OWN]
    fit = [(STAND_IN, "somebody who takes no other part"), *parties]
    unfit = [(ended, "somebody who has left"), (disabled, "somebody whose account is disabled"), *others]
    for deputies, paired in ((fit, True), (unfit, False)):
        for party, word in deputies:
            who = _title(chair)
            yield Oddity(chair, f"{who} is on leave, deputy is {word}", partial(_away, chair, party), paired)
            yield Oddity(chair, f"the standing deputy of {who} is {word}", partial(_stands, chair, party), paired=False)
            yield Oddity(chair, f"{word} is asked along with {who}", partial(_along, chair, party), paired=False)


def _seat(chair: str, party: Party | None, seating: Seating) -> None:
    seating.holders[chair] = party


def _orders_for_self(seating: Seating) -> None:
    seating.orderer = SUBJECT


def _no_system_managers(seating: Seating) -> None:
    seating.holders["system_manager"] = seating.holders["second_system_manager"] = None


def _turn(chair: str, status: EmploymentStatus, seating: Seating) -> None:
    seating.holders[chair] = _turned(chair, status)


@lru_cache(maxsize=256)
def _turned(chair: str, status: EmploymentStatus) -> Party:
    return replace(holder_of(chair), status=status)


def _disable(chair: str, seating: Seating) -> None:
    seating.holders[chair] = replace(holder_of(chair), may_act=False)


def _away(chair: str, deputy: Party, seating: Seating) -> None:
    _turn(chair, EmploymentStatus.ON_LEAVE, seating)
    _along(chair, deputy, seating)


def _along(chair: str, deputy: Party, seating: Seating) -> None:
    seating.absence[holder_of(chair).id] = (deputy,)


def _stands(chair: str, deputy: Party, seating: Seating) -> None:
    seating.standing[holder_of(chair).id] = (deputy,)
