"""The values of an exploration: what stays, what may change, what an order is, who acts, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from types import MappingProxyType
from typing import Any

from workflows.assignment_guard import FORM as ASSIGNED
from workflows.assignment_guard import MOST_MONTHS
from workflows.case import Assignment, Decision, EmploymentStatus, OrdererAuthority, Party, Profile
from workflows.conditions import ACROSS, ORDINARY_ZONES, Traits
from workflows.definition import Transition
from workflows.person_guards import FUTURE_DAYS
from workflows.proof.seating import ORDERER, SUBJECT, TODAY, decider, holder_of
from workflows.variants import BOARD, FORM


@dataclass(frozen=True, slots=True)
class Lane:
    """What stays the same for as long as an order lives: its traits, and whether one ordered for oneself."""

    traits: Traits
    orderer: Party

    @property
    def profile(self) -> Profile:
        """The protection profile of what is ordered."""
        return Profile(self.traits.profile)

    @property
    def orders_as(self) -> tuple[OrdererAuthority, ...]:
        """As what the orderer may order."""
        own = OrdererAuthority.SELF
        return (own,) if self.orderer is SUBJECT else tuple(a for a in OrdererAuthority if a is not own)

    @property
    def is_assigned(self) -> bool:
        """Of somebody without employment: then the assignment counts, and otherwise nobody asks for it."""
        return self.traits.employment_form == ASSIGNED

    @property
    def crosses(self) -> bool:
        """From one nämnd to another: then a legal ground counts, and otherwise nobody asks for it."""
        return self.traits.crossing == ACROSS

    def __str__(self) -> str:
        traits = self.traits
        form = f", {traits.employment_form}" if traits.employment_form != FORM else ""
        board = f", {traits.board}" if traits.board != BOARD else ""
        zones = f", {traits.zones} zones" if traits.zones != ORDINARY_ZONES else ""
        sides = ", across nämnder" if self.crosses else ""
        return f"{traits.profile}, {traits.kind}{form}{board}{zones}{sides}"


LOWER = "a lower one"
# What somebody may try to slip in instead of what was ordered: the level that is offered, told apart by its nature.
OFFERED: Mapping[str, Mapping[str, Any] | None] = MappingProxyType(
    {
        LOWER: {"code": "LESS", "access": "read"},
        "a higher one": {"code": "MORE", "access": "admin"},
        "another of as much access": {"code": "OTHER"},
        "one of another system": {"system": "ELSE", "code": "LESS", "access": "read"},
        "one of more secrecy": {"code": "LESS", "access": "read", "confidentiality": 4},
        "one of more protection": {"code": "LESS", "access": "read", "profile": Profile.PHYSICAL},
        "one for another scope": {"code": "LESS", "access": "read", "scope_kind": "unit"},
        "the base": {"code": "BASE", "access": "read", "is_base": True},
        "the same": {},
        "missing": None,
    }
)


SPONSOR = holder_of("line_manager")
REGULAR = "a regular one"
GOOD = Assignment("consultant", SPONSOR, "AVT-17", TODAY, TODAY + timedelta(days=90))
# What an assignment may be like at each move, of a subject without employment (rules.md G17).
ASSIGNMENTS: Mapping[str, Assignment | None] = MappingProxyType(
    {
        REGULAR: GOOD,
        "missing": None,
        "without a sponsor who works here": replace(GOOD, sponsor=replace(SPONSOR, status=EmploymentStatus.ENDED)),
        "sponsored by the subject": replace(GOOD, sponsor=SUBJECT),
        "without an agreement": replace(GOOD, agreement_ref=""),
        "without an end": replace(GOOD, ends_on=None),
        f"longer than {MOST_MONTHS} months": replace(GOOD, ends_on=TODAY + timedelta(days=400)),
        "over": replace(GOOD, starts_on=TODAY - timedelta(days=30), ends_on=TODAY - timedelta(days=1)),
        "one in a municipality that has none": GOOD,
    }
)
TURNED_OFF = "one in a municipality that has none"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What may be different at each move: the subject's employment, base grant and courses, and the system."""

    status: EmploymentStatus = EmploymentStatus.ACTIVE
    starts_in: int = 0
    based: bool = True
    ready: bool = True
    clean: bool = True
    lifecycle: str = "production"
    offered: str = LOWER
    assignment: str = REGULAR
    ground: bool = True
    moved: bool = False

    @property
    def employed(self) -> bool:
        """What G1 demands, said again in other words than the guard's own."""
        soon = self.status is EmploymentStatus.FUTURE and self.starts_in <= FUTURE_DAYS
        return soon or self.status is EmploymentStatus.ACTIVE

    @property
    def gate(self) -> tuple[bool, ...]:
        """Employed, or under a regular assignment, and based: what every grant needs; what one that crosses needs."""
        return self.employed, self.based, self.assignment == REGULAR, self.ground, self.moved

    def said(self) -> tuple[str, ...]:
        """What is not as it should be, in words."""
        status = self.status.value.replace("_", " ")
        start = f", with a start in {self.starts_in} days" if self.status is EmploymentStatus.FUTURE else ""
        checks = (
            (self.status is not EmploymentStatus.ACTIVE, f"the directory says of {SUBJECT.name}: {status}{start}"),
            (not self.based, f"{SUBJECT.name} has no base grant"),
            (not self.ready, f"{SUBJECT.name} lacks a course and an agreement"),
            (not self.clean, f"a grave finding about {SUBJECT.name} is open"),
            (self.lifecycle != "production", "the system is not open for orders"),
            (self.assignment != REGULAR, f"the assignment of {SUBJECT.name} is {self.assignment}"),
            (not self.ground, "no legal ground is stated"),
            (self.moved, f"{SUBJECT.name} has moved to a third nämnd"),
            (self.offered != LOWER, f"the level that is offered is {self.offered}"),
        )
        return tuple(words for odd, words in checks if odd)


STATUSES = (
    (EmploymentStatus.ACTIVE, 0),
    (EmploymentStatus.FUTURE, FUTURE_DAYS),
    *((s, 0) for s in EmploymentStatus if s not in (EmploymentStatus.ACTIVE, EmploymentStatus.FUTURE)),
    (EmploymentStatus.FUTURE, FUTURE_DAYS + 1),
)
# The mildest first. Courses and a system that closes do not depend on who is employed: they are tried by themselves.
CIRCUMSTANCES = (
    *(Circumstances(status, starts_in, based) for based, (status, starts_in) in product((True, False), STATUSES)),
    Circumstances(ready=False),
    Circumstances(clean=False),
    Circumstances(lifecycle="phasing_out"),
    *(Circumstances(offered=other) for other in OFFERED if other != LOWER),
    Circumstances(ground=False),
    Circumstances(moved=True),
    *(Circumstances(assignment=other) for other in ASSIGNMENTS if other != REGULAR),
)


@dataclass(frozen=True, slots=True)
class Node:
    """What the engine remembers of an order, but for the number of its round, which it never reads."""

    state: str = "draft"
    resume: str | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def likeness(self) -> tuple[object, ...]:
        """The same for nodes that differ only in who those are that have decided, or in which of several steps was
        answered first: the engine compares people for being the same, and asks no more.
        """
        numbers: dict[int | None, int] = {SUBJECT.id: -1, ORDERER.id: -2}
        told = [
            (d.step, numbers.setdefault(d.person_id, len(numbers)), numbers.setdefault(d.on_behalf_of, len(numbers)), d)
            for d in sorted(self.decisions, key=lambda d: d.step)
        ]
        people = tuple(
            (step, person, behind if d.on_behalf_of else None, d.chairs, d.board) for step, person, behind, d in told
        )
        return self.state, self.resume, people

    def answers_to(self, step: str) -> tuple[Decision, ...]:
        """The answers to a step in this round."""
        return tuple(decision for decision in self.decisions if decision.step == step)

    def taking_part(self, lane: Lane) -> tuple[Party, ...]:
        """Subject, orderer, and who has decided in this round or had it decided for them."""
        people = {SUBJECT.id: SUBJECT, lane.orderer.id: lane.orderer}
        for decision in self.decisions:
            for person in (decision.person_id, decision.on_behalf_of):
                if person is not None:
                    people.setdefault(person, decider(person))
        return tuple(people.values())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who tries a move, as what, and for whom; ``party`` None is the product or time.

    ``asked`` is false for who tries without being asked. ``seat`` is for approvals that nobody is asked for: the
    chairs of the line, of which the last is this person's and those before it are vacant. ``sits``: of a step that
    needs several answers, on which of its chairs this person sits, or whoever they stand in for.
    """

    party: Party | None
    role: str
    on_behalf_of: int | None = None
    asked: bool = True
    said: tuple[str, ...] = ()
    orders_as: OrdererAuthority = OrdererAuthority.AUTHORISED_ORDERER
    seat: tuple[str, ...] = ()
    step: str = ""
    sits: tuple[str, ...] = ()

    @property
    def person(self) -> int | None:
        """The person's number."""
        return self.party.id if self.party else None


@dataclass(frozen=True, slots=True)
class Act:
    """A move that the engine allowed: by which rule, by whom, under which circumstances, from where to where.

    ``new_round``: whoever is asked from here on is asked anew.
    """

    rule: Transition
    actor: Actor
    circumstances: Circumstances
    source: Node
    target: Node
    reason: str
    new_round: bool = False


@dataclass(slots=True)
class Graph:
    """All courses of one lane. ``found`` says by which act each node was first, and so soonest, reached."""

    lane: Lane
    acts: list[Act]
    found: dict[Node, Act | None]

    def way_to(self, act: Act) -> tuple[Act, ...]:
        """The shortest course that ends with the act."""
        way = [act]
        while (before := self.found[way[-1].source]) is not None:
            way.append(before)
        return tuple(reversed(way))
