"""A course of an order told in plain words: who did what, as what, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.proof.courses import Act, Actor, Graph
from workflows.proof.seating import ORDERER, SUBJECT, decider

WORDS = {
    "submit": "sends the order",
    "resubmit": "sends the order again",
    "approve": "approves",
    "approve_implicitly": "approves",
    "grant": "grants",
    "reject": "says no",
    "return": "asks for completion",
    "propose_lower": "proposes a lower level",
    "accept_lower": "says yes to it",
    "decline_lower": "says no to it",
    "resume": "lets the order go on",
    "withdraw": "takes the order back",
    "lapse": "lets the order lapse",
    "cancel": "cancels the order",
    "revoke": "takes the right away",
}


def told(graph: Graph, acts: Iterable[Act]) -> tuple[str, ...]:
    """The acts as lines, after one that says what is ordered for whom."""
    orderer = "herself" if graph.lane.orderer is SUBJECT else f"{SUBJECT.name}"
    opening = f"{graph.lane.orderer.name} orders for {orderer} ({graph.lane})."
    return (opening, *(line(act) for act in acts))


def line(act: Act) -> str:
    """One act: ``Bob, as line manager, approves: requested -> manager_approved``."""
    what = WORDS.get(act.rule.trigger, act.rule.trigger)
    oddities = "; ".join((*act.actor.said, *act.circumstances.said()))
    so_it_is = f" ({oddities})" if oddities else ""
    because = f", {act.reason}" if act.reason else ""
    return f"{who(act.actor)}, {what}: {act.source.state} -> {act.target.state}{because}{so_it_is}"


def in_vain(actor: Actor, step: str) -> str:
    """What no move shows: somebody is asked, and every answer of theirs would be refused."""
    oddities = f" ({'; '.join(actor.said)})" if actor.said else ""
    return f"{who(actor)}, is asked for {step}, and would be refused{oddities}"


def who(actor: Actor) -> str:
    """``Bob, as deputy for Dora``."""
    acting = actor.role if actor.party is None else f"{_name(actor.party.id)}, {actor.role}"
    return acting if actor.on_behalf_of is None else f"{acting} for {_name(actor.on_behalf_of)}"


def _name(person: int) -> str:
    return {SUBJECT.id: SUBJECT.name, ORDERER.id: ORDERER.name}.get(person) or decider(person).name
