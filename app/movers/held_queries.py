"""Reading the moves that wait, and how many move at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel, System
from app.db import db
from app.directory.models import Person
from app.grants.models import Grant
from app.grants.queries import HELD
from app.movers.held_models import WAITS, HeldMove
from workflows.flapping import AT_ONCE, SECRET

# Who has been seen elsewhere and waits to be seen again, and whose move has opened a case of its own since then. What
# the coordinator has released is not counted again, nor who moves by the list of a reorganisation.
MOVING = text("""
SELECT (
  SELECT count(*) FROM move_sighting s JOIN placement l ON l.person_id = s.person_id WHERE s.state = 'open'
    AND NOT EXISTS (
      SELECT FROM reorganised_unit u JOIN reorganisation r ON r.id = u.reorganisation_id AND r.state = 'approved'
      JOIN unit n ON n.code = u.to_code WHERE u.from_unit_id = l.unit_id AND n.id = s.unit_id))
  + (SELECT count(*) FROM mover m WHERE m.source = 'directory' AND m.opened_at > :since
       AND m.reorganisation_id IS NULL AND NOT EXISTS (
       SELECT FROM held_move h WHERE h.person_id = m.person_id AND h.state = 'opened' AND h.settled_at > :since))
  + 1
""")


def moving(since: datetime) -> int:
    """How many are on the move, the one who is looked at now among them."""
    return int(db.session.execute(MOVING, {"since": since}).scalar_one())


def employed() -> int:
    """How many people work here."""
    wanted = select(func.count()).where(Person.employment_status.in_(("active", "on_leave")))
    return db.session.scalar(wanted) or 0


def held_since(since: datetime) -> bool:
    """Whether some move waits since then: what comes within the same day belongs to it."""
    wanted = select(HeldMove.id).where(HeldMove.state == "waiting", HeldMove.held_at > since)
    return db.session.scalar(wanted.limit(1)) is not None


def waiting_of(person_id: int) -> HeldMove | None:
    """The person's move that waits, held until the commit."""
    wanted = select(HeldMove).where(HeldMove.person_id == person_id, HeldMove.state.in_(WAITS))
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def waiting(*, hold: bool = False) -> Sequence[HeldMove]:
    """All that wait for the coordinator, by old and new unit; with people and units unless they are held."""
    wanted = select(HeldMove).where(HeldMove.state == "waiting")
    wanted = wanted.order_by(HeldMove.from_unit_id, HeldMove.to_unit_id, HeldMove.id)
    if hold:
        return db.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()
    with_names = (joinedload(HeldMove.person), joinedload(HeldMove.from_unit), joinedload(HeldMove.to_unit))
    return db.session.scalars(wanted.options(*with_names)).all()


def how_many_wait() -> int:
    """Of those that wait for the coordinator."""
    return db.session.scalar(select(func.count()).where(HeldMove.state == "waiting")) or 0


def released() -> Sequence[int]:
    """Ids of those that are to become cases."""
    return db.session.scalars(select(HeldMove.id).where(HeldMove.state == "released").order_by(HeldMove.id)).all()


def hold(move_id: int) -> HeldMove:
    """One of them, read anew and held until the commit."""
    return db.session.get_one(HeldMove, move_id, with_for_update=True, populate_existing=True)


def rights_of(person_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each person: how many rights no base order gave, and how many of those are K3, sensitive or privileged."""
    confidentiality = func.coalesce(AccessLevel.details["k"].as_integer(), System.confidentiality)
    secret = or_(AccessLevel.profile.in_(AT_ONCE), confidentiality >= SECRET)
    wanted = (
        select(Grant.subject_id, func.count(), func.count().filter(secret))
        .join(AccessLevel, AccessLevel.id == Grant.level_id)
        .join(System, System.id == AccessLevel.system_id)
        .where(Grant.subject_id.in_(person_ids), Grant.status.in_(HELD), AccessLevel.is_base.is_(False))
        .group_by(Grant.subject_id)
    )
    return {person_id: (rights, secrets) for person_id, rights, secrets in db.session.execute(wanted)}
