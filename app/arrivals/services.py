"""Noticing who has come, settling what is done, saying that it is not needed. Callers hold the transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import TextClause, select, text
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.arrivals.models import Arrival, ArrivalWatch
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from workflows.arrival_events import ArrivalMoved
from workflows.events import DIRECTORY, TIME, Actor
from workflows.personal_numbers import find_personnummer

LONGEST_PAUSE = timedelta(days=7)  # without a look: then the watch begins anew, and floods nobody
AHEAD = timedelta(days=60)  # who begins later than that cannot be ordered for yet (G1)
SHORTEST_REASON, LONGEST_REASON = 5, 1000

HAS_BASE = """
  EXISTS (SELECT FROM access_grant JOIN access_level ON access_level.id = access_grant.level_id
    WHERE is_base AND access_grant.subject_id = person.id
      AND access_grant.status IN ('pending_activation', 'active', 'suspended'))
  OR EXISTS (SELECT FROM access_request JOIN access_level ON access_level.id = access_request.level_id
    WHERE is_base AND access_request.subject_id = person.id AND submitted_at IS NOT NULL AND ended_at IS NULL)
"""
COME = """
INSERT INTO arrival (person_id, state, noticed_on)
SELECT person.id, CASE WHEN :begins THEN 'existing' WHEN <has base> THEN 'ordered' ELSE 'open' END, :today
FROM person
WHERE (employment_status IN ('active', 'on_leave') OR (employment_status = 'future' AND starts_on <= :ahead))
  AND NOT EXISTS (SELECT FROM arrival WHERE arrival.person_id = person.id AND state <> 'left')
ORDER BY person.id ON CONFLICT DO NOTHING RETURNING id, person_id, state
"""
LEFT = """
UPDATE arrival SET state = 'left' FROM person
WHERE person.id = arrival.person_id AND arrival.state <> 'left' AND person.employment_status = 'ended'
RETURNING arrival.id, arrival.person_id, arrival.state
"""
ORDERED = """
UPDATE arrival SET state = 'ordered' FROM person
WHERE person.id = arrival.person_id AND arrival.state = 'open' AND (<has base>)
RETURNING arrival.id, arrival.person_id, arrival.state
"""
# Taken back, or lapsed, and nothing in its place: the newcomer needs one still.
AGAIN = """
UPDATE arrival SET state = 'open', told_id = NULL, told_on = NULL, reminded = 0 FROM person
WHERE person.id = arrival.person_id AND arrival.state = 'ordered' AND person.employment_status <> 'ended'
  AND NOT (<has base>)
  AND (SELECT access_request.state FROM access_request JOIN access_level ON access_level.id = access_request.level_id
    WHERE is_base AND access_request.subject_id = person.id AND submitted_at IS NOT NULL
    ORDER BY access_request.id DESC LIMIT 1) IN ('withdrawn', 'lapsed')
RETURNING arrival.id, arrival.person_id, arrival.state
"""


def _sql(template: str) -> TextClause:
    return text(template.replace("<has base>", HAS_BASE))


def look(now: datetime) -> int:
    """Bring the list up to date with people, rights and orders; returns how many were noticed as new.

    Six statements however many people there are. At the first look, and after a pause of a week, everybody who is here
    is taken as having been here, and nobody is asked about them. Two looks at once: the slower finds nothing left.
    """
    begins = _begins(now)
    _settle("left", LEFT, DIRECTORY, now)
    today = clock.local(now).date()
    came = db.session.execute(_sql(COME), {"begins": begins, "today": today, "ahead": today + AHEAD}).all()
    for row in came if not begins else ():
        publish(ArrivalMoved(row.id, row.person_id, "noticed", row.state, DIRECTORY, now))
    _settle("ordered", ORDERED, TIME, now)
    _settle("opened_again", AGAIN, TIME, now)
    return 0 if begins else sum(row.state == "open" for row in came)


def _begins(now: datetime) -> bool:
    """Whether the watch begins with this look; holds the row, so that two looks come one after the other."""
    first = insert(ArrivalWatch).values(id=1, looked_at=now).on_conflict_do_nothing().returning(ArrivalWatch.id)
    if db.session.scalar(first) is not None:
        return True
    watch = db.session.get_one(ArrivalWatch, 1, with_for_update=True, populate_existing=True)
    paused = now - watch.looked_at > LONGEST_PAUSE
    watch.looked_at = now
    db.session.flush()
    return paused


def _settle(what: str, statement: str, actor: Actor, now: datetime) -> None:
    for row in db.session.execute(_sql(statement)).all():
        publish(ArrivalMoved(row.id, row.person_id, what, row.state, actor, now))


def decline(arrival: Arrival, *, reason: str, actor: Actor, now: datetime) -> None:
    """The manager says that no base order is needed, and why.

    Raises NotAllowed: reason_needed, reason_too_long, personnummer, not_self; Conflict(arrival_settled) when somebody
    ordered or answered meanwhile.
    """
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise NotAllowed("reason_needed", field="reason")
    if len(said) > LONGEST_REASON:
        raise NotAllowed("reason_too_long", field="reason")
    if find_personnummer(said):
        raise NotAllowed("personnummer", field="reason")
    if actor.person_id == arrival.person_id:
        raise NotAllowed("not_self", field="reason")
    held = db.session.scalar(select(Arrival.state).where(Arrival.id == arrival.id).with_for_update())
    if held != "open":
        raise Conflict("arrival_settled")
    arrival.state, arrival.reason, arrival.decided_by_id, arrival.decided_at = "declined", said, actor.person_id, now
    db.session.flush()
    publish(ArrivalMoved(arrival.id, arrival.person_id, "declined", "declined", actor, now, said))
