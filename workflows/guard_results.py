"""How a guard says what it found: let through, wait, or refused beside a field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from workflows.case import GuardResult

Inputs = Mapping[str, Any]
Reason = TypeVar("Reason")

EDITABLE = ("draft", "returned")  # the orderer can still mend what a guard finds


def passed(guard: str, inputs: Inputs, reason: str = "") -> GuardResult:
    """Let through; ``reason`` is a note to be shown to whoever decides."""
    return GuardResult(guard, True, reason, inputs=inputs)


def waits(guard: str, inputs: Inputs, reason: str, field: str) -> GuardResult:
    """Not yet: it may come true by itself."""
    return GuardResult(guard, False, reason, "wait", field, inputs)


def refuses(guard: str, inputs: Inputs, reason: str, field: str | None = None) -> GuardResult:
    """No, as things are."""
    return GuardResult(guard, False, reason, "refuse", field, inputs)


def first(checks: Iterable[tuple[bool, Reason]]) -> Reason | None:
    """The reason of the first check that is true."""
    return next((reason for failed, reason in checks if failed), None)
