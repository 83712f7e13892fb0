"""Steps of one state are asked at the same time: whom each of them asks, so that nobody is asked in vain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from workflows import authority
from workflows.case import Case, Decision
from workflows.definition import Step


def asked_at_once(steps: Iterable[Step], case: Case) -> Iterator[tuple[Step, Case]]:
    """Each step with the case in which its people are found.

    Where steps must be answered by different people, whoever alone is asked in one is left out of the next: one owner
    of both systems gets one question, and whoever comes in ``otherwise`` gets the other from the start.
    """
    steps, seen = tuple(steps), case
    for step in steps:
        yield step, seen
        named = [a.party.id for a in authority.addressees(step, seen) if a.role == "addressee"]
        if len(named) == 1 and any(step.name in other.distinct_from for other in steps):
            seen = replace(seen, decisions=(*seen.decisions, Decision(step.name, named[0])))
