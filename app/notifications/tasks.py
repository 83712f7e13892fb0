"""What the worker runs: emptying the outbox. Nudged after each commit, and swept every minute."""

from __future__ import annotations

from app import clock
from app.notifications import sending, services
from app.notifications.sending import Outcome

BATCH = 100


def send_due(limit: int = BATCH) -> int:
    """Send what is due, one mail at a time; returns how many a server took.

    Stops when the server is away: the rest waits for the next sweep instead of for a time-out each.
    """
    services.take_nudge()
    sent = 0
    for _ in range(limit):
        outcome = sending.send_next(clock.now())
        if outcome is None or outcome is Outcome.DOWN:
            return sent
        sent += outcome is Outcome.SENT
    services.nudge()  # more may wait
    return sent
