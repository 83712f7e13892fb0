"""The whole proof of a definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflows import clocks
from workflows.case import Profile
from workflows.definition import Workflow
from workflows.proof import asking, exploring, invariants
from workflows.proof.faults import TIMELESS, Fault

CONFIDENTIALITIES = range(4)


def prove(workflow: Workflow) -> tuple[Fault, ...]:
    """Every way in which the definition breaks an invariant, each told once, by the shortest story. Empty when safe.

    Deterministic, and a matter of a second or two: it makes tens of thousands of moves.
    """
    graphs = [exploring.explore(workflow, lane) for lane in exploring.lanes(workflow)]
    found: list[Fault] = [fault for step in workflow.steps for fault in asking.study(step).faults]
    for graph in graphs:
        found += invariants.of_acts(workflow, graph)
        found += invariants.of_graph(workflow, graph)
    found += invariants.of_definition(workflow, graphs)
    found += _revocation()
    return tuple(_each_once(found))


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
