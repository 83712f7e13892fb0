"""N of M: how many different people a step needs an answer of, and whether a set of answers is enough.

One person never counts twice: not as themselves and as somebody's deputy, not for two chairs, and not beside whoever
answered on their behalf. One chair never counts for another. Whoever was asked only because a chair could not be
filled (``otherwise``), or because nobody had answered, may fill it, but never all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.case import Decision


@dataclass(frozen=True, slots=True)
class Needs:
    """``total`` different people, among them so many of ``each`` chair. One of one: whoever answers first."""

    total: int = 1
    each: tuple[tuple[str, int], ...] = ()

    @property
    def many(self) -> bool:
        """True when one answer is not enough."""
        return self.total > 1

    @property
    def seats(self) -> tuple[str, ...]:
        """The chairs that must be answered for, each as often as it is needed."""
        return tuple(chair for chair, number in self.each for _ in range(number))


def people(decision: Decision) -> frozenset[int]:
    """Whoever answered, and for whom."""
    return frozenset({decision.person_id, decision.on_behalf_of or decision.person_id})


def distinct(answers: Iterable[Decision]) -> tuple[Decision, ...]:
    """The answers, in the order in which they came, without those of somebody who takes part in an earlier one."""
    kept: list[Decision] = []
    counted: set[int] = set()
    for answer in answers:
        if counted.isdisjoint(people(answer)):
            counted |= people(answer)
            kept.append(answer)
    return tuple(kept)


def met(needs: Needs, answers: Iterable[Decision]) -> bool:
    """Are these answers to a step enough?"""
    kept = distinct(answers)
    if not needs.many:
        return bool(kept)
    named = [answer.chairs for answer in kept if answer.chairs]
    unfilled = len(needs.seats) - matched(needs.seats, named)
    return len(kept) >= needs.total and bool(named) and unfilled <= len(kept) - len(named)


def matched(seats: tuple[str, ...], candidates: Iterable[tuple[str, ...]]) -> int:
    """How many of the seats the candidates can fill at most, each only one of those that they sit on."""
    filled: dict[int, tuple[str, ...]] = {}
    return sum(_place(one, seats, filled, set()) for one in candidates)


def _place(one: tuple[str, ...], seats: tuple[str, ...], filled: dict[int, tuple[str, ...]], tried: set[int]) -> bool:
    """Seat one, moving those who sit there already to another seat of theirs where that helps."""
    for index, chair in enumerate(seats):
        if chair in one and index not in tried:
            tried.add(index)
            if index not in filled or _place(filled[index], seats, filled, tried):
                filled[index] = one
                return True
    return False
