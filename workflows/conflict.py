"""Toxic combinations (rules.md G13): levels that one person may not hold together. A pair works both ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Mode(StrEnum):
    """What a pair does to an order: is told of, needs an approved exemption, or stops the order."""

    RECORD = "record"
    APPROVE = "approve"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class ToxicPair:
    """Two levels, written SYSTEM.LEVEL. ``same_scope``: they conflict only where they have the same scope."""

    id: int
    first: str
    second: str
    mode: Mode
    same_scope: bool = False

    def other(self, level: str) -> str | None:
        """The other side of the pair; None for a level that is not in it."""
        return {self.first: self.second, self.second: self.first}.get(level)


@dataclass(frozen=True, slots=True)
class Holding:
    """What a person has, or has ordered. ``source`` is ``grant:<id>`` or a case number."""

    level: str
    scope: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A person may hold both levels of the pair until ``valid_to``, a local date, as two people have approved."""

    pair_id: int
    valid_to: date
    approved_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """The ordered level makes this pair together with this holding."""

    pair: ToxicPair
    holding: Holding


def clashes(level: str, scope: str, *, holdings: Iterable[Holding], pairs: Iterable[ToxicPair]) -> tuple[Clash, ...]:
    """Every pair that ``level`` with ``scope`` would make, in the order of the pairs."""
    held = tuple(holdings)
    return tuple(
        Clash(pair, holding)
        for pair in pairs
        for holding in held
        if pair.other(level) == holding.level and (not pair.same_scope or _overlap(scope, holding.scope))
    )


def _overlap(scope: str, other: str) -> bool:
    """Two scopes that are the same; a level without a scope is everywhere."""
    return not scope or not other or scope.casefold() == other.casefold()


def fault(clash: Clash, exemptions: Iterable[Exemption], *, until: date | None, orderer: int | None) -> str:
    """Why the clash stops an order that lasts ``until``; empty when it does not.

    An exemption that the orderer has approved does not count: nobody makes way for an order of their own (G6).
    """
    if clash.pair.mode is Mode.RECORD:
        return ""
    if clash.pair.mode is Mode.ENFORCE:
        return "toxic_enforced"
    given = [e for e in exemptions if e.pair_id == clash.pair.id]
    foreign = [e for e in given if orderer not in e.approved_by]
    if not foreign:
        return "toxic_own_exemption" if given else "toxic_unapproved"
    last = max(e.valid_to for e in foreign)
    return "toxic_beyond_exemption" if until is None or until > last else ""


def obstacle(person_id: int, *, parties: Iterable[int], approved: Iterable[int]) -> str:
    """Why ``person_id`` may not approve an exemption; empty when nothing is in the way.

    ``parties`` are subject and asker, ``approved`` those who have approved it before: owner and coordinator are
    two different people, and neither is a party.
    """
    if person_id in tuple(parties):
        return "not_self"
    return "four_eyes" if person_id in tuple(approved) else ""
