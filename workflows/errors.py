"""Named refusals. Each carries a reason code; the words for people live in the translations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflows.case import GuardResult


class DefinitionError(Exception):
    """A definition that may not become active. Names file, line and key, and what was expected."""

    def __init__(self, file: str, line: int, key: str, found: str, expected: str) -> None:
        self.file, self.line, self.key = file, line, key
        self.found, self.expected = found, expected
        super().__init__(f"{file}:{line}: {key}: found {found}, expected {expected}")


class Refused(Exception):
    """A move that the rules do not allow. ``reason`` is a stable code such as ``not_self``."""

    def __init__(self, reason: str, *, guards: tuple[GuardResult, ...] = ()) -> None:
        self.reason, self.guards = reason, guards
        super().__init__(reason)


class NoSuchMove(Refused):
    """The trigger does not exist in the state: somebody else was first, or the page is old."""

    def __init__(self, trigger: str, state: str) -> None:
        self.trigger, self.state = trigger, state
        super().__init__("no_such_move")


class NotYours(Refused):
    """The actor is not among those whom the step asks (or is subject or orderer: G6)."""
