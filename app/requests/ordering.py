"""From a posted form to an order: whom one may order for, what the rules say, what will happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory import queries as directory
from app.directory import services as live
from app.directory.evidence import Evidence
from app.directory.models import Employment, Person, Unit
from app.errors import NotAllowed
from app.requests import definitions, facts, own_unit, recording, services, zoning
from app.requests.changing import TEMPORARY
from app.requests.models import AccessRequest
from workflows import machine
from workflows.case import Case, GuardResult
from workflows.errors import Refused
from workflows.events import Actor

SHOWN = 12


def subjects_of(orderer: Person, level: AccessLevel, q: str, chosen: int | None) -> tuple[list[Person], bool]:
    """Those whom the orderer may order for, oneself first, and whether there are more to search among."""
    today = clock.today()
    mine = [] if level.is_base or catalogue.orderer_required(level) else [orderer]
    reports = directory.reports_of(orderer.id)
    units = catalogue.units_ordered_for(orderer.id, today)
    needle = q.strip().lower()
    found = [p for p in reports if needle in p.search] if needle else reports
    if units and (needle or not reports):
        found = [*found, *directory.search(q, SHOWN, sorted(units))]
    unique = {p.id: p for p in [*mine, *found] if p.id != orderer.id or p in mine}
    picked = list(unique.values())[:SHOWN]
    if chosen is not None and chosen not in {p.id for p in picked}:
        extra = directory.person(chosen)
        picked += [extra] if extra else []
    return picked, bool(units) or len(unique) > len(picked)


def units_for(kind: str) -> list[tuple[int, str]]:
    """The units, id and name, where a right may be used for a time; none for an order of another kind."""
    return [(unit.id, unit.name) for unit in directory.units()] if kind == TEMPORARY else []


def employments_of(person_id: int) -> Sequence[Employment]:
    """The employments of a person, the main one first; a further one only until its last day."""
    lasts = Employment.is_main | Employment.ends_on.is_(None) | (Employment.ends_on >= clock.today())
    statement = select(Employment).where(Employment.person_id == person_id, lasts)
    return db.session.scalars(statement.order_by(Employment.is_main.desc(), Employment.id)).all()


def unsaved(
    values: dict[str, Any], *, level: AccessLevel, subject: Person, orderer: Person, now: datetime
) -> AccessRequest:
    """An order that is only looked at: not in the session, no case number."""
    zoning.refuse_two_owners({**values, "subject": subject})
    workflow = definitions.for_level(level, values.get("kind", "new"))
    order = AccessRequest(
        process=workflow.process,
        definition_version=workflow.version,
        kind=values.get("kind", "new"),
        state="draft",
        round=1,
        version=1,
        orderer_id=orderer.id,
        subject_id=subject.id,
        level_id=level.id,
        created_at=now,
        state_since=now,
        **{k: v for k, v in values.items() if k not in ("kind", "scope")},
        scope=own_unit.scope_of({**values, "level": level, "subject": subject}),
    )
    with db.session.no_autoflush:
        order.subject, order.orderer, order.level = subject, orderer, level
        unit_id = values.get("receiving_unit_id")
        order.receiving_unit = db.session.get(Unit, unit_id) if unit_id is not None else None
    return order


def place(values: Mapping[str, Any], *, actor: Actor, now: datetime, evidence: Evidence | None = None) -> str:
    """Keep an order and send it, in one transaction; its case number.

    ``evidence`` is of its subject, from the same act; without it the directory is asked.

    Raises NotAllowed with the guards, and keeps the try in the log. Of two who send the same at once, the database
    lets one through: the other hears that there is one already.
    """
    assert actor.person_id is not None
    evidence = evidence or live.lookup(values["subject"], now)
    try:
        with transaction():
            order = services.draft(values, orderer_id=actor.person_id, now=now)
            services.submit(order, services.Push(actor, now, evidence))
            return order.case_number
    except NotAllowed as refusal:
        recording.refused(refusal, actor, now, kept=False)
        raise
    except IntegrityError as fault:
        if "uq_access_request_open" not in str(fault.orig):
            raise
        twice = GuardResult("G4", False, "duplicate", "refuse", "level", {"existing": []})
        raise NotAllowed("duplicate", guards=(twice,)) from fault


def may_order_for(orderer: Person, people: Sequence[Person], system_id: int) -> frozenset[int]:
    """Ids of those among ``people`` for whom ``orderer`` may order in the system (G5); two statements."""
    led = {p.id for p in directory.reports_of(orderer.id)}
    units = catalogue.units_ordered_for(orderer.id, clock.today(), system_id)
    return frozenset(p.id for p in people if p.id in led | {orderer.id} or p.manager_id in led or p.unit_id in units)


def try_submit(
    order: AccessRequest, evidence: Evidence | None, now: datetime
) -> tuple[Case, tuple[GuardResult, ...], str]:
    """What submitting would give: the case, every guard, and the state or ``refused``. Changes nothing."""
    case = facts.case_for(order, now=now, actor_id=order.orderer_id, evidence=evidence)
    try:
        move = machine.next_state(definitions.of(order), case, "submit")
    except Refused as refusal:
        return case, refusal.guards, "refused"
    return case, move.guards, move.target
