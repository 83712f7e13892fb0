"""The guards of processes that are not orders (rules.md C10, C14): what must be in place before a matter goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from workflows.case import Case, GuardResult


def _asked(guard: str, reason: str, lacking: tuple[str, ...], name: str, field: str | None = None) -> GuardResult:
    inputs = {name: list(lacking)}
    if not lacking:
        return GuardResult(guard, True, inputs=inputs)
    return GuardResult(guard, False, reason, "refuse", field, inputs)


def complete(case: Case) -> GuardResult:
    """M1: every question that must be answered by now is answered."""
    lacking = case.matter.missing if case.matter else ()
    return _asked("M1", "form_incomplete", lacking, "missing", lacking[0] if lacking else None)


def risks_handled(case: Case) -> GuardResult:
    """M2: each risk of 9 or more has a measure, or the owner has accepted it (C10)."""
    return _asked("M2", "risk_unhandled", case.matter.risks if case.matter else (), "risks")


def conditions_done(case: Case) -> GuardResult:
    """M3: what was approved on condition is done (C10)."""
    return _asked("M3", "conditions_left", case.matter.conditions if case.matter else (), "conditions")


def ready(case: Case) -> GuardResult:
    """M4: the system has what it needs, or the owner has excepted it to a date (C14)."""
    return _asked("M4", "not_ready", case.matter.gaps if case.matter else (), "gaps")


def emptied(case: Case) -> GuardResult:
    """M5: nobody has a right to the system any more (C14, W17)."""
    return _asked("M5", "rights_left", case.matter.rights if case.matter else (), "rights")


MATTER_GUARDS: Mapping[str, Callable[[Case], GuardResult]] = MappingProxyType(
    {"M1": complete, "M2": risks_handled, "M3": conditions_done, "M4": ready, "M5": emptied}
)
