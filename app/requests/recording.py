"""Keeping the tries that the rules refused: their transaction is gone, so they get one of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.db import transaction
from app.errors import NotAllowed
from app.events import publish
from workflows.events import Actor, MoveRefused


def refused(refusal: NotAllowed, actor: Actor, now: datetime, *, kept: bool = True) -> None:
    """Record a refused try with its guards. ``kept`` False: the order itself was undone and has no row."""
    details: dict[str, Any] = refusal.details
    guards = tuple(g.as_json() for g in refusal.guards)
    request_id = details.get("order_id") if kept else None
    with transaction():
        publish(MoveRefused(request_id, str(details.get("trigger", "submit")), refusal.reason, actor, now, guards))
