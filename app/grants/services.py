"""Issuing, extending and ending access rights. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import text, update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.config import Settings
from app.db import db, rows_of, send_later
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import emergency_people, queries
from app.grants.models import Grant
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import leaving
from workflows.authority import Asked
from workflows.case import EmploymentStatus, Party, Profile
from workflows.emergency import STEPS
from workflows.events import TIME, Actor
from workflows.grant_events import (
    GrantEndNear,
    GrantExtended,
    GrantIssued,
    GrantReplaced,
    GrantRevocationOrdered,
    GrantRevoked,
)

NOTICES = (20, 5)
PENDING = "pending_activation"
RECEIPT = "activation"
IN_PERSON = frozenset({RECEIPT, "receipt"})  # tasks of the holder, whom nobody can stand in for
INTRODUCED = frozenset({"sensitive", "privileged"})  # profiles whose rights begin with an introduction (rules.md C3)
HANDED_OUT = frozenset({"physical"})  # and with a tag (rules.md C4)
REMOVERS = ("system_manager", "system_owner", "coordinator")
HOLDERS: Mapping[str, Callable[[int, date], list[Person]]] = {
    "system_manager": lambda system_id, today: catalogue.role_holders(system_id, today)["system_manager"],
    "system_owner": lambda system_id, today: catalogue.role_holders(system_id, today)["system_owner"],
    "coordinator": lambda _system_id, today: catalogue.coordinators(today),
    "it_manager": lambda _system_id, today: catalogue.it_managers(today),
}
ORDER_REMOVAL = text("""
UPDATE access_grant SET status = :status, revoke_reason = :revoke_reason, revoke_ordered_at = :revoke_ordered_at,
  revoke_ordered_by_id = :revoke_ordered_by_id, version = version + 1
WHERE id = :id AND status IN ('active', 'suspended', 'pending_activation') RETURNING version
""")
FOLLOW_END = text("""
UPDATE access_grant SET valid_to = :ends_on, version = access_grant.version + 1 FROM access_level
WHERE access_level.id = level_id AND is_base AND subject_id = :person_id AND valid_to IS NOT NULL
  AND status IN ('active', 'suspended', 'pending_activation')
""")
REMOVED = text("""
UPDATE access_grant SET status = :status, revoked_at = :revoked_at, revoked_by_id = :revoked_by_id,
  version = version + 1
WHERE id = :id
""")


def issue(values: Mapping[str, Any], *, actor: Actor, now: datetime, receipt: Mapping[str, Any]) -> Grant:
    """Make the grant that an order led to. ``values`` are columns of Grant.

    What is sensitive waits for its introduction before it is active (rules.md C3), and what a tag carries for the tag.
    What has been in use since an outage says its own status and when it was granted (C12). No emergency waits (C7).
    Where the product itself puts people into the level's group, the right waits for the directory to confirm it.
    """
    level = db.session.get_one(AccessLevel, values["level_id"])
    may_wait = values.get("source") != "emergency" and "status" not in values
    is_confirmed = not (may_wait and is_written(level))
    status = PENDING if may_wait and (begins_later(level) or not is_confirmed) else "active"
    standing = {"status": status, "waits_for_directory": not is_confirmed}
    grant = Grant(**{**standing, "granted_at": now, "granted_by_id": actor.person_id, **values})
    db.session.add(grant)
    db.session.flush()
    publish(GrantIssued(grant.id, grant.request_id, actor, now, dict(receipt)))
    return grant


def begins_later(level: AccessLevel) -> bool:
    """Do rights to it begin with an introduction (rules.md C3), or with a tag (C4)?"""
    return level.profile in INTRODUCED | HANDED_OUT


def is_written(level: AccessLevel) -> bool:
    """Does the product itself change the group that the level is?

    Never of a privileged level: that is for the separate account, and what the product knows is the everyday one (C3).
    """
    settings: Settings = current_app.extensions["settings"]
    own = level.provisioning == "directory_group" and level.profile != Profile.PRIVILEGED
    return settings.ldap_write and own and bool(level.directory_group)


def extend(grant_id: int, *, valid_to: date | None, request_id: int, actor: Actor, now: datetime) -> None:
    """Move the end date. Raises Conflict when the right has ended meanwhile: that needs a new order."""
    moved = db.session.scalar(
        update(Grant)
        .where(Grant.id == grant_id, Grant.status == "active")
        .values(valid_to=valid_to, version=Grant.version + 1)
        .returning(Grant.id)
    )
    if moved is None:
        raise Conflict("grant_ended", grant_id=grant_id)
    publish(GrantExtended(grant_id, request_id, valid_to, actor, now))


def follow_end(person_id: int, ends_on: date) -> None:
    """Let the base right last as long as the assignment that it rests on (rules.md C1)."""
    db.session.execute(FOLLOW_END, {"person_id": person_id, "ends_on": ends_on})
    db.session.expire_all()


def order_revocation(grant: Grant, *, reason: str, actor: Actor, now: datetime, status: str | None = None) -> bool:
    """Order the removal: the system managers get a task that never lapses. False when it was ordered before.

    Where the product itself takes people out of the level's group nobody is asked, unless that fails.
    """
    ordered = {
        "status": status or "revocation_pending",
        "revoke_reason": reason,
        "revoke_ordered_at": now,
        "revoke_ordered_by_id": actor.person_id,
    }
    was_pending = grant.status == PENDING
    stored = rows_of(ORDER_REMOVAL, {**ordered, "id": grant.id})
    if not stored:
        return False
    _as_stored(grant, **ordered, version=stored[0].version)
    publish(GrantRevocationOrdered(grant.id, grant.request_id, reason, actor, now))
    if was_pending:  # nobody is introduced to what ends
        tasks.close_open(grant_id=grant.id, now=now, status="closed")
    if not is_written(grant.level):
        ask_for_removal(grant, now)
    return True


def supersede(old: Grant, new: Grant, *, actor: Actor, now: datetime) -> None:
    """Let ``new`` take the place of ``old``, whose removal is ordered unless it was already (rules.md C2, change).

    Until a system manager confirms the removal the old right can still be used.
    """
    status = old.status
    order_revocation(old, reason="changed", actor=actor, now=now)
    assert new.request_id is not None
    about = {"level": old.level.label, "status_before": status}
    publish(GrantReplaced(old.id, old.request_id, new.id, new.request_id, actor, now, about))


def _as_stored(grant: Grant, **values: object) -> None:
    """Let the row in memory say what the statement has stored."""
    for name, value in values.items():
        set_committed_value(grant, name, value)


def ask_for_removal(grant: Grant, now: datetime) -> None:
    """Ask the system managers to remove the right."""
    level = grant.level
    profile = "privileged" if grant.source == "emergency" else level.profile  # gone the same day (rules.md C7)
    secrecy, reason = catalogue.confidentiality_of(level), grant.revoke_reason
    timing = leaving.removal_clock(profile, secrecy, reason=reason, is_base=level.is_base)
    asked = removers(grant, clock.local(now).date())
    about = {"grant_id": grant.id, "request_id": None, "step": "revoke", "round": 1}
    tasks.ask("revoke", asked, timing, now=now, about=about)


def removers(grant: Grant, today: date) -> tuple[Asked, ...]:
    """Who is asked to remove: the able system managers, else owners, else the coordinators; never the subject."""
    for why in REMOVERS:
        able = [p for p in HOLDERS[why](grant.level.system_id, today) if _may_remove(p, grant)]
        if able:
            return tuple(asked_person(why, p) for p in able)
    return ()


def _may_remove(person: Person, grant: Grant) -> bool:
    return person.employment_status == EmploymentStatus.ACTIVE and person.id != grant.subject_id


def asked_person(why: str, person: Person) -> Asked:
    """Somebody who is asked about a right in their own capacity."""
    return Asked(Party(person.id, person.display_name), "addressee", why)


def receivers(grant: Grant, now: datetime, already: frozenset[int]) -> tuple[Asked, ...]:
    """Whom a removal may be passed on to: the system's able managers and owners who have not been asked, or whoever
    is asked in their stead; never the subject.
    """
    today = clock.local(now).date()
    run_by = [(why, p) for why in REMOVERS[:2] for p in HOLDERS[why](grant.level.system_id, today)]
    named = [asked_person(why, p) for why, p in run_by if _may_remove(p, grant)]
    found = {a.party.id: a for a in (*named, *removers(grant, today)) if a.party.id not in already}
    return tuple(replace(a, role="reassigned") for a in found.values())


def stand_ins(grant: Grant, asked: Sequence[int], already: frozenset[int], today: date) -> tuple[Asked, ...]:
    """Who stands in, during absence, for those who are asked to remove the right; never the subject (W16)."""
    found = catalogue.deputies_of(asked, today, absence=True)
    able = {p.id: (p, principal) for principal, people in found.items() for p in people if _may_remove(p, grant)}
    return tuple(
        Asked(Party(p.id, p.display_name), "deputy", "deputy", principal)
        for p, principal in able.values()
        if p.id not in already
    )


def ask_again(task: Task, now: datetime) -> None:
    """Ask those who are named today about a removal and are not asked yet: somebody who was asked has left."""
    if task.kind in IN_PERSON:
        return  # what the holder has received, nobody else can say
    grant, today = db.session.get_one(Grant, task.grant_id), clock.local(now).date()
    known = tasks.spared(task)
    controls = STEPS.get(task.kind)
    named = emergency_people.addressees(controls, emergency_people.of_task(task), today) if controls else None
    asked = tuple(a for a in named or removers(grant, today) if a.party.id not in known)
    if asked:
        tasks.ask_also(task, asked, now)


def escalate(task: Task, ask: str, now: datetime) -> tuple[int, ...]:
    """Ask the owner, the coordinators, the IT managers or the line manager as well about what nobody has done."""
    if task.kind in STEPS:
        asked = emergency_people.escalate(task, ask, now)
        tasks.ask_also(task, asked, now)
        return tuple(a.party.id for a in asked)
    grant = db.session.get_one(Grant, task.grant_id)
    already = {a.person_id for a in task.addressees}
    found = _holders(ask, grant, clock.local(now).date())
    able = [p for p in found if p.id not in already and _may_remove(p, grant)]
    asked = tuple(Asked(Party(p.id, p.display_name), "escalation", ask) for p in able)
    tasks.ask_also(task, asked, now)
    return tuple(a.party.id for a in asked)


def _holders(ask: str, grant: Grant, today: date) -> list[Person]:
    if ask == "line_manager":
        manager = directory.nearest_manager(grant.subject_id)
        return [manager] if manager else []
    return HOLDERS[ask](grant.level.system_id, today)


def confirm_removed(task: Task, *, actor: Actor, now: datetime, receipt: Mapping[str, Any]) -> Grant:
    """The system manager says that the right is gone. Raises AlreadyDecided, or NotAllowed for the subject."""
    grant = queries.grant(task.grant_id or 0)
    assert grant is not None
    if actor.person_id == grant.subject_id:
        raise NotAllowed("not_self")
    tasks.answer(task.id, "revoke", actor, reason=str(receipt.get("note", "")), now=now)
    gone = {"status": "revoked", "revoked_at": now, "revoked_by_id": actor.person_id}
    send_later(REMOVED, {**gone, "id": grant.id})
    _as_stored(grant, **gone, version=grant.version + 1)
    publish(GrantRevoked(grant.id, grant.request_id, actor, now, dict(receipt)))
    return grant


def end_all(
    person_id: int, *, reason: str, actor: Actor, now: datetime, only: Callable[[Grant], bool] | None = None
) -> int:
    """Order the removal of everything that a person holds, or of ``only`` some; returns how many rights (W6, day 0)."""
    held = [g for g in queries.held_by(person_id) if only is None or only(g)]
    return sum(order_revocation(g, reason=reason, actor=actor, now=now) for g in held)


def expire_due(now: datetime) -> int:
    """Rights whose last day has passed expire, and their removal is ordered. Repeating it changes nothing."""
    today = clock.local(now).date()
    due = queries.ended_before(today)
    return sum(order_revocation(g, reason="expired", actor=TIME, now=now, status="expired") for g in due)


def give_notice(now: datetime) -> int:
    """Tell of rights that end 20 or 5 working days from today; days that were missed are caught up."""
    today, calendar = clock.local(now).date(), clock.calendar()
    told = 0
    for grant in queries.ending_within(today, calendar.add(today, NOTICES[0]) + timedelta(days=1)):
        assert grant.valid_to is not None
        left = calendar.between(today, grant.valid_to)
        notice = min((n for n in NOTICES if left <= n), default=None)
        if notice is not None:
            publish(GrantEndNear(grant.id, notice, now))
            told += 1
    return told
