"""The count of every serial after an outage, and its closing (rules.md C12). Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import System
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.outages import registering
from app.outages.models import Outage, PaperForm, PaperPack
from app.outages.paper_models import PaperOrder, PaperRegistration
from app.reconciliation import services as findings
from app.reconciliation.models import Finding
from app.reconciliation.services import Found
from workflows import paper as rules
from workflows.events import Actor
from workflows.paper_events import OutageChanged
from workflows.personal_numbers import find_personnummer

MISSING = "paper_form_missing"
SHORTEST_NOTE = 5
Forms = Sequence[PaperForm]


@dataclass(frozen=True, slots=True)
class Account:
    """How an outage's serials stand. ``classes``: serial -> class, "" while it is not accounted for."""

    forms: Forms
    classes: Mapping[str, str]
    papers: Mapping[int, PaperOrder]
    registrations: Mapping[int, PaperRegistration]

    def left(self, systems: Collection[int] | None = None) -> Forms:
        """The forms that are not accounted for; of these systems, or all."""
        mine = (f for f in self.forms if systems is None or f.system_id in systems)
        return [f for f in mine if not self.classes[f.serial]]

    def count(self, class_: str) -> int:
        """How many serials are in the class."""
        return sum(found == class_ for found in self.classes.values())


def forms_of(outage: Outage) -> Forms:
    """The forms that may have been used in it: printed before it ended, of its system, or of all when it is no system.

    What was void before, or is accounted for in another outage, is not among them.
    """
    wanted = select(PaperForm).join(PaperPack, PaperPack.id == PaperForm.pack_id)
    wanted = wanted.where(or_(PaperForm.outage_id == outage.id, PaperForm.status == rules.BLANK))
    wanted = wanted.where(PaperPack.made_at <= (outage.ended_at or PaperPack.made_at))
    if outage.system_id is not None:
        wanted = wanted.where(PaperForm.system_id == outage.system_id)
    ordered = wanted.order_by(PaperForm.system_id, PaperForm.number).options(joinedload(PaperForm.system))
    return db.session.scalars(ordered).all()


def account(outage: Outage) -> Account:
    """Every serial of the outage, with its class; three statements."""
    forms = forms_of(outage)
    asked = select(PaperRegistration).where(PaperRegistration.outage_id == outage.id)
    people = (joinedload(PaperOrder.subject), joinedload(PaperOrder.level), joinedload(PaperOrder.form))
    papers = select(PaperOrder).where(PaperOrder.outage_id == outage.id).options(*people)
    registrations = {one.system_id: one for one in db.session.scalars(asked)}
    confirmed = {system_id for system_id, one in registrations.items() if one.confirmed_at is not None}
    classes = {f.serial: rules.class_of(f.status, is_confirmed=f.system_id in confirmed) for f in forms}
    return Account(forms, classes, {p.form_id: p for p in db.session.scalars(papers)}, registrations)


def hindrances(outage: Outage, found: Account) -> tuple[str, ...]:
    """Why it cannot be closed yet (``workflows.paper.hindrances``)."""
    counted = rules.Counted(outage.forms_issued or 0, outage.forms_void or 0)
    return rules.hindrances(found.classes, (p.state for p in found.papers.values()), counted)


def make_void(outage: Outage, serial: str, note: str, *, actor: Actor, now: datetime) -> None:
    """The form was spoilt, and lies marked in the binder. Raises as ``registering.held_form``, and note_needed."""
    _account_for(outage, serial, "void", note, actor, now)


def report_missing(outage: Outage, serial: str, note: str, *, actor: Actor, now: datetime) -> None:
    """Nobody knows where the form is: a finding. Raises as ``make_void``."""
    form = _account_for(outage, serial, "missing", note, actor, now)
    found = Found(MISSING, form.system_id, None, form.serial, form.system.confidentiality)
    findings.open_one(found, {"outage": outage.id}, now)


def _account_for(outage: Outage, serial: str, status: str, note: str, actor: Actor, now: datetime) -> PaperForm:
    registering.hold_open(outage.id)
    if len(note.strip()) < SHORTEST_NOTE:
        raise NotAllowed("note_needed", field="note")
    if find_personnummer(note):
        raise NotAllowed("personnummer", field="note")
    form = registering.held_form(outage, serial)
    form.status, form.outage_id, form.note = status, outage.id, note.strip()
    form.accounted_by_id, form.accounted_at = actor.person_id, now
    db.session.flush()
    _tell(outage, status, actor, now, serial=form.serial)
    return form


def undo(outage: Outage, serial: str, *, actor: Actor, now: datetime) -> None:
    """A form was not void, or has been found: it is not accounted for any more. Raises NotAllowed(not_accounted)."""
    registering.hold_open(outage.id)
    wanted = select(PaperForm).where(PaperForm.serial == serial, PaperForm.outage_id == outage.id)
    form = db.session.scalar(wanted.with_for_update(of=PaperForm).execution_options(populate_existing=True))
    if form is None or form.status not in ("void", "missing"):
        raise NotAllowed("not_accounted", field="serial")
    was, form.status, form.outage_id, form.note = form.status, rules.BLANK, None, ""
    form.accounted_by_id, form.accounted_at = actor.person_id, now
    _confirm(outage, form.system_id, None, now)  # nobody has said of this one that it is blank
    if was == "missing":
        _withdraw(form, actor, now)
    _tell(outage, "undone", actor, now, serial=serial, was=was)


def _withdraw(form: PaperForm, actor: Actor, now: datetime) -> None:
    about = (Finding.type == MISSING, Finding.system_id == form.system_id)
    for finding in db.session.scalars(select(Finding).where(*about)):
        if form.serial in finding.evidence:
            findings.withdraw_evidence(finding.id, form.serial, actor, now)


def confirm_blank(outage: Outage, system: System, *, actor: Actor, now: datetime) -> int:
    """The forms of the system that are left lie blank in the binder; how many they are.

    Raises NotAllowed(not_accounted) for a system that has no forms in the outage.
    """
    registering.hold_open(outage.id)
    _confirm(outage, system.id, actor, now)
    left = [f.serial for f in forms_of(outage) if f.system_id == system.id and f.status == rules.BLANK]
    _tell(outage, "blank", actor, now, system=system.id, serials=left)
    return len(left)


def _confirm(outage: Outage, system_id: int, actor: Actor | None, now: datetime) -> None:
    same = (PaperRegistration.outage_id == outage.id, PaperRegistration.system_id == system_id)
    asked = db.session.scalar(select(PaperRegistration).where(*same).with_for_update())
    if asked is None:
        raise NotAllowed("not_accounted", field="serial")
    asked.confirmed_at = now if actor else None
    asked.confirmed_by_id = actor.person_id if actor else None
    db.session.flush()


def close(outage: Outage, *, actor: Actor, now: datetime) -> None:
    """Every serial is accounted for. Raises NotAllowed(not_all_accounted) with ``hindrances``, and Conflict."""
    held = registering.hold_open(outage.id)
    found = account(held)
    why = hindrances(held, found)
    if why:
        raise NotAllowed("not_all_accounted", hindrances=why)
    held.closed_at, held.closed_by_id = now, actor.person_id
    db.session.flush()
    serials = {c: [s for s, is_in in found.classes.items() if is_in == c] for c in rules.CLASSES if c != "blank"}
    _tell(held, "closed", actor, now, blank=found.count("blank"), **serials)


def recount(outage: Outage, counted: rules.Counted, why: str, *, actor: Actor, now: datetime) -> None:
    """The owner's count was wrong. An outage that was closed on it is open again.

    Raises NotAllowed: count_wrong, note_needed, personnummer; Conflict while it lasts.
    """
    held = registering.held_outage(outage.id)
    if held.ended_at is None:
        raise Conflict("outage_lasts")
    if not 0 <= counted.void <= counted.issued:
        raise NotAllowed("count_wrong", field="void")
    if len(why.strip()) < SHORTEST_NOTE:
        raise NotAllowed("note_needed", field="why")
    if find_personnummer(why):
        raise NotAllowed("personnummer", field="why")
    before = [held.forms_issued, held.forms_void]
    held.forms_issued, held.forms_void, held.closed_at, held.closed_by_id = counted.issued, counted.void, None, None
    db.session.flush()
    _tell(held, "recounted", actor, now, before=before, after=[counted.issued, counted.void], why=why.strip())


def _tell(outage: Outage, what: str, actor: Actor, now: datetime, **data: object) -> None:
    publish(OutageChanged(outage.id, what, actor, now, data))
