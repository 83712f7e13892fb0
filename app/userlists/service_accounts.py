"""Accounts without a person: somebody who works here answers for each, to a day (rules.md C8). Callers hold the
transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app import clock
from app.db import db
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.reconciliation import services as findings
from app.reconciliation.models import OPEN, Finding
from app.userlists.models import ServiceAccount
from app.userlists.queries import F13
from app.userlists.reading import fold
from workflows.compliance import LONGEST_SERVICE_DAYS
from workflows.events import Actor
from workflows.list_events import ServiceAccountAccepted

WORKS = ("active", "on_leave")


@dataclass(frozen=True, slots=True)
class Terms:
    """Who answers for it (employee number or login, as written), until when, and what it is for."""

    responsible: str
    until: date | None
    reason: str


def accept(found: Sequence[Finding], terms: Terms, actor: Actor, now: datetime) -> None:
    """Each account is a service account to the day, and its finding is explained; all or none.

    Raises NotAllowed: nothing_chosen, until_needed, back_dated, service_too_long, responsible_unknown,
    responsible_is_you, not_an_account, reason_too_short, personnummer; Conflict when a finding is settled.
    """
    if not found:
        raise NotAllowed("nothing_chosen", field="act")
    until, responsible = _until(terms.until, clock.local(now).date()), _responsible(terms.responsible, actor)
    for finding in found:
        if finding.type != F13 or finding.person_id is not None or finding.system_id is None:
            raise NotAllowed("not_an_account", field="act")
        if finding.state not in OPEN:
            raise Conflict("finding_settled")
        values = {
            "responsible_id": responsible.id,
            "until": until,
            "reason": terms.reason.strip(),
            "accepted_at": now,
            "accepted_by_id": actor.person_id,
        }
        key = {"system_id": finding.system_id, "login": fold(finding.thing)}
        statement = upsert(ServiceAccount).values(**key, **values)
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=values)
        number = db.session.scalar(statement.returning(ServiceAccount.id)) or 0
        findings.explain(finding.id, terms.reason, actor, now)
        told = number, finding.system_id, finding.thing, responsible.id, until, terms.reason.strip()
        publish(ServiceAccountAccepted(*told, actor, now))


def _until(until: date | None, today: date) -> date:
    if until is None:
        raise NotAllowed("until_needed", field="until")
    if until < today:
        raise NotAllowed("back_dated", field="until")
    if (until - today).days > LONGEST_SERVICE_DAYS:
        raise NotAllowed("service_too_long", field="until")
    return until


def _responsible(written: str, actor: Actor) -> Person:
    """By employee number or login; somebody who works here, and not the one who accepts it."""
    key = written.strip().lower()
    same = or_(Person.employee_number == written.strip(), func.lower(Person.login) == key)
    people = (
        db.session.scalars(select(Person).where(same, Person.employment_status.in_(WORKS)).limit(2)).all()
        if key
        else []
    )
    if len(people) != 1:
        raise NotAllowed("responsible_unknown", field="responsible")
    if people[0].id == actor.person_id:
        raise NotAllowed("responsible_is_you", field="responsible")
    return people[0]
