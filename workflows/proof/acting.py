"""Who may try a move, and who must not but may try all the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from workflows import quorum
from workflows.case import Party
from workflows.definition import Step, Transition, Workflow
from workflows.proof import asking
from workflows.proof.asking import Answerer
from workflows.proof.courses import Actor, Lane, Node
from workflows.proof.seating import FIRST_DECIDER, ORDERER, SUBJECT, chairs_of, decider, title
from workflows.proof.worlds import EARLIER


def actors(workflow: Workflow, lane: Lane, rule: Transition, node: Node) -> Iterator[Actor]:
    """Everybody who is to try the rule at the node; of those who are alike, one. Of the rule only ``by`` is read."""
    if rule.by in ("system", "time"):
        yield Actor(None, "The product" if rule.by == "system" else "Time")
    elif rule.by == "orderer":
        for authority in lane.orders_as:
            role = "orderer" if lane.orderer is SUBJECT else authority.value.replace("_", " ")
            yield Actor(lane.orderer, f"as {role}", orders_as=authority)
    elif rule.by == "parties":
        yield Actor(lane.orderer, "as orderer")
        yield Actor(SUBJECT, "as the one whom it is for")
    else:
        for step in workflow.steps_in(node.state, lane.traits):
            if quorum.met(step.needs, node.answers_to(step.name)):
                continue
            if rule.by == "implicit":
                yield from _unasked(step, lane, node)
            elif rule.by in ("step", "steps", step.name):
                yield from asked_of(step, lane, node)
                yield from _intruding(step, lane, node)


def _unasked(step: Step, lane: Lane, node: Node) -> Iterator[Actor]:
    """Whoever takes part already, on each chair that the step asks first: does the engine let that count?"""
    chairs, role = chairs_of(step.ask), title(step.ask)
    for party, reach in product(node.taking_part(lane), range(1, len(chairs) + 1)):
        yield Actor(party, f"as {role}, without being asked", seat=chairs[:reach], step=step.name)


def _intruding(step: Step, lane: Lane, node: Node) -> Iterator[Actor]:
    """Subject, orderer, and whoever has decided a step from which this one must be distinct."""
    kept_out = step.distinct_from | ({step.name} if step.needs.many else set())
    barred = {p for d in node.decisions if d.step in kept_out for p in quorum.people(d)}
    sits = step.asks if step.needs.many else ()
    for party in node.taking_part(lane):
        if party.id in {SUBJECT.id, lane.orderer.id} | barred:
            yield Actor(party, "whom nobody has asked", asked=False, step=step.name, sits=sits)
    if step.needs.many:
        yield from _counting_twice(step, node)


def _counting_twice(step: Step, node: Node) -> Iterator[Actor]:
    """Whoever has answered, once more as a deputy for another; and another as a deputy for them."""
    people = sorted({p for d in node.answers_to(step.name) for p in quorum.people(d)})
    new = 1 + max((*(p for d in node.decisions for p in quorum.people(d)), FIRST_DECIDER - 1))
    for person in people:
        for actor, behind in ((person, new), (new, person)):
            yield Actor(_party(actor), "as deputy", behind, asked=False, step=step.name, sits=step.asks)


def asked_of(step: Step, lane: Lane, node: Node) -> Iterator[Actor]:
    """Whoever the step can come to ask at the node."""
    found = asking.study(step).answerers
    for answerer in _plainest(found) if step.needs.many else found:
        yield from _as_people(answerer, step, lane, node)


def _plainest(found: tuple[Answerer, ...]) -> Iterator[Answerer]:
    """Each set of chairs in person, and each other capacity on the first of them: the engine asks for chairs when it
    counts, and for people when it keeps them apart, never for both together.
    """
    seen: set[tuple[bool, bool]] = set()
    for one in found:
        odd = one.person == EARLIER.id, one.on_behalf_of is not None
        if not any(odd) or odd not in seen:
            seen.add(odd)
            yield one


def _as_people(answerer: Answerer, step: Step, lane: Lane, node: Node) -> Iterator[Actor]:
    """The answerer as a person of this node: somebody new, or each of those who have decided another step."""
    own = step.name if step.needs.many else ""
    deciders = [d for d in node.decisions if d.step not in step.distinct_from]
    out = {p for d in node.decisions if d.step == own for p in quorum.people(d)}
    earlier = sorted({p for d in deciders for p in quorum.people(d) if p > ORDERER.id} - out)
    new = 1 + max((*(p.id for p in node.taking_part(lane)), FIRST_DECIDER - 1))
    people = {0: [new], EARLIER.id: earlier}.get(answerer.person, [answerer.person])
    behind = _principals(answerer, new + 1, earlier)
    role = title(answerer.why)
    for person, principal in product(people, behind):
        if person != principal:
            yield Actor(_party(person), f"as {role}", principal, said=answerer.said, step=step.name, sits=answerer.sits)


def _principals(answerer: Answerer, new: int, earlier: list[int]) -> list[int | None]:
    if answerer.on_behalf_of == EARLIER.id:
        return [*earlier]
    return [new if answerer.on_behalf_of == 0 else answerer.on_behalf_of]


def _party(person: int) -> Party:
    return {SUBJECT.id: SUBJECT, ORDERER.id: ORDERER}.get(person) or decider(person)
