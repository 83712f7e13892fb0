"""Reading who has come and has no base order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select, text
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.arrivals.models import Arrival
from app.arrivals.services import HAS_BASE
from app.catalogue.models import AccessLevel, System
from app.db import db
from app.directory.models import Person
from app.errors import NotFound
from app.grants.models import Grant
from workflows import leaving

WITHOUT_BASE = text("NOT (" + HAS_BASE + ")")


def arrival(arrival_id: int) -> Arrival:
    """One newcomer. Raises NotFound."""
    found = db.session.scalar(select(Arrival).options(joinedload(Arrival.person)).where(Arrival.id == arrival_id))
    if found is None:
        raise NotFound()
    return found


def waiting_for(manager_id: int) -> Sequence[Arrival]:
    """Newcomers without a base order whose manager this is, or whose manager does not work here and has this one.

    What has been ordered meanwhile is gone at once, before the job has settled it. One statement.
    """
    manager = aliased(Person)
    mine = (Person.manager_id == manager_id) | (
        (manager.manager_id == manager_id) & manager.employment_status.in_(("ended", "not_found"))
    )
    wanted = _open().outerjoin(manager, manager.id == Person.manager_id).where(mine, Person.id != manager_id)
    return db.session.scalars(wanted).all()


def earlier_of(person_ids: Sequence[int]) -> Mapping[int, list[AccessLevel]]:
    """What each held when the employment last ended, as a suggestion: nothing comes back by itself (rules.md C6).

    Not what was taken at once, nor what cannot be ordered any more, nor the account, which is ordered first.
    """
    wanted = (
        select(Grant.subject_id, AccessLevel)
        .distinct()
        .join(AccessLevel, AccessLevel.id == Grant.level_id)
        .join(System, System.id == AccessLevel.system_id)
        .where(Grant.subject_id.in_(list(person_ids)), Grant.revoke_reason == leaving.ENDED, ~AccessLevel.is_base)
        .where(AccessLevel.active, System.lifecycle == "production")
        .options(contains_eager(AccessLevel.system))
        .order_by(Grant.subject_id, AccessLevel.system_id, AccessLevel.id)
    )
    found = defaultdict[int, list[AccessLevel]](list)
    for person_id, level in db.session.execute(wanted):
        found[person_id].append(level)
    return found


def to_tell() -> Sequence[Arrival]:
    """Every newcomer that is open, held so that two jobs do not tell of the same one."""
    return db.session.scalars(_open().with_for_update(of=Arrival, skip_locked=True)).all()


def _open() -> Select[Arrival]:
    return (
        select(Arrival)
        .join(Person, Person.id == Arrival.person_id)
        .options(joinedload(Arrival.person))
        .where(Arrival.state == "open", Person.employment_status.in_(("active", "on_leave", "future")), WITHOUT_BASE)
        .order_by(Person.starts_on.nulls_last(), Person.sort_key, Arrival.id)
    )
