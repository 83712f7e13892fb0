"""The whole proof of a definition."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from workflows import clocks, examples, soundness
from workflows.case import Profile
from workflows.definition import Workflow
from workflows.proof import asking, exploring, invariants, lives
from workflows.proof.faults import TIMELESS, Fault

CONFIDENTIALITIES = range(4)


def prove(workflow: Workflow) -> tuple[Fault, ...]:
    """Every way in which the definition breaks an invariant, each told once, by the shortest story. Empty when safe.

    Deterministic. A matter of seconds, and of a minute where several answers are needed (decision 25): it makes tens
    of thousands of moves.
    """
    with _no_collection():
        return lives.prove(workflow) if workflow.life is not None else _proved(workflow)


def weight(workflow: Workflow) -> int:
    """A measure of how long the proof will take, without doing it: its moves in all lanes."""
    return 0 if workflow.life is not None else len(workflow.transitions) * sum(1 for _ in exploring.lanes(workflow))


@contextmanager
def _no_collection() -> Iterator[None]:
    """A proof makes a million small frozen values and keeps many: looking for circles among them, of which there are
    none, takes a quarter of its time. What is dropped is freed all the same.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _proved(workflow: Workflow) -> tuple[Fault, ...]:
    graphs = [exploring.explore(workflow, lane) for lane in exploring.lanes(workflow)]
    found: list[Fault] = [fault for step in workflow.steps for fault in asking.study(step).faults]
    for graph in graphs:
        found += invariants.of_acts(workflow, graph)
        found += invariants.of_graph(workflow, graph)
    found += invariants.of_definition(workflow, graphs)
    found += _revocation()
    return tuple(_each_once(found))


def objections(workflow: Workflow) -> tuple[str, ...]:
    """Every reason why the definition may not become active, each with file and line, and its story where it has one.

    Its golden cases, the proof, and where that is silent what ``soundness`` has against it. Empty when it may.
    """
    misses = [(m.line, f"examples: found {m.found}, expected {m.expected}") for m in examples.misses(workflow)]
    broken = [(fault.line or 1, str(fault)) for fault in prove(workflow)]
    others = [] if broken or workflow.life is not None else [(1, problem) for problem in soundness.check(workflow)]
    return tuple(f"{workflow.source_file}:{line}: {words}" for line, words in (*misses, *broken, *others))


def _revocation() -> Iterator[Fault]:
    """5: the task to revoke never lapses, whatever is to be revoked."""
    for profile in Profile:
        for confidentiality in CONFIDENTIALITIES:
            if clocks.revoke_clock(profile, confidentiality).lapse is not None:
                yield Fault(TIMELESS, f"the task to revoke a {profile.value} level lapses")


def _each_once(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The shortest story of each fault, in the order of the invariants."""
    shortest: dict[tuple[int, str, str], Fault] = {}
    for fault in faults:
        known = shortest.get((fault.invariant, fault.key, fault.problem))
        if known is None or len(fault.story) < len(known.story):
            shortest[fault.invariant, fault.key, fault.problem] = fault
    yield from sorted(shortest.values(), key=lambda f: (f.invariant, f.line, len(f.story), f.key))
