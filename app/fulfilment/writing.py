"""From a row of the outbox to a group that the directory has confirmed: claim, look, write and read back, settle.

Short transactions, and none while the directory is written to. Killed at any point, nothing is lost: the claim is a
lease, and what was begun is found as it is by the next try. Of one person and group only one act is under way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import exists, func, select, text, update
from sqlalchemy.orm import aliased

from app import clock
from app.assignments import queries as assignments
from app.catalogue.models import AccessLevel
from app.config import Settings
from app.db import db, transaction
from app.directory import group_writing
from app.directory import services as directory
from app.directory.evidence import Evidence
from app.directory.group_writing import Refused, Wish
from app.directory.ldap_session import cause_of
from app.directory.models import DirectoryAccount
from app.errors import DirectoryUnavailable
from app.fulfilment import services
from app.fulfilment.models import DirectoryWrite
from app.grants.models import Grant
from workflows import directory_writing as rules
from workflows.case import EmploymentStatus, Party, Profile
from workflows.directory_writing import ADD, LEASE

LOCK = 5_701  # one claims at a time, so that the rate holds for all workers together
A_MINUTE = timedelta(minutes=1)
STANDING = ("pending_activation", "active", "suspended")
LEAVING = ("revocation_pending", "expired")
STILL_NEEDED = "still_needed"
# Another right of the same person to the same group: then nobody is taken out.
OTHERS = text("""
SELECT count(*) FROM access_grant g JOIN access_level l ON l.id = g.level_id
WHERE g.subject_id = :person AND g.id <> :grant AND lower(l.directory_group) = lower(:group)
  AND g.status IN ('pending_activation', 'active', 'suspended')
""")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done about an act: a wish, or why there is none. ``is_over``: it is not needed."""

    wish: Wish | None = None
    reason: str = ""
    detail: str = ""
    is_over: bool = False


def write_next(now: datetime) -> str | None:
    """Do the act that has waited longest; its outcome, None when none may be tried now. Call without a transaction."""
    with transaction():
        write_id = _claim(now)
    if write_id is None:
        return None
    with transaction():
        plan = plan_of(db.session.get_one(DirectoryWrite, write_id), now)
        named = named_groups()
    server, changed, reason, detail = "", 0, plan.reason, plan.detail
    if plan.wish is not None:
        try:
            outcome = group_writing.carry_out(plan.wish, named)
            server, changed = outcome.server, outcome.changed
        except Refused as refused:
            reason, detail = refused.reason, refused.detail
        except DirectoryUnavailable as error:
            reason, detail = "directory_unavailable", cause_of(error)
    with transaction():
        write = db.session.get_one(DirectoryWrite, write_id)
        if plan.is_over and reason != STILL_NEEDED:
            services.drop(write, reason, clock.now())
        elif reason and reason != STILL_NEEDED:
            services.postpone(write, reason, detail, clock.now())
        else:
            services.confirm(write, server=server, changed=changed, now=clock.now())
    return reason or "done"


def plan_of(write: DirectoryWrite, now: datetime) -> Plan:
    """What the act comes to, by the catalogue, the right and the directory as they are now. Nothing is written.

    The row itself is not believed: that it fits its right, and that the catalogue names its group, is looked up.
    """
    grant, level = write.grant, write.level
    fits = (write.person_id, write.level_id) == (grant.subject_id, grant.level_id)
    if not fits:
        return Plan(reason="changed_row")
    same = write.group_name.casefold() == level.directory_group.casefold()
    if not same or not rules.is_named(write.group_name, named_groups()):
        return Plan(reason="not_in_catalogue", detail=write.group_name)
    return _adding(write, grant, now) if write.act == ADD else _removing(write, grant, now)


def named_groups() -> frozenset[str]:
    """The groups that the active catalogue gives by membership."""
    named = select(AccessLevel.directory_group).where(
        AccessLevel.active, AccessLevel.provisioning == "directory_group", AccessLevel.directory_group != ""
    )
    return frozenset(db.session.scalars(named))


def _adding(write: DirectoryWrite, grant: Grant, now: datetime) -> Plan:
    today = clock.local(now).date()
    if grant.status not in STANDING or (grant.valid_to is not None and grant.valid_to < today):
        return Plan(reason="not_needed", is_over=True)
    if write.level.profile == Profile.PRIVILEGED:
        return Plan(reason=rules.SEPARATE_ACCOUNT)
    evidence = directory.lookup(write.person, now)
    reason = rules.hindrance(_status(write, evidence))
    if reason:
        return Plan(reason=reason, detail=evidence.reason)
    accounts = [account for account in evidence.accounts if account.enabled]
    mine = [a for a in accounts if a.login.casefold() == write.person.login.casefold()] or accounts
    if len(mine) != 1:
        return Plan(reason="several_accounts" if mine else "no_account")
    return Plan(Wish(write.group_name, (mine[0].object_guid,), True))


def _status(write: DirectoryWrite, evidence: Evidence) -> EmploymentStatus:
    """The employment as the directory says now, or the assignment in its stead (rules.md C1, G17)."""
    known = Party(write.person_id, write.person.display_name, evidence.status)
    return assignments.under(known, evidence, clock.today())[0].status


def _removing(write: DirectoryWrite, grant: Grant, now: datetime) -> Plan:
    """Every account of the person is taken out, also one that is shut or moved: those we know, and those there are."""
    if grant.status not in LEAVING:
        return Plan(reason="not_needed", is_over=True)
    about = {"person": write.person_id, "grant": grant.id, "group": write.group_name}
    if db.session.scalar(OTHERS, about):
        return Plan(reason=STILL_NEEDED)
    known = select(DirectoryAccount.object_guid).where(DirectoryAccount.person_id == write.person_id)
    evidence = directory.lookup(write.person, now)
    accounts = {*db.session.scalars(known), *(account.object_guid for account in evidence.accounts)}
    if not accounts:
        is_down = evidence.status is EmploymentStatus.UNKNOWN
        return Plan(reason="directory_unavailable" if is_down else "unknown_account", detail=evidence.reason)
    return Plan(Wish(write.group_name, tuple(sorted(accounts)), False))


def _claim(now: datetime) -> int | None:
    db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    settings: Settings = current_app.extensions["settings"]
    tried = select(func.count()).where(DirectoryWrite.tried_at > now - A_MINUTE)
    if (db.session.scalar(tried) or 0) >= settings.ldap_write_per_minute:
        return None
    other = aliased(DirectoryWrite)
    same = (
        other.person_id == DirectoryWrite.person_id,
        func.lower(other.group_name) == func.lower(DirectoryWrite.group_name),
    )
    first = (
        select(DirectoryWrite.id)
        .where(DirectoryWrite.status == "waiting", DirectoryWrite.next_attempt_at <= now)
        .where(~exists().where(*same, other.leased_until > now))
        .order_by(DirectoryWrite.act.desc(), DirectoryWrite.next_attempt_at, DirectoryWrite.id)
        .limit(1)
    )
    taken = {"attempts": DirectoryWrite.attempts + 1, "tried_at": now, "leased_until": now + LEASE}
    claimed = update(DirectoryWrite).where(DirectoryWrite.id == first.scalar_subquery()).values(taken)
    return db.session.scalar(claimed.returning(DirectoryWrite.id).execution_options(synchronize_session=False))
