"""Golden cases: a definition's own examples of who is asked, run when it is loaded and when it is checked.

Words of ``given``: ``system_owner is vacant``, ``line_manager is subject``, ``orderer is line_manager``,
``coordinator is left``. Of ``asked``, for each step: the chairs of those who are asked, nearest first;
``system_managers`` for both of them, ``implicit`` where ordering was approving, and nothing where nobody is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from workflows import simulate
from workflows.calendar import WorkingCalendar
from workflows.case import EmploymentStatus, Level, Party, Profile
from workflows.definition import Example, Workflow
from workflows.proof.seating import HOLDERS, ORDERER, SUBJECT, Seating

BOTH_MANAGERS = ("system_manager", "second_system_manager")
TITLES = {SUBJECT.id: "subject", ORDERER.id: "orderer", **{party.id: chair for chair, party in HOLDERS.items()}}


@dataclass(frozen=True, slots=True)
class Miss:
    """An example that does not come true."""

    line: int
    found: str
    expected: str


def misses(workflow: Workflow) -> Iterator[Miss]:
    """Every example of the definition that says something else than the engine."""
    for example in workflow.examples:
        try:
            found = _asked(workflow, example)
        except ValueError as fault:
            yield Miss(example.line, str(fault), "<chair> is vacant, left or <chair>")
            continue
        expected = {step: _named(chairs) for step, chairs in example.asked.items()}
        if found != expected:
            yield Miss(example.line, _written(found), _written(expected))


def _asked(workflow: Workflow, example: Example) -> dict[str, tuple[str, ...]]:
    """Who the engine asks in each step, if the first of them decides."""
    seating = Seating()
    for words in example.given:
        _seat(seating, words)
    level = Level("SYS", "LEVEL", Profile(example.profile))
    case = replace(seating.case(), level=level, kind=example.kind, state="draft")
    path = simulate.path(workflow, case, WorkingCalendar())
    return {p.step: ("implicit",) if p.implicit else tuple(TITLES[a.party.id] for a in p.asked) for p in path}


def _seat(seating: Seating, words: str) -> None:
    """Change the seating as the words say. Raises ValueError for words that say nothing."""
    chair, _, what = words.partition(" is ")
    person = {"subject": SUBJECT, "orderer": seating.orderer, **seating.holders}.get(what)
    if chair == "orderer" and person is not None:
        seating.orderer = person
    elif chair in HOLDERS and (person is not None or what in ("vacant", "left")):
        seating.holders[chair] = _left(HOLDERS[chair]) if what == "left" else person
    else:
        raise ValueError(words)


def _left(party: Party) -> Party:
    return replace(party, status=EmploymentStatus.ENDED, may_act=False)


def _named(chairs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(chair for word in chairs for chair in (BOTH_MANAGERS if word == "system_managers" else (word,)))


def _written(asked: dict[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{step}: {', '.join(chairs) or 'nobody'}" for step, chairs in asked.items())
