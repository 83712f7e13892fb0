"""Whether somebody has moved, what is asked about, and when silence removes what they had (rules.md C5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workflows import flapping
from workflows.calendar import WorkingCalendar
from workflows.definition import Workflow
from workflows.life_terms import TIME

UNIT, TITLE, MANAGER, EMPLOYMENT = "unit", "title", "manager", "employment"
REORGANISATION = "reorganisation"  # the unit has become another, with everybody in it
KEEP, CHANGE, REMOVE = "keep", "change", "remove"
VERDICTS = (KEEP, CHANGE, REMOVE)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody works, as what, and for whom. None and an empty title: the directory does not say."""

    unit_id: int | None = None
    title: str = ""
    manager_id: int | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """The definition's numbers, in working days: see mover.yaml."""

    silent: int
    hand_over_within: int
    overlap: int
    overlap_secret: int
    confirm_secret: int


def times(workflow: Workflow, days: Mapping[str, int]) -> Times:
    """Those of a definition: ``silent`` is the clock of the step that asks the new manager."""
    moves = {t.source for t in workflow.transitions if t.by == TIME}
    lapse = next((s.clock.lapse for s in workflow.steps if s.state in moves), None)
    assert lapse is not None  # the proof asks for it
    return Times(lapse, *(days[name] for name in ("hand_over_within", "overlap", "overlap_secret", "confirm_secret")))


def changed(before: Placement, after: Placement) -> tuple[str, ...]:
    """What is another: unit, title, manager. What either side does not say is no change: unknown is not no."""
    pairs = (
        (UNIT, before.unit_id, after.unit_id),
        (TITLE, before.title.casefold(), after.title.casefold()),
        (MANAGER, before.manager_id, after.manager_id),
    )
    return tuple(name for name, old, new in pairs if old and new and old != new)


def filled(before: Placement, after: Placement) -> Placement:
    """Where somebody is known to be: the later saying, and the earlier where that says nothing."""
    return Placement(
        after.unit_id or before.unit_id, after.title or before.title, after.manager_id or before.manager_id
    )


def is_secret(profile: str, confidentiality: int) -> bool:
    """K3, and what is sensitive or privileged: the rows with the short time."""
    return flapping.waits_for_nothing(profile, confidentiality)


def is_another_job(what: tuple[str, ...]) -> bool:
    """Another unit, or an employment that has ended: what is secret ends with it. Else it is to be confirmed.

    Whoever has moved with the whole unit does the same work as before.
    """
    return REORGANISATION not in what and (UNIT in what or EMPLOYMENT in what)


def goes_with_unit(what: tuple[str, ...]) -> bool:
    """Whether a move can be the unit's alone: who has another title as well has another work (C5: the matrix)."""
    return UNIT in what and not {TITLE, EMPLOYMENT} & set(what)


def asks_about(what: tuple[str, ...], *, secret: bool) -> bool:
    """Whether a right is a row of the case: where only the manager is another, only what is secret is."""
    return secret or set(what) != {MANAGER}


def removed_on(
    what: tuple[str, ...], *, secret: bool, changes_on: date, asked_on: date, calendar: WorkingCalendar, times: Times
) -> date:
    """The day on which silence removes it; nobody has to have answered before what is secret ends with the job."""
    if not secret:
        return calendar.add(asked_on, times.silent)
    return changes_on if is_another_job(what) else calendar.add(asked_on, times.confirm_secret)


def last_overlap(changes_on: date, *, secret: bool, calendar: WorkingCalendar, times: Times) -> date:
    """The last day on which something of the old work may be kept for the handing over."""
    return calendar.add(changes_on, times.overlap_secret if secret else times.overlap)


def becomes(verdict: str, what: tuple[str, ...], *, secret: bool) -> str:
    """The state of a row that the new manager has answered.

    kept: a new approval, written down. anew: what is secret ends with the old job, and is ordered as any new right
    (so G12 is asked again). changing: another level is ordered. ending: it goes.
    """
    if verdict == KEEP:
        return "anew" if secret and is_another_job(what) else "kept"
    return "changing" if verdict == CHANGE else "ending"
