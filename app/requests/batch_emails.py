"""Who is asked about many orders at once gets one mail (rules.md C16, 34): not thirty.

The orders of a batch are sent one by one, each in a transaction of its own. The mail is queued with the first of
them, to leave after ``DELAY``, and reads then what the receiver is asked: if the sending stops half-way, it tells
of what there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.notifications import letters, services
from app.notifications.letter import About
from app.requests.models import AccessRequest
from workflows.authority import Asked

DELAY = timedelta(minutes=1)
BATCH = "batch"


def is_being_sent(order: AccessRequest, at: datetime) -> bool:
    """True for what follows at once when an order of a batch is sent; what happens later has mails of its own."""
    return order.bundle is not None and order.bundle.kind == BATCH and order.submitted_at == at


def task_asked(order: AccessRequest, asked: Iterable[Asked], about: About, at: datetime) -> None:
    """Queue the one mail of each person who is asked, unless an earlier order of the batch has."""
    assert order.bundle_id is not None
    found = [letters.batch_asked(a.party.id, order.bundle_id, about) for a in asked]
    services.queue_all(found, now=at + DELAY)
