"""Reading tags: whose they are, what they carry, and which wait for something."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import exists, or_, select, text
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.catalogue.models import AccessLevel, System
from app.db import db
from app.errors import NotFound
from app.grants.models import Grant
from app.premises.models import LIVE, Credential, CredentialGrant
from app.tasks import queries as tasks
from app.tasks.models import Task
from workflows.case import Party

HELD = ("pending_activation", "active", "suspended")
SHOWN = 200
WHO_HAND_OUT = text("""
SELECT DISTINCT person.id, person.display_name, person.sort_key
FROM access_grant JOIN access_level ON access_level.id = level_id JOIN person ON person.id = subject_id
WHERE access_level.system_id = :system_id AND access_level.details ->> 'hands_out' = 'true'
  AND access_grant.status = 'active' AND person.employment_status = 'active' AND person.id <> :but
ORDER BY person.sort_key, person.id
""")


def credential(credential_id: int) -> Credential:
    """The tag with its people, system and rights. Raises NotFound."""
    found = db.session.get(Credential, credential_id, options=_whole())
    if found is None:
        raise NotFound()
    return found


def of_task(task_id: int) -> tuple[Task, Credential]:
    """A task about a tag, open or not, and the tag. Raises NotFound for a task about anything else."""
    task = tasks.task(task_id)
    _kind, _colon, credential_id = task.step.partition(":") if task else ("", "", "")
    if task is None or not credential_id.isdecimal():
        raise NotFound()
    return task, credential(int(credential_id))


def hold(credential_id: int) -> Credential:
    """The tag, held until the transaction ends, as the database has it now."""
    return db.session.get_one(Credential, credential_id, with_for_update={"of": Credential}, populate_existing=True)


def live(system_id: int, serial: str) -> Credential | None:
    """The tag with this number that is programmed, handed out or lost, held; None when there is none."""
    wanted = select(Credential).where(
        Credential.system_id == system_id, Credential.serial == serial, Credential.status.in_(LIVE)
    )
    return db.session.scalar(wanted.with_for_update(of=Credential).execution_options(populate_existing=True))


def by_serial(serial: str) -> Sequence[Credential]:
    """Tags of any system with this number that are not handed back; mostly one."""
    wanted = select(Credential).where(Credential.serial == serial, Credential.status.in_(LIVE)).options(*_whole())
    return db.session.scalars(wanted.order_by(Credential.id)).unique().all()


def of_people(person_ids: Collection[int]) -> Sequence[Credential]:
    """What these people carry, or are to fetch, or have lost, in every system; newest first."""
    wanted = select(Credential).where(Credential.subject_id.in_(person_ids), Credential.status.in_(LIVE))
    return db.session.scalars(wanted.options(*_whole()).order_by(Credential.id.desc())).unique().all()


def handed_back_of(person_id: int, limit: int = 10) -> Sequence[Credential]:
    """What a person has handed back, latest first."""
    wanted = select(Credential).where(Credential.subject_id == person_id, Credential.status == "handed_back")
    latest = wanted.options(*_whole()).order_by(Credential.handed_back_at.desc()).limit(limit)
    return db.session.scalars(latest).unique().all()


def of_system(system_id: int, after: int | None = None) -> Sequence[Credential]:
    """The system's tags that are not handed back, newest first; by key, ``after`` the last of the page before."""
    wanted = select(Credential).where(Credential.system_id == system_id, Credential.status.in_(LIVE))
    if after is not None:
        wanted = wanted.where(Credential.id < after)
    return db.session.scalars(wanted.options(*_whole()).order_by(Credential.id.desc()).limit(SHOWN + 1)).unique().all()


def replacement(old: Credential) -> Credential | None:
    """Another tag that waits to be handed out, or is, and carries one of the same rights; None when there is none."""
    others = select(CredentialGrant.credential_id).where(
        CredentialGrant.grant_id.in_([grant.id for grant in old.grants]), CredentialGrant.credential_id != old.id
    )
    wanted = select(Credential).where(Credential.id.in_(others), Credential.status.in_(("programmed", "handed_out")))
    return db.session.scalars(wanted.order_by(Credential.id)).first()


def carrying(grant_id: int) -> Sequence[Credential]:
    """The tags that carry a right and are not handed back."""
    carries = CredentialGrant.credential_id == Credential.id, CredentialGrant.grant_id == grant_id
    wanted = select(Credential).join(CredentialGrant, carries[0]).where(carries[1], Credential.status.in_(LIVE))
    return db.session.scalars(wanted.options(*_whole()).order_by(Credential.id)).unique().all()


def who_hand_out(system_id: int, but: int) -> list[Party]:
    """Who has a level that hands out in the system, but for one person."""
    found = db.session.execute(WHO_HAND_OUT, {"system_id": system_id, "but": but})
    return [Party(row.id, row.display_name) for row in found]


def not_fetched(today: date) -> Sequence[int]:
    """Tags whose last day to be fetched and signed for has passed."""
    wanted = select(Credential.id).where(
        Credential.status.in_(("programmed", "handed_out")),
        Credential.received_at.is_(None),
        Credential.block_ordered_at.is_(None),
        Credential.due_on < today,
    )
    return db.session.scalars(wanted.order_by(Credential.id).limit(500)).all()


def outlived() -> Sequence[int]:
    """Tags that are out though every right that they carry has ended, and of which the manager has not heard."""
    lasting = (
        select(CredentialGrant.grant_id)
        .join(Grant, Grant.id == CredentialGrant.grant_id)
        .where(CredentialGrant.credential_id == Credential.id, Grant.status.in_(HELD))
    )
    wanted = select(Credential.id).where(
        Credential.status == "handed_out", Credential.not_back_at.is_(None), ~exists(lasting)
    )
    return db.session.scalars(wanted.order_by(Credential.id).limit(500)).all()


def physical_systems(system_ids: Collection[int] | None) -> Sequence[System]:
    """Systems with levels that a tag carries: these, or all."""
    has = exists().where(AccessLevel.system_id == System.id, AccessLevel.profile == "physical")
    wanted = select(System).where(has, or_(System.lifecycle != "retired"))
    if system_ids is not None:
        wanted = wanted.where(System.id.in_(system_ids))
    return db.session.scalars(wanted.order_by(System.name)).all()


def system(system_id: int) -> System:
    """A system whose rights a tag carries. Raises NotFound for any other."""
    found = next(iter(physical_systems([system_id])), None)
    if found is None:
        raise NotFound()
    return found


def _whole() -> tuple[ORMOption, ...]:
    people = (Credential.subject, Credential.handed_out_by, Credential.handed_back_to, Credential.lost_by)
    rights = selectinload(Credential.grants).joinedload(Grant.level)
    return (joinedload(Credential.system), *map(joinedload, people), rights)
