"""Invariant 7 for steps that need several answers: counted anew, from what people did and where they sit in the world.

The engine's own count (``quorum``) is not asked. What a state is left with is the way to it: each answer with its
actor, whoever the actor stood in for, and the chairs that this person truly sits on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from workflows.definition import Step, Workflow
from workflows.proof.courses import Act, Actor, Graph
from workflows.proof.faults import CONFINED

WAITING = "waiting_prerequisites"


def counted(workflow: Workflow, graph: Graph, act: Act) -> Iterator[tuple[int, str]]:
    """7: a state is left only with answers of as many different people as each of its steps needs."""
    if not act.actor.step or act.rule.trigger not in ("approve", "confirm") or _arrives(act) == act.source.state:
        return
    for step in workflow.steps_in(act.source.state, graph.lane.traits):
        if step.name == act.actor.step or act.rule.by == "steps":
            yield from ((CONFINED, problem) for problem in _of_step(step, _answers(step, graph, act)))


def _arrives(act: Act) -> str:
    """Where the move leads, also if the order has to wait first; one that is cancelled counts as where it stood."""
    if act.target.state == WAITING:
        return act.target.resume or act.rule.target
    return act.rule.target if act.target.state == act.rule.target else act.source.state


def _answers(step: Step, graph: Graph, act: Act) -> list[Actor]:
    """Who has answered the step since the round began."""
    answers: list[Actor] = []
    for one in graph.way_to(act):
        if one.new_round or one.source.state == "draft":
            answers = []
        if one.actor.step == step.name and one.rule.trigger in ("approve", "approve_implicitly", "confirm"):
            answers.append(one.actor)
    return answers


def _of_step(step: Step, answers: Sequence[Actor]) -> Iterator[str]:
    if not answers:
        yield f"the state is left although {step.name} is not answered"
    if not step.needs.many or not answers:
        return
    if _heads(answers) < step.needs.total:
        yield f"{step.name} is met by fewer people than it needs"
    elif not any(actor.sits for actor in answers):
        yield f"{step.name} is met by those alone who are asked instead"
    elif not _filled(step, answers):
        yield f"{step.name} is met although a chair is missing"


def _heads(answers: Sequence[Actor]) -> int:
    """How many people have answered: whoever takes part in two answers makes them one."""
    groups: list[set[int]] = []
    for actor in answers:
        mine = {p for p in (actor.person, actor.on_behalf_of) if p is not None}
        touching = [group for group in groups if group & mine]
        groups = [group for group in groups if not group & mine] + [mine.union(*touching)]
    return len(groups)


def _filled(step: Step, answers: Sequence[Actor]) -> bool:
    """Is there a way to give each needed seat an answer of its own, of its chair or of somebody asked instead?"""
    seats = [chair for chair, number in step.needs.each for _ in range(number)]
    ways = permutations(answers, len(seats)) if len(seats) <= len(answers) else ()
    return any(all(chair in a.sits or not a.sits for chair, a in zip(seats, way, strict=True)) for way in ways)
