"""The mark that every view carries: what it needs, or why it is open. ``tests/test_routes.py`` looks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MARK = "behorig_guard"


@dataclass(frozen=True, slots=True)
class Guard:
    """``permission`` is needed; or, where it is empty, ``reason`` says why anybody may come in.

    ``knows_person`` false: the view does not even look at who is logged in (and works without a database).
    """

    permission: str = ""
    reason: str = ""
    knows_person: bool = True


def guard_of(view: Any) -> Guard | None:
    """The mark of a view function, or None."""
    found: Guard | None = getattr(view, MARK, None)
    return found
