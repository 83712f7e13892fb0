"""Declaring an outage, its clock, the owner's measures, and its end (rules.md C12). Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.outages import registering, routine
from app.outages.models import Outage
from app.requests import lives
from workflows.events import Actor
from workflows.paper import Counted
from workflows.paper_events import OutageChanged, OutageLasts
from workflows.personal_numbers import find_personnummer

KINDS = ("system", "directory", "network", "product", "mail")
LONGEST_MEASURES = timedelta(days=7)
SHORTEST_TEXT = 20
EARLIEST = timedelta(days=31)


def declare(about: tuple[str, int | None], started_at: datetime, note: str, actor: Actor, now: datetime) -> int:
    """Say that something is out; the outage's id. ``about``: its kind, and the system's id for kind system.

    This is the one place where a time that has passed may be given. Raises NotAllowed: begins_later, began_too_early,
    personnummer; already_out when the same is declared and not ended.
    """
    kind, system_id = about
    if started_at > now:
        raise NotAllowed("begins_later", field="started_at")
    if started_at < now - EARLIEST:
        raise NotAllowed("began_too_early", field="started_at")
    if find_personnummer(note):
        raise NotAllowed("personnummer", field="note")
    row = {"kind": kind, "system_id": system_id, "started_at": started_at, "note": note.strip(), "measures": ""}
    row |= {"definition_version": lives.beginning(lives.PAPER).version}
    row |= {"declared_by_id": actor.person_id, "declared_at": now}
    outage_id = db.session.scalar(insert(Outage).values(row).on_conflict_do_nothing().returning(Outage.id))
    if outage_id is None:
        raise NotAllowed("already_out", field="what")
    data = {"kind": kind, "system": system_id, "started_at": started_at.isoformat()}
    publish(OutageChanged(outage_id, "declared", actor, now, data))
    return outage_id


def day_of(outage: Outage, number: int) -> date:
    """The local date of the outage's working day ``number``; the day when it began is day 0."""
    return clock.calendar().add(clock.local(outage.started_at).date(), number)


def follow(outage_id: int, now: datetime) -> bool:
    """Tell of day 3 or day 5 when it has come; False when there is nothing to tell. Each is told once."""
    outage = registering.held_outage(outage_id)
    today = clock.local(now).date()
    if outage.ended_at is not None:
        return False
    days = routine.days(outage)
    if outage.asked_at is None and today >= day_of(outage, days["measures_after"]):
        outage.escalated_at, outage.asked_at = outage.escalated_at or now, now
        return _tell(outage, days["measures_after"], now)
    if outage.escalated_at is None and today >= day_of(outage, days["told_after"]):
        outage.escalated_at = now
        return _tell(outage, days["told_after"], now)
    return False


def _tell(outage: Outage, day: int, now: datetime) -> bool:
    db.session.flush()
    told = tuple(dict.fromkeys(person.id for person in _told(outage, clock.local(now).date())))
    name = outage.system.name if outage.system else ""
    publish(OutageLasts(outage.id, day, told, name, outage.kind, now))
    return True


def _told(outage: Outage, today: date) -> Iterable[Person]:
    """Who answers for what is out, and the coordinators; nobody who has left."""
    answers = (
        catalogue.role_holders(outage.system_id, today)["system_owner"]
        if outage.system_id is not None
        else catalogue.it_managers(today)
    )
    return (p for p in (*answers, *catalogue.coordinators(today)) if p.employment_status == "active")


def decide_measures(outage: Outage, text: str, until: date, actor: Actor, now: datetime) -> None:
    """What the owner decides in writing for the time, at most a week on; a later decision takes its place.

    Raises NotAllowed: measures_too_short, personnummer, back_dated, measures_too_long; Conflict when it has ended.
    """
    held, today = registering.held_outage(outage.id), clock.local(now).date()
    if held.ended_at is not None:
        raise Conflict("outage_ended")
    if len(text.strip()) < SHORTEST_TEXT:
        raise NotAllowed("measures_too_short", field="measures")
    if find_personnummer(text):
        raise NotAllowed("personnummer", field="measures")
    if until < today:
        raise NotAllowed("back_dated", field="until")
    if until > today + LONGEST_MEASURES:
        raise NotAllowed("measures_too_long", field="until")
    held.measures, held.measures_until = text.strip(), until
    held.measures_by_id, held.measures_at = actor.person_id, now
    db.session.flush()
    data = {"measures": held.measures, "until": until.isoformat()}
    publish(OutageChanged(held.id, "measures", actor, now, data))


def end(outage: Outage, ended_at: datetime, counted: Counted, actor: Actor, now: datetime) -> None:
    """It is over, with the count of serials. Where no form was taken out, it is closed at once.

    Raises NotAllowed: ends_later, ends_before, count_wrong; Conflict.
    """
    held = registering.held_outage(outage.id)
    if held.ended_at is not None:
        raise Conflict("outage_ended")
    if ended_at > now:
        raise NotAllowed("ends_later", field="ended_at")
    if ended_at < held.started_at:
        raise NotAllowed("ends_before", field="ended_at")
    if not 0 <= counted.void <= counted.issued:
        raise NotAllowed("count_wrong", field="void")
    held.ended_at, held.ended_by_id, held.recorded_at = ended_at, actor.person_id, now
    held.forms_issued, held.forms_void = counted.issued, counted.void
    if not counted.issued:
        held.closed_at, held.closed_by_id = now, actor.person_id
    db.session.flush()
    data = {"ended_at": ended_at.isoformat(), "issued": counted.issued, "void": counted.void}
    publish(OutageChanged(held.id, "ended", actor, now, data))
