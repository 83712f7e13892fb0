"""A mover who is seen once is not believed yet (rules.md C5; docs/decisions/0050). Callers hold the transaction.

Each reading first keeps where everybody was (``KEEP``, before anything of it is applied) and afterwards asks ``seen``,
which costs by who has moved and not by who was read. What comes of it is PersonMoved, once for each move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from app import clock
from app.db import db
from app.directory.placing_models import MoveSighting, Placement
from app.events import publish
from workflows.directory_events import PersonMoved
from workflows.events import DIRECTORY
from workflows.flapping import Sighting, certain
from workflows.movers import Placement as Place
from workflows.movers import changed, filled

# Whoever is read for the first time has been nowhere else.
KEEP = """
INSERT INTO placement (person_id, unit_id, title, manager_id)
SELECT p.id, p.unit_id, p.title, p.manager_id
FROM staged_person s JOIN person p ON p.employee_number = s.employee_number
WHERE s.named AND p.unit_id IS NOT NULL AND p.employment_status IN ('active', 'on_leave')
  AND NOT EXISTS (SELECT FROM placement l WHERE l.person_id = p.id)
ORDER BY p.id ON CONFLICT DO NOTHING
"""
# Whom the reading names elsewhere, or of whom something was seen before. Who is ambiguous or unknown is not named.
ELSEWHERE = text("""
SELECT p.id AS person_id, p.unit_id, p.title, p.manager_id, p.employment_status IN ('active', 'on_leave') AS is_here,
  l.unit_id AS old_unit_id, l.title AS old_title, l.manager_id AS old_manager_id, m.id AS sighting_id
FROM staged_person s JOIN person p ON p.employee_number = s.employee_number JOIN placement l ON l.person_id = p.id
LEFT JOIN move_sighting m ON m.person_id = p.id AND m.state = 'open'
WHERE s.named AND p.checked_at <= :read_at
  AND (m.id IS NOT NULL OR (p.unit_id, p.title, p.manager_id) IS DISTINCT FROM (l.unit_id, l.title, l.manager_id))
ORDER BY p.id FOR UPDATE OF l
""")


def seen(read_at: datetime, snapshot_id: int | None, evidence: Mapping[str, Any]) -> int:
    """Of those who are laid out and applied: who has moved; returns of how many it is certain now."""
    again = Sighting(read_at, snapshot_id)
    return sum(_look(row, again, evidence) for row in db.session.execute(ELSEWHERE, {"read_at": read_at}).all())


def _look(row: Row[Any], again: Sighting, evidence: Mapping[str, Any]) -> bool:
    before = Place(row.old_unit_id, row.old_title, row.old_manager_id)
    after = filled(before, Place(row.unit_id, row.title, row.manager_id))
    what = changed(before, after) if row.is_here else ()
    known = db.session.get(MoveSighting, row.sighting_id) if row.sighting_id else None
    if known is not None and (not what or filled(before, known.place) != after):
        _settle(known, "undone")
        known = None
    if not what:
        if row.is_here and after != before:  # said for the first time, or spelt in another way
            _place(row.person_id, after)
        return False
    if known is None:
        _first(row.person_id, after, again)
        return False
    why = certain(Sighting(known.seen_at, known.snapshot_id), again)
    if not why:
        return False
    _settle(known, "certain", why)
    _place(row.person_id, after)
    seen_on = clock.local(known.seen_at).date()
    publish(PersonMoved(row.person_id, what, before, after, seen_on, why, DIRECTORY, clock.now(), evidence))
    return True


def _first(person_id: int, place: Place, sighting: Sighting) -> None:
    where = asdict(place)
    db.session.add(MoveSighting(person_id=person_id, seen_at=sighting.at, snapshot_id=sighting.snapshot, **where))
    db.session.flush()


def _settle(known: MoveSighting, state: str, why: str = "") -> None:
    known.state, known.why, known.settled_at = state, why, clock.now()
    db.session.flush()


def _place(person_id: int, place: Place) -> None:
    row = db.session.get_one(Placement, person_id, populate_existing=True)
    row.unit_id, row.title, row.manager_id = place.unit_id, place.title, place.manager_id
    db.session.flush()
