"""What a previewed page is, and who looks."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace as Thing
from typing import Any, NamedTuple

from tests.templates.people import BOB, MARIA

MANAGER = Thing(name=BOB.display_name, is_manager=True, is_system_manager=True, open_tasks=6)
EMPLOYEE = Thing(name=MARIA.display_name, is_manager=False, is_system_manager=False, open_tasks=0)


class Page(NamedTuple):
    """``context`` is called inside a request, since forms need one."""

    template: str
    context: Callable[[], dict[str, Any]]
    viewer: Thing | None = MANAGER
    path: str = "/"
    mode: str = "production"
