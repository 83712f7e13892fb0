"""A leaver who is seen once is not believed yet (field.md B6). Callers hold the transaction.

``employment_changed`` keeps the first sighting, or undoes it; each reading asks ``seen_again``, and the worker looks up
who is ``due``. What comes of it is EmploymentEnded, once for each time that somebody leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.db import db
from app.directory.damping_models import EndedSighting
from app.directory.models import Person
from app.directory.run_models import DirectoryRun
from app.events import publish
from workflows.case import EmploymentStatus as Status
from workflows.directory_events import EmploymentEnded
from workflows.events import DIRECTORY, Actor, EmploymentChanged
from workflows.flapping import DAMPED, Sighting, certain

SIGHTING = cast(Table, EndedSighting.__table__)
# Whom the stretch that is laid out says again to have ended; what it does not know is no sighting.
AGAIN = text("""
SELECT e.person_id, e.seen_at, e.snapshot_id FROM ended_sighting e
JOIN person p ON p.id = e.person_id JOIN staged_person s ON s.employee_number = p.employee_number
WHERE e.state = 'open' AND s.status = 'ended' AND p.employment_status = 'ended' AND p.checked_at <= :read_at
ORDER BY e.person_id
""")


def employment_changed(event: EmploymentChanged) -> None:
    """Keep that somebody was seen as ended; whatever else the directory says undoes it (a reaction)."""
    if event.after == Status.ENDED:
        seen_at = event.evidence.get("looked_up_at")
        first = {
            "person_id": event.person_id,
            "seen_at": datetime.fromisoformat(seen_at) if seen_at else clock.now(),
            "snapshot_id": event.evidence.get("snapshot_id"),
        }
        db.session.execute(insert(SIGHTING).values(first).on_conflict_do_nothing())
    elif event.before == Status.ENDED:
        _settle(event.person_id, "undone", "", clock.now())


def seen_again(run: DirectoryRun) -> int:
    """The reading has said it a second time of those who are laid out; returns of how many it is certain now."""
    again, sure = Sighting(run.read_at, run.snapshot_id), 0
    for row in db.session.execute(AGAIN, {"read_at": run.read_at}).all():
        why = certain(Sighting(row.seen_at, row.snapshot_id), again)
        evidence = {"run_id": run.id, "snapshot_id": run.snapshot_id, "server": run.server}
        sure += bool(why) and believe(row.person_id, why=why, actor=DIRECTORY, now=clock.now(), evidence=evidence)
    return sure


def believe(
    person_id: int, *, why: str, actor: Actor, now: datetime, evidence: Mapping[str, Any] | None = None
) -> bool:
    """It is certain that the employment has ended: all that follows, follows now. False when it was before.

    Somebody whom the directory has not seen as ended has no sighting that is open; a person's decision (``why`` says
    which) is enough, and is kept as one.
    """
    if not _settle(person_id, "certain", why, now):
        if evidence is not None:
            return False
        decided = {"person_id": person_id, "seen_at": now, "state": "certain", "why": why, "settled_at": now}
        db.session.execute(insert(SIGHTING).values(decided))
    publish(EmploymentEnded(person_id, why, actor, now, dict(evidence or {})))
    return True


def end_here(person_id: int, *, why: str, actor: Actor, now: datetime) -> None:
    """Somebody has ended the employment, and the directory need not say so yet: until it does, this is what holds."""
    ended = {"employment_status": Status.ENDED.value, "ended_here_at": now}
    db.session.execute(update(Person).where(Person.id == person_id).values(ended))
    believe(person_id, why=why, actor=actor, now=now)


def open_sighting(person_id: int) -> EndedSighting | None:
    """When somebody was seen as ended, while that is not certain; None else."""
    wanted = select(EndedSighting).where(EndedSighting.person_id == person_id, EndedSighting.state == "open")
    return db.session.scalar(wanted)


def due(now: datetime) -> Sequence[int]:
    """Ids of those who were seen as ended a day ago or more, and nobody has said it again; longest ago first."""
    wanted = select(EndedSighting.person_id).where(EndedSighting.state == "open", EndedSighting.seen_at <= now - DAMPED)
    return db.session.scalars(wanted.order_by(EndedSighting.seen_at, EndedSighting.id)).all()


def _settle(person_id: int, state: str, why: str, now: datetime) -> bool:
    settled = (
        update(EndedSighting)
        .where(EndedSighting.person_id == person_id, EndedSighting.state == "open")
        .values(state=state, why=why, settled_at=now)
        .returning(EndedSighting.id)
    )
    return db.session.scalar(settled) is not None
