"""Registering a form that was used in an outage, as it is written (rules.md C12). Callers hold the transaction.

What is written is not judged here, only whether it can be what somebody wrote: a right that should never have been
given must be on record all the same. The judgement comes when a second person has verified it (``judging``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import select

from app.catalogue.models import AccessLevel
from app.db import db
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.outages import routine, scans
from app.outages.models import Outage, PaperForm
from app.outages.paper_models import PaperOrder
from app.requests import own_unit
from workflows import life
from workflows import paper as rules
from workflows.errors import NoSuchMove
from workflows.events import Actor
from workflows.paper_events import PaperOrderMoved
from workflows.personal_numbers import find_personnummer

TEXTS = ("purpose", "done", "owner_note", "need_analysis_ref", "scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is written on a form: people by id, times in UTC, days local and inclusive."""

    subject_id: int
    level_id: int
    scope: str = ""
    valid_from: date
    valid_to: date
    purpose: str
    need_analysis_ref: str = ""
    is_licensed: bool = False
    has_siths: bool = False
    orderer_id: int
    manager_id: int
    employment_checked: str
    occurred_at: datetime
    owner_id: int | None = None
    owner_note: str = ""
    executor_id: int
    done: str
    done_at: datetime


def register(outage: Outage, serial: str, written: Written, scan: bytes, *, actor: Actor, now: datetime) -> PaperOrder:
    """Put a form on record, with its scan; the serial is used from now on.

    Raises NotAllowed with the field that it belongs beside: the serial's faults (``held_form``), the scan's, and those
    of what is written; Conflict when the outage is not over, or is closed.
    """
    hold_open(outage.id)
    form = held_form(outage, serial)
    _check(outage, form, written, actor, now)
    kept = scans.keep(form.id, scan, actor, now)
    form.status, form.outage_id, form.note = "used", outage.id, ""
    form.accounted_by_id, form.accounted_at = actor.person_id, now
    paper = PaperOrder(form=form, outage_id=outage.id, scan_id=kept.id, registered_by_id=actor.person_id)
    _write(paper, written, now)
    db.session.add(paper)
    return moved(paper, "register", actor, now, state_from=rules.BLANK, data=_told(written, kept.digest))


def correct(paper: PaperOrder, written: Written, scan: bytes | None, *, actor: Actor, now: datetime) -> None:
    """Write it anew after the verifier has sent it back; who corrects it has registered it.

    Raises as ``register``, and NotAllowed(no_such_move) for a form that nobody has sent back.
    """
    outage = hold_open(paper.outage_id)
    held = hold(paper.id)
    step(held, "correct")
    _check(outage, held.form, written, actor, now)
    if scan:
        held.scan_id = scans.keep(held.form_id, scan, actor, now).id
    _write(held, written, now)
    held.registered_by_id, held.verified_by_id, held.question = actor.person_id or 0, None, ""
    db.session.flush()
    db.session.refresh(held)
    moved(held, "correct", actor, now, state_from="returned", data=_told(written, held.scan.digest))


def form_named(serial: str) -> PaperForm | None:
    """The form with the number, or None."""
    return db.session.scalar(select(PaperForm).where(PaperForm.serial == serial.strip().upper()))


def held_form(outage: Outage, serial: str) -> PaperForm:
    """The form with the number, held until the transaction ends: of two who register it the slower sees it used.

    Raises NotAllowed beside ``serial``: serial_unknown, serial_of_other_system, serial_used, serial_void,
    serial_printed_later. A form that was thought lost has been found.
    """
    wanted = select(PaperForm).where(PaperForm.serial == serial.strip().upper()).with_for_update(of=PaperForm)
    form = db.session.scalar(wanted.execution_options(populate_existing=True))
    reason = _fault_of(outage, form)
    if form is None or reason:
        raise NotAllowed(reason, field="serial")
    return form


def _fault_of(outage: Outage, form: PaperForm | None) -> str:
    if form is None:
        return "serial_unknown"
    if outage.system_id not in (None, form.system_id):
        return "serial_of_other_system"
    if form.status == "used":
        return "serial_used"
    if form.status == "void":
        return "serial_void"
    if form.status == "missing":
        return "serial_missing"
    return "serial_printed_later" if outage.ended_at and form.pack.made_at > outage.ended_at else ""


def hold_open(outage_id: int) -> Outage:
    """The outage, held until the transaction ends: it is over, and not closed. Raises Conflict."""
    held = held_outage(outage_id)
    if held.ended_at is None:
        raise Conflict("outage_lasts")
    if held.closed_at is not None:
        raise Conflict("outage_closed")
    return held


def held_outage(outage_id: int) -> Outage:
    """Of two at once the slower sees what the faster has stored."""
    return db.session.get_one(Outage, outage_id, with_for_update={"of": Outage}, populate_existing=True)


def _check(outage: Outage, form: PaperForm, written: Written, actor: Actor, now: datetime) -> None:
    level = db.session.get_one(AccessLevel, written.level_id)
    for fault, field in _faults(outage, written, now):
        raise NotAllowed(fault, field=field)
    if level.system_id != form.system_id:
        raise NotAllowed("level_of_other_system", field="level_id")
    if written.subject_id == actor.person_id:
        raise NotAllowed("not_self", field="subject_number")


def _faults(outage: Outage, written: Written, now: datetime) -> Iterator[tuple[str, str]]:
    for name in TEXTS:
        if find_personnummer(getattr(written, name)):
            yield "personnummer", name
    if written.valid_to < written.valid_from:
        yield "period_reversed", "valid_to"
    if written.occurred_at < outage.started_at:
        yield "before_outage", "occurred_at"
    if outage.ended_at is not None and written.occurred_at > outage.ended_at:
        yield "after_outage", "occurred_at"
    if written.done_at < written.occurred_at:
        yield "done_before_decided", "done_at"
    if written.done_at > now:
        yield "done_later", "done_at"


def _write(paper: PaperOrder, written: Written, now: datetime) -> None:
    for one in fields(written):
        value = getattr(written, one.name)
        setattr(paper, one.name, value.strip() if isinstance(value, str) else value)
    wanted = {"level": db.session.get_one(AccessLevel, written.level_id), "scope": paper.scope}
    if not paper.scope:  # of a sensitive level it is the unit where the holder works
        paper.scope = own_unit.scope_of({**wanted, "subject": db.session.get_one(Person, written.subject_id)})
    paper.registered_at = now


def _told(written: Written, digest: str) -> dict[str, object]:
    """What the log keeps of it: everything but the free texts, and the scan's hash."""
    said = {k: v for k, v in asdict(written).items() if k not in TEXTS or k == "scope"}
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in said.items()} | {"scan": digest}


def hold(paper_id: int) -> PaperOrder:
    """Of two who act on the same form at once, the slower sees what the faster has stored."""
    return db.session.get_one(PaperOrder, paper_id, with_for_update={"of": PaperOrder}, populate_existing=True)


def step(paper: PaperOrder, trigger: str) -> str:
    """Make the move; the state before it. Raises NotAllowed(no_such_move): somebody was first."""
    before = paper.state
    try:
        paper.state = life.next_state(routine.of(paper.outage), before, trigger)
    except NoSuchMove as refusal:
        raise NotAllowed(refusal.reason, field="state") from refusal
    return before


def moved(
    paper: PaperOrder, trigger: str, actor: Actor, now: datetime, *, state_from: str, **told: object
) -> PaperOrder:
    """Publish a move that is made. ``told``: reason, guards, evidence or data of the event."""
    db.session.flush()
    event = PaperOrderMoved(
        paper.id,
        paper.form.serial,
        trigger,
        state_from,
        paper.state,
        actor,
        now,
        **told,  # type: ignore[arg-type]  # by name
    )
    publish(event)
    return paper
