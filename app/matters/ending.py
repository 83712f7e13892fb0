"""The last day of a system that is retired has passed: its rights end, by the usual tasks (rules.md C14, W17)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app import clock
from app.db import transaction
from app.grants import queries as grants
from app.grants import services as grant_services
from app.matters import leaving, queries, services
from app.requests import queries as requests
from app.requests import services as request_services
from app.requests.tasks import alone
from workflows.events import TIME

REASON = "system_retired"


def follow(now: datetime) -> int:
    """End what has had its last day; then order every removal and cancel every order. Again does no harm."""
    today = clock.local(now).date()
    with transaction():
        over = leaving.past_last_day(today)
    done = sum(alone(partial(_end, matter_id, now), matter=matter_id) for matter_id in over)
    with transaction():
        rights, orders = leaving.rights_to_end(), leaving.orders_to_cancel()
    done += sum(alone(partial(_cancel, order_id, now), order=order_id) for order_id in orders)
    return done + sum(alone(partial(_remove, grant_id, now), grant=grant_id) for grant_id in rights)


def _end(matter_id: int, now: datetime) -> bool:
    services.move(queries.hold(matter_id), "end", services.Push(TIME, now))
    return True


def _remove(grant_id: int, now: datetime) -> bool:
    grant = grants.grant(grant_id)
    return grant is not None and grant_services.order_revocation(grant, reason=REASON, actor=TIME, now=now)


def _cancel(order_id: int, now: datetime) -> bool:
    requests.hold(order_id)
    request_services.move(requests.by_id(order_id), "cancel", request_services.Push(TIME, now, reason=REASON))
    return True
