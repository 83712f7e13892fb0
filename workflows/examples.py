"""Golden cases: a definition's own examples of who is asked, run when it is loaded and when it is checked.

Words of ``given``: ``system_owner is vacant``, ``line_manager is subject``, ``orderer is line_manager``,
``coordinator is left``; and of the order ``employment_form is hourly``, ``board is BUN``, ``confidentiality is 3``,
``zones is special``, ``crossing is across``.
Of ``asked``, for each step: the chairs of those who are asked, nearest first;
``system_managers`` for both of them, ``implicit`` where ordering was approving, and nothing where nobody is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from workflows import life_stories, simulate
from workflows.calendar import WorkingCalendar
from workflows.case import Case, EmploymentStatus, Level, Party, Profile
from workflows.conditions import ACROSS, ORDINARY_ZONES, SECRET_CONFIDENTIALITY, WITHIN
from workflows.definition import Example, Workflow
from workflows.proof.seating import HOLDERS, ORDERER, SUBJECT, Seating, holder_of
from workflows.variants import BOARD, system_board

BOTH_MANAGERS = ("system_manager", "second_system_manager")
TITLES = {SUBJECT.id: "subject", ORDERER.id: "orderer", **{party.id: chair for chair, party in HOLDERS.items()}}
OF_THE_ORDER = ("employment_form", "board", "confidentiality", "zones", "crossing")


@dataclass(frozen=True, slots=True)
class Miss:
    """An example that does not come true."""

    line: int
    found: str
    expected: str


def misses(workflow: Workflow) -> Iterator[Miss]:
    """Every example of the definition that says something else than the engine."""
    if workflow.life is not None:
        yield from (Miss(*miss) for miss in life_stories.misses(workflow))
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
    named = dict.fromkeys(chair for step in workflow.steps for chair in step.chairs if ":" in chair)
    seating = Seating(by_name=tuple(named))
    said = dict(_parted(words) for words in example.given)
    for chair, what in said.items():
        if chair not in OF_THE_ORDER:
            _seat(seating, chair, what)
    path = simulate.path(workflow, _case(seating, example, said), WorkingCalendar())
    titles = TITLES | {holder_of(chair).id: chair for chair in named}
    return {p.step: ("implicit",) if p.implicit else tuple(titles[a.party.id] for a in p.asked) for p in path}


def _parted(words: str) -> tuple[str, str]:
    chair, _, what = words.partition(" is ")
    return chair, what


def _case(seating: Seating, example: Example, said: Mapping[str, str]) -> Case:
    case = seating.case()
    k = said.get("confidentiality", "0")
    if not k.isdecimal():
        raise ValueError(f"confidentiality is {k}")
    form, board = said.get("employment_form", case.subject.employment_form), said.get("board", BOARD)
    crossing = said.get("crossing", WITHIN)
    confidentiality = max(int(k), SECRET_CONFIDENTIALITY) if crossing == ACROSS else int(k)
    return replace(
        case,
        subject=replace(case.subject, employment_form=form, board=board),
        level=Level(
            "SYS",
            "LEVEL",
            Profile(example.profile),
            confidentiality=confidentiality,
            board=system_board(board, crossing),
        ),
        kind=example.kind,
        zones=said.get("zones", ORDINARY_ZONES),
        state="draft",
    )


def _seat(seating: Seating, chair: str, what: str) -> None:
    """Change the seating as the words say. Raises ValueError for words that say nothing."""
    person = {"subject": SUBJECT, "orderer": seating.orderer}.get(what) or seating.holders.get(what)
    if person is None and what in seating.by_name:
        person = seating.holder(what)
    if chair == "orderer" and person is not None:
        seating.orderer = person
    elif (chair in HOLDERS or chair in seating.by_name) and (person is not None or what in ("vacant", "left")):
        seating.holders[chair] = _left(holder_of(chair)) if what == "left" else person
    else:
        raise ValueError(f"{chair} is {what}")


def _left(party: Party) -> Party:
    return replace(party, status=EmploymentStatus.ENDED, may_act=False)


def _named(chairs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(chair for word in chairs for chair in (BOTH_MANAGERS if word == "system_managers" else (word,)))


def _written(asked: dict[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{step}: {', '.join(chairs) or 'nobody'}" for step, chairs in asked.items())
