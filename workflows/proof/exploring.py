"""Every course that an order can take under a definition, found by making each move through the real engine.

A node is what the engine remembers of an order: its state, where it goes on to after waiting, and the
decisions of the round. All else is free to change between two moves, as it is in life: what the directory says of the
subject, whether the base grant is there, whether the system is open, and who sits on which chair. So each move is
tried under every such circumstance, by everybody whom the step can reach in any small world (``asking``), and by
those who must not: the subject, the orderer, and who has decided already.

Symmetry keeps this small without leaving anything out:

- The engine only compares people for being the same, so those who have decided are numbered in the order in which they
  did. It never reads the number of the round, so every round is explored as the first: what the engine took along from
  one round to the next, such as an old approval, would be seen in the node with which the next begins.
- Only guards see the circumstances. Of those in which all guards of a move say the same, one is tried; but whether
  the subject is employed and has a base grant always counts as a difference where the move grants.
- Of a profile the engine knows whether it needs an owner, of a kind whether it is for another unit, an emergency
  or an end. (Of a change it asks whether the level is another one, G4: here it always is.)
  The definition tells them apart by its conditions (``variants``). Of those that neither does, one is explored.
- What is offered instead of the level makes a difference where a lower one is proposed or accepted, and nowhere else.
- Outcomes that are the same under several circumstances are one course, told with the mildest of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

from workflows import crossing, lowering, machine, variants
from workflows.case import OWNER_PROFILES, Case, Decision, Level, Offer, Party
from workflows.definition import Transition, Workflow
from workflows.errors import Refused
from workflows.form_fields import Field
from workflows.guards import GUARDS
from workflows.order_guards import IN_ANOTHER_UNIT
from workflows.proof.acting import actors
from workflows.proof.courses import (
    ASSIGNMENTS,
    CIRCUMSTANCES,
    OFFERED,
    REGULAR,
    TURNED_OFF,
    Act,
    Actor,
    Circumstances,
    Graph,
    Lane,
    Node,
)
from workflows.proof.seating import ORDERER, SUBJECT, TODAY, Seating, chairs_of, decider
from workflows.soundness import BASE_PROCESS, EMERGENCY, END

KINDS_OF_GUARDS = (IN_ANOTHER_UNIT, EMERGENCY, END)  # the kinds of order that a guard or invariant asks for
CIRCUMSTANCE_GUARDS = {"G1", "G2", "G3", "G8", "G9", "G16", "G17", crossing.GUARD, crossing.SIDES, lowering.GUARD}
LOWERING = (lowering.PROPOSE, lowering.ACCEPT)
ORDERED_DAYS = timedelta(days=30)
GROUND_ASKED = (Field(name=crossing.GROUND, type="reference", label={}),)
Outcome = tuple[Case, machine.Move, Circumstances]
Facts = dict[str, Any]  # fields of a Case: it is made once, for replacing fields of one takes three times as long


def lanes(workflow: Workflow) -> Iterator[Lane]:
    """Every lane of the definition."""
    for profile, kind in product(_profiles(workflow), _kinds(workflow)):
        for traits, orderer in product(variants.among(workflow, profile, kind), (SUBJECT, ORDERER)):
            yield Lane(traits, orderer)


def _profiles(workflow: Workflow) -> Iterable[str]:
    """One profile of each class that is treated alike."""
    told_apart = {s.only_profiles for s in workflow.steps} | {t.only_profiles for t in workflow.transitions}
    return _one_of_each(sorted(workflow.profiles), told_apart | {frozenset(OWNER_PROFILES)})


def _kinds(workflow: Workflow) -> Iterable[str]:
    """One kind of order of each class that is treated alike."""
    told_apart = {s.only_kinds for s in workflow.steps} | {t.only_kinds for t in workflow.transitions}
    return _one_of_each(workflow.kinds, told_apart | {frozenset({kind}) for kind in KINDS_OF_GUARDS})


def _one_of_each(values: Iterable[str], told_apart: Iterable[frozenset[str]]) -> list[str]:
    sets = tuple(told_apart)
    classes: dict[tuple[bool, ...], str] = {}
    for value in values:
        classes.setdefault(tuple(value in named for named in sets), value)
    return list(classes.values())


def explore(workflow: Workflow, lane: Lane) -> Graph:
    """All courses of a lane. Breadth first, so that the first way to a node is a shortest one."""
    start = Node()
    graph = Graph(lane, [], {start: None})
    explorer = _Explorer(workflow, lane)
    ahead, seen = deque([start]), {start.likeness}
    while ahead:
        for act in explorer.acts(ahead.popleft()):
            graph.acts.append(act)
            alike = _alike(workflow, act.target)
            if act.actor.asked and alike not in seen and not decided_again(workflow, act.target):
                seen.add(alike)
                graph.found[act.target] = act
                ahead.append(act.target)
    return graph


def _alike(workflow: Workflow, node: Node) -> tuple[object, ...]:
    """The same for nodes from which the same may happen: who decided what has ended makes no difference."""
    return replace(node, decisions=()).likeness if workflow.states[node.state].kind == "final" else node.likeness


def decided_again(workflow: Workflow, node: Node) -> bool:
    """Has a step had more answers in the round than it needs? Then old approvals would count, and so on for ever.

    Where several must answer, one more may come: of those who were asked instead of others, not all count.
    """
    most = {s.name: s.needs.total + s.needs.many for s in workflow.steps}
    return any(len(node.answers_to(name)) > number for name, number in most.items())


class _Explorer:
    """Makes the moves of one lane."""

    def __init__(self, workflow: Workflow, lane: Lane) -> None:
        self.workflow, self.lane = workflow, lane
        self._known: dict[object, list[Outcome]] = {}
        self._differing: dict[object, tuple[Circumstances, ...]] = {}
        self._rules: dict[str, dict[str, Transition]] = {}
        for rule in reversed(workflow.transitions):
            if rule.applies_to(lane.traits):  # the first of each trigger is taken
                self._rules.setdefault(rule.source, {})[rule.trigger] = rule
        tried = (c for c in CIRCUMSTANCES if lane.is_assigned or c.assignment == REGULAR)
        tried = (c for c in tried if lane.crosses or (c.ground and not c.moved))
        self._asks_ground = any(one.name == crossing.GROUND for one in workflow.form_of(lane.traits))
        self._circumstances = {c: self._facts_of(c) for c in tried}

    def acts(self, node: Node) -> Iterator[Act]:
        """Every move that somebody can make from the node."""
        who: dict[str, tuple[Actor, ...]] = {}  # the same for all moves that are by the same
        for rule in self._rules.get(node.state, {}).values():
            if rule.by not in who:
                who[rule.by] = tuple(actors(self.workflow, self.lane, rule, node))
            for actor in who[rule.by]:
                for case, move, circumstances in self._outcomes(rule, node, actor):
                    after = machine.after(self.workflow, case, move, on_behalf_of=actor.on_behalf_of)
                    target = Node(after.state, after.resume_state, self._remembered(after))
                    yield Act(rule, actor, circumstances, node, target, move.wait_reason, after.round > case.round)

    def _remembered(self, after: Case) -> tuple[Decision, ...]:
        """The decisions; on which chairs people sat is read only while their step asks others."""
        if not any(d.chairs for d in after.decisions):
            return after.decisions
        asking = {s.name for s in self.workflow.steps if s.state in (after.state, after.resume_state)}
        return tuple(d if d.step in asking or not d.chairs else replace(d, chairs=()) for d in after.decisions)

    def _outcomes(self, rule: Transition, node: Node, actor: Actor) -> list[Outcome]:
        """What the engine answers, each outcome once, under the mildest circumstances that lead to it."""
        seat = actor.seat and (actor.seat, actor.person)
        answers = actor.step, actor.sits, actor.on_behalf_of if actor.sits else None
        key = (node.state, node.resume, node.decisions, rule.trigger, actor.person, actor.orders_as, seat, answers)
        if key not in self._known:
            self._known[key] = list(self._try(rule, self._facts(node, actor)))
        return self._known[key]

    def _try(self, rule: Transition, facts: Facts) -> Iterator[Outcome]:
        seen: set[object] = set()
        for circumstances in self._that_differ(rule, facts):
            here = self._under(rule, facts, circumstances)
            try:
                move = machine.next_state(self.workflow, here, rule.trigger)
            except Refused:
                continue
            gate = circumstances.gate if move.target in self.workflow.gives else None
            offered = circumstances.offered if rule.trigger in LOWERING else None
            if (outcome := (move.target, move.resume_state, gate, offered)) not in seen:
                seen.add(outcome)
                yield here, move, circumstances

    def _that_differ(self, rule: Transition, facts: Facts) -> tuple[Circumstances, ...]:
        """Of circumstances in which the rule's guards say the same, the mildest."""
        guards = tuple(name for name in rule.guards if name in CIRCUMSTANCE_GUARDS)
        grants, lowers = rule.target in self.workflow.gives, rule.trigger in LOWERING
        if (key := (guards, grants, rule.trigger if lowers else "", facts["state"])) not in self._differing:
            classes: dict[object, Circumstances] = {}
            for circumstances in self._circumstances:
                here = self._under(rule, facts, circumstances)
                results = tuple(GUARDS[name](here).consequence for name in guards)
                always = circumstances.gate if grants else None, circumstances.offered if lowers else None
                classes.setdefault((results, always), circumstances)
            self._differing[key] = tuple(classes.values())
        return self._differing[key]

    def _under(self, rule: Transition, facts: Facts, circumstances: Circumstances) -> Case:
        here = Case(**facts | self._circumstances[circumstances])
        other = OFFERED[circumstances.offered]
        if rule.trigger not in LOWERING or other is None:
            return here
        if rule.trigger == lowering.ACCEPT:
            return lowering.accepted(here, replace(here.level, **other))
        return replace(here, offer=Offer(here.level, replace(here.level, **other)))

    def _facts_of(self, circumstances: Circumstances) -> Facts:
        """The fields of a case that the circumstances decide."""
        return {
            "subject": self._subject(circumstances),
            "level": self._level(circumstances.lifecycle),
            "has_base_grant": circumstances.based,
            "courses_missing": () if circumstances.ready else ("COURSE",),
            "agreement_missing": "" if circumstances.ready else "AGREEMENT",
            "open_findings": () if circumstances.clean else ("FINDING",),
            "assignment": ASSIGNMENTS[circumstances.assignment] if self.lane.is_assigned else None,
            "questions": GROUND_ASKED if self._asks_ground else (),
            "answers": {crossing.GROUND: "stated"} if circumstances.ground else {},
            "assignments_on": circumstances.assignment != TURNED_OFF,
        }

    def _subject(self, circumstances: Circumstances) -> Party:
        return replace(
            SUBJECT,
            board="(a third nämnd)" if circumstances.moved else self.lane.traits.board,
            employment_form=self.lane.traits.employment_form,
            status=circumstances.status,
            starts_on=TODAY + timedelta(days=circumstances.starts_in),
        )

    def _level(self, lifecycle: str) -> Level:
        return Level(
            "SYS",
            "LEVEL",
            self.lane.profile,
            is_base=self.workflow.process == BASE_PROCESS,
            confidentiality=self.lane.traits.confidentiality,
            lifecycle=lifecycle,
            board=variants.system_board(self.lane.traits.board, self.lane.traits.crossing),
            emergency=True,
        )

    def _facts(self, node: Node, actor: Actor) -> Facts:
        """The other fields."""
        seating = Seating(by_name=tuple(ask for ask in actor.sits if ":" in ask))
        for chair in actor.seat:
            seating.holders[chair] = actor.party if chair == actor.seat[-1] else None
        for ask in actor.sits:
            principal = actor.on_behalf_of
            seating.holders[chairs_of(ask)[0]] = decider(principal) if principal else actor.party
        return seating.facts(node.decisions) | {
            "state": node.state,
            "resume_state": node.resume,
            "kind": self.lane.traits.kind,
            "zones": self.lane.traits.zones,
            "previous_level": "SYS.ANOTHER",
            "actor": self.lane.orderer if actor.seat else actor.party,
            "acting_for": actor.on_behalf_of,
            "step": actor.step,
            "orderer": self.lane.orderer,
            "orderer_authority": actor.orders_as,
            "valid_from": TODAY,
            "valid_to": TODAY + ORDERED_DAYS,
            "justification": "Behövs för arbetet i lånedisken.",
            "emergency_reason": "life",
            "incident_number": "INC-17",
        }
