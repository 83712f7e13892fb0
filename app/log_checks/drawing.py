"""Drawing a month's sample and asking the owner to look (rules.md C3). Callers hold the transaction."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.catalogue.models import System
from app.db import db
from app.errors import NotAllowed
from app.events import publish
from app.log_checks import people, queries
from app.log_checks.models import LogCheck, LogCheckItem
from app.tasks import services as tasks
from workflows import clocks, log_check
from workflows.events import TIME
from workflows.log_check_events import LogCheckDrawn

SEED_BYTES = 16


def draw(system_id: int, month: date, now: datetime) -> bool:
    """Draw the sample of a month and ask for the check. False when it is drawn already, or nobody had access.

    The seed is chosen at this moment and published with the sample: nobody can reckon in advance who will be drawn.
    Raises NotAllowed(nobody_to_ask) when nobody may look; then nothing is kept, and the next run tries again.
    """
    users = list(queries.users(system_id, month))
    if not users:
        return False
    seed, today = secrets.token_hex(SEED_BYTES), clock.local(now).date()
    due_on = clocks.due_on(log_check.CHECK.clock, today, clock.calendar())
    row = {"system_id": system_id, "month": month, "seed": seed, "users": users, "user_count": len(users)}
    # The unique key is the referee: of two runs at the same instant, one makes the row.
    made = insert(LogCheck).values(**row, drawn_at=now, due_on=due_on).on_conflict_do_nothing()
    check_id = db.session.scalar(made.returning(LogCheck.id))
    if check_id is None:
        return False
    drawn = log_check.draw(seed, users)
    db.session.execute(insert(LogCheckItem), [{"check_id": check_id, "person_id": one} for one in drawn])
    said = {"month": month.isoformat(), "seed": seed, "users": len(users), "drawn": list(drawn)}
    publish(LogCheckDrawn(check_id, system_id, TIME, now, data=said))
    _ask(check_id, db.session.get_one(System, system_id), frozenset(drawn), now)
    return True


def _ask(check_id: int, system: System, drawn: frozenset[int], now: datetime) -> None:
    asked = people.addressees(system, drawn, clock.local(now).date())
    if not asked:
        raise NotAllowed("nobody_to_ask", log_check_id=check_id)
    about = {"log_check_id": check_id, "step": log_check.KIND, "round": 1}
    tasks.ask(log_check.KIND, asked, log_check.CHECK.clock, now=now, about=about)
