"""The different orders that a definition tells apart: one for each combination of what its conditions ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from workflows.case import OWNER_PROFILES
from workflows.conditions import (
    ACROSS,
    ANY_CONFIDENTIALITY,
    ORDINARY_ZONES,
    SECRET_CONFIDENTIALITY,
    WITHIN,
    Condition,
    Traits,
)
from workflows.definition import Workflow

FORM, ANOTHER_FORM = "permanent", "fixed_term"
BOARD = "BOARD"  # a nämnd that no definition names
OTHER_BOARD = "(another nämnd)"  # the system's, of an order that goes across
EMPLOYED = (FORM, ANOTHER_FORM, "hourly", "substitute")
SECRET, OPEN = 3, 1  # the K of a level that needs an owner, and of others, where no condition asks for it


def variants(workflow: Workflow) -> Iterator[Traits]:
    """Every profile and kind of the definition, with all else of an order that it tells apart."""
    for profile, kind in product(sorted(workflow.profiles), workflow.kinds):
        yield from among(workflow, profile, kind)


def among(workflow: Workflow, profile: str, kind: str) -> Iterator[Traits]:
    """The orders of one profile and kind that the definition tells apart."""
    rules: tuple[Condition, ...] = (*workflow.steps, *workflow.transitions)
    forms = _told_apart({r.only_employment_forms for r in rules}, EMPLOYED)
    boards = _named((r.only_boards for r in rules), (BOARD,))
    zones = _named((r.only_zones for r in rules), (ORDINARY_ZONES,))
    crosses = any(r.only_crossing for r in rules)
    for form, board, level, where in product(forms, boards, _confidentialities(rules, profile), zones):
        for crossing in (WITHIN, ACROSS) if crosses and level >= SECRET_CONFIDENTIALITY else (WITHIN,):
            yield Traits(profile, kind, form, board, level, where, crossing=crossing)


def system_board(subject_board: str, crossing: str) -> str:
    """The nämnd of the system, of an order that goes across nämnder or does not."""
    return OTHER_BOARD if crossing == ACROSS else subject_board


def _named(sets: Iterable[frozenset[str]], others: tuple[str, ...]) -> list[str]:
    """One that is named nowhere, and each that is."""
    named = sorted(set().union(*sets))
    return [*[other for other in others if other not in named][:1], *named]


def _told_apart(sets: set[frozenset[str]], others: tuple[str, ...]) -> list[str]:
    """One of each class that the conditions treat alike, also where it takes naming several to say so."""
    classes: dict[tuple[bool, ...], str] = {}
    for value in _named(sets, others):
        classes.setdefault(tuple(value in named for named in sets), value)
    return list(classes.values())


def _confidentialities(rules: Iterable[Condition], profile: str) -> list[int]:
    """The lowest K of each class; a usual one where no condition asks for it."""
    least = {r.from_confidentiality for r in rules} - {ANY_CONFIDENTIALITY}
    if least:
        return sorted({ANY_CONFIDENTIALITY, *least})
    return [SECRET if profile in OWNER_PROFILES else OPEN]
