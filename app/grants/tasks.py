"""What time does to rights: they expire, and their holders are told before."""

from __future__ import annotations

from app import clock
from app.db import transaction
from app.grants import services


def expire_and_notify() -> int:
    """Expire what has passed its last day and tell of what is near; returns how much was done. Safe to repeat."""
    now = clock.now()
    with transaction():
        expired = services.expire_due(now)
    with transaction():
        return expired + services.give_notice(now)
