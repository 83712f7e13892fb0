"""Looking people up live, and keeping our tables as the directory says. Callers own the transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from flask import current_app
from sqlalchemy import select, text

from app import clock
from app.db import db
from app.directory import employment, placing, preceding, queries, staging
from app.directory.answers import BindResult
from app.directory.employment import Employed, Policy
from app.directory.evidence import Evidence, deciding_attributes
from app.directory.holding import MassLeave, ReadingIsHeld
from app.directory.ldap_gateway import current_gateway
from app.directory.models import DirectoryAccount, Person
from app.directory.naming import search_text, sort_key
from app.directory.synchronising import SyncReport, sync
from app.errors import DirectoryUnavailable
from app.events import publish
from workflows.case import EmploymentStatus as Status
from workflows.events import EmploymentChanged

__all__ = [
    "MassLeave",
    "ReadingIsHeld",
    "SyncReport",
    "authenticate",
    "expect",
    "lookup",
    "lookup_number",
    "record",
    "sync",
]

SEEN = text("""
WITH old AS (SELECT id, employment_status FROM person WHERE id = :id FOR UPDATE)
UPDATE person SET checked_at = greatest(person.checked_at, :at),
  last_active_on = CASE WHEN :status IN ('active', 'on_leave') THEN :today ELSE person.last_active_on END
FROM old WHERE person.id = old.id RETURNING old.employment_status
""")


def lookup(person: Person, now: datetime) -> Evidence:
    """What the directory says of ``person`` now. Never raises for a directory that is down: that is ``unknown``."""
    evidence = _ask(person.employee_number, now)
    if evidence.status is Status.NOT_FOUND and person.last_active_on:
        # Who has worked here and is gone has left, whatever became of the account (rules.md C6).
        evidence = replace(evidence, status=Status.ENDED, reason=f"not_found:{evidence.reason}")
    if _ended_here(person, evidence):
        evidence = replace(evidence, status=Status.ENDED, reason="ended_here")
    return replace(evidence, person_id=person.id)


def _ended_here(person: Person, evidence: Evidence) -> bool:
    """Somebody here has ended that employment (rules.md C6), and there is no later one."""
    if person.ended_here_at is None or evidence.status not in (Status.ACTIVE, Status.ON_LEAVE, Status.FUTURE):
        return False
    return evidence.starts_on is None or evidence.starts_on <= clock.local(person.ended_here_at).date()


def lookup_number(number: str, now: datetime) -> Evidence:
    """As ``lookup``, for somebody who may not be in our tables yet: then ``person_id`` is None."""
    person = queries.by_number(number)
    return lookup(person, now) if person else _ask(number.strip(), now)


def record(evidence: Evidence) -> int | None:
    """Keep what a look-up said; the person's id, None for somebody of whom the directory knows nothing.

    Publishes EmploymentChanged when the status is another than before. ``unknown`` changes nothing at all.
    An unchanged status costs one statement.
    """
    if evidence.status is Status.UNKNOWN:
        return evidence.person_id
    today = clock.local(evidence.looked_up_at).date()
    if evidence.person_id is not None:
        seen = {"id": evidence.person_id, "at": evidence.looked_up_at, "status": evidence.status.value, "today": today}
        if db.session.execute(SEEN, seen).scalar_one() == evidence.status:
            return evidence.person_id
    elif not evidence.accounts:
        return None
    return _apply_one(evidence, today)


def expect(number: str, given_name: str, surname: str) -> Person:
    """A person whom the directory does not have yet, so that an order may wait for the employment (rules.md C1).

    Somebody who is in our tables already is given as is.
    """
    known = queries.by_number(number)
    if known:
        return known
    name = f"{given_name} {surname}".strip()
    person = Person(
        employee_number=number.strip(),
        given_name=given_name,
        surname=surname,
        display_name=name,
        search=search_text(name, number),
        sort_key=sort_key(surname, given_name, name),
        employment_status=Status.NOT_FOUND.value,
    )
    db.session.add(person)
    db.session.flush()
    return person


def authenticate(login: str, password: str) -> tuple[BindResult, Person | None]:
    """Bind as ``login``; the person whose account it is, by objectGUID, or None when we do not know the person yet.

    Raises DirectoryUnavailable. Nobody is given for a number that two people share.
    """
    result = current_gateway().bind_as(login, password)
    account = current_gateway().find_by_login(login) if result is BindResult.OK else None
    if account is None:
        return result, None
    known = select(Person).join(DirectoryAccount, DirectoryAccount.person_id == Person.id)
    person = db.session.scalar(known.where(DirectoryAccount.object_guid == account.object_guid))
    return result, person if person and person.employment_status != Status.AMBIGUOUS else None


def _policy() -> Policy:
    return Policy.from_settings(current_app.extensions["settings"])


def _ask(number: str, now: datetime) -> Evidence:
    try:
        answer = current_gateway().find_by_employee_number(number)
    except DirectoryUnavailable as error:
        reason, server = f"{error.reason}: {error.details.get('cause', '')}", str(error.details.get("server", ""))
        return Evidence(None, number, Status.UNKNOWN, reason, now, server)
    today = clock.local(now).date()
    employed = preceding.employed(number, employment.status_of(answer.accounts, _policy(), today), today)
    return Evidence(
        person_id=None,
        employee_number=number,
        status=employed.status,
        reason=employed.reason,
        looked_up_at=now,
        server=answer.server,
        starts_on=employed.starts_on,
        ends_on=employed.ends_on,
        form=employed.form,
        attributes=deciding_attributes(answer.accounts),
        accounts=answer.accounts,
    )


def _apply_one(evidence: Evidence, today: date) -> int:
    employed = Employed(evidence.status, evidence.starts_on, evidence.ends_on, evidence.form, evidence.reason)
    main = employment.main_account(evidence.accounts, _policy(), today)
    staging.stage(staging.Staged(evidence.employee_number, employed, main, evidence.accounts))
    changed = staging.changes(evidence.looked_up_at)
    staging.merge(evidence.looked_up_at, today)
    for change in changed:
        stored = replace(evidence, person_id=change.id).as_json()
        publish(EmploymentChanged(change.id, change.before, change.after, stored))
    placing.seen(evidence.looked_up_at, None, {"server": evidence.server})
    number = Person.employee_number == evidence.employee_number
    return db.session.execute(select(Person.id).where(number)).scalar_one()
