"""Registering the forms of an outage one after the other, and correcting one that was sent back."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from app import clock
from app.auth import act_as, current_person, needs
from app.catalogue.models import System
from app.db import db, transaction
from app.errors import NotAllowed
from app.outages import accounting, bp, naming, paper_queries, queries, registering, words
from app.outages.models import Outage
from app.outages.outage_forms import instant
from app.outages.paper_forms import PARTS, PaperForm
from app.outages.paper_models import PaperOrder
from app.outages.registering import Written
from app.permissions import standing

LARGEST_UPLOAD = 8 * 1024 * 1024  # past the scan's own limit, so that its fault can be told beside its field
RUNS = ("system_manager", "system_owner")
UPLOADS = ("outages.register", "outages.correct")


@bp.url_value_preprocessor
def _take_scans(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A scan is larger than what other pages take in; said before anything reads the body."""
    if endpoint in UPLOADS:
        request.max_content_length = LARGEST_UPLOAD


def my_systems(outage: Outage) -> frozenset[int]:
    """The systems of the outage whose forms the reader accounts for: all for the coordinator, else those they run."""
    held = standing.roles(current_person().id)
    concerned = {outage.system_id} if outage.system_id is not None else set(db.session.scalars(select(System.id)))
    if ("infosec_coordinator", None) in held:
        return frozenset(s for s in concerned if s is not None)
    return frozenset(s for role, s in held if role in RUNS and s in concerned and s is not None)


@bp.get("/<int:outage_id>/register")
@needs("paper.account", queries.outage)
def register_form(outage: Outage) -> Any:
    """The form, with the next serial that is left."""
    form = _form(my_systems(outage))
    left = accounting.account(outage).left(my_systems(outage))
    form.serial.data = request.args.get("serial", "") or (left[0].serial if left else "")
    return _page(outage, form, None)


@bp.post("/<int:outage_id>/register")
@needs("paper.account", queries.outage)
def register(outage: Outage) -> Any:
    """Register one, and go on to the next."""
    form = _form(my_systems(outage))
    scan = _scan(form)
    if not form.validate():
        return _again(outage, form, None)
    try:
        with transaction():
            check_mine(outage, form.serial.data)
            said, actor = _written(form), act_as("registrar")
            paper = registering.register(outage, form.serial.data, said, scan, actor=actor, now=clock.now())
            paper_id, serial = paper.id, paper.form.serial
    except NotAllowed as refusal:
        words.beside(form, refusal, "serial")
        return _again(outage, form, None)
    return _next(outage.id, paper_id, serial)


def _next(outage_id: int, paper_id: int, serial: str) -> Response:
    outage = queries.outage(outage_id)
    left = accounting.account(outage).left(my_systems(outage))
    flash(_("%(serial)s är registrerad. En annan person granskar den.", serial=serial), "done")
    if left:
        return redirect(url_for("outages.register_form", outage_id=outage_id, serial=left[0].serial))
    return redirect(url_for("outages.show_paper", paper_id=paper_id))


@bp.get("/papers/<int:paper_id>/correct")
@needs("paper.settle", paper_queries.paper)
def correct_form(paper: PaperOrder) -> Any:
    """The form as it was registered."""
    form = _form({paper.system_id})
    _fill(form, paper)
    return _page(paper.outage, form, paper)


@bp.post("/papers/<int:paper_id>/correct")
@needs("paper.settle", paper_queries.paper)
def correct(paper: PaperOrder) -> Any:
    """Register it anew."""
    form = _form({paper.system_id})
    form.serial.data, scan = paper.form.serial, _scan(form)
    if not form.validate():
        return _again(paper.outage, form, paper)
    try:
        with transaction():
            registering.correct(paper, _written(form), scan or None, actor=act_as("registrar"), now=clock.now())
    except NotAllowed as refusal:
        words.beside(form, refusal, "serial")
        return _again(paper.outage, form, paper)
    flash(_("Blanketten är rättad. En annan person granskar den igen."), "done")
    return redirect(url_for("outages.show_paper", paper_id=paper.id))


def _form(system_ids: Any) -> PaperForm:
    form = PaperForm()
    levels = paper_queries.levels_of(system_ids)
    several = len({level.system_id for level in levels}) > 1
    choices = [SelectChoice(lv.id, f"{lv.system.name}: {lv.label}" if several else lv.label) for lv in levels]
    form.level_id.choices = choices
    return form


def _page(outage: Outage, form: PaperForm, paper: PaperOrder | None) -> str:
    found = accounting.account(outage)
    left = [f.serial for f in found.left(my_systems(outage))]
    return render_template("paper_register.html", outage=outage, form=form, paper=paper, parts=PARTS, left=left)


def _again(outage: Outage, form: PaperForm, paper: PaperOrder | None) -> tuple[str, int]:
    """A browser does not keep the file: whoever had chosen one hears that it must be chosen again."""
    if form.scan.data and not form.scan.errors:
        form.scan.errors = [words.refusal("scan_again")]
    return _page(outage, form, paper), 422


def check_mine(outage: Outage, serial: str) -> None:
    """Raises NotAllowed(serial_not_yours) for a form of a system that the reader does not run. Locks nothing."""
    form = registering.form_named(serial)
    if form is not None and outage.system_id in (None, form.system_id) and form.system_id not in my_systems(outage):
        raise NotAllowed("serial_not_yours", field="serial")


def _scan(form: PaperForm) -> bytes:
    """What was handed in, if anything; the file that the server kept it in meanwhile is let go."""
    if not form.scan.data:
        return b""
    with closing(form.scan.data) as handed_in:
        content: bytes = handed_in.read()
    return content


def _written(form: PaperForm) -> Written:
    """What the form says, with people instead of names. Raises NotAllowed beside the field of a name."""
    subject = naming.subject(form.subject_number.data, form.subject_name.data, is_confirmed=form.is_unknown.data)
    owner = naming.one(form.owner.data, "owner") if form.owner.data else None
    return Written(
        subject_id=subject.id,
        level_id=form.level_id.data,
        scope=form.scope.data or "",
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
        purpose=form.purpose.data,
        need_analysis_ref=form.need_analysis_ref.data or "",
        is_licensed=form.is_licensed.data,
        has_siths=form.has_siths.data,
        orderer_id=naming.one(form.orderer.data, "orderer").id,
        manager_id=naming.one(form.manager.data, "manager").id,
        employment_checked=form.employment_checked.data,
        occurred_at=instant(form.occurred_at),
        owner_id=owner.id if owner else None,
        owner_note=form.owner_note.data or "",
        executor_id=naming.one(form.executor.data, "executor").id,
        done=form.done.data,
        done_at=instant(form.done_at),
    )


def _fill(form: PaperForm, paper: PaperOrder) -> None:
    """What was registered, for who corrects it."""
    same = (
        "level_id", "scope", "valid_from", "valid_to", "purpose", "need_analysis_ref", "is_licensed", "has_siths",
        "employment_checked", "owner_note", "done",
    )  # fmt: skip
    for name in same:
        form[name].data = getattr(paper, name)
    form.serial.data, form.subject_number.data = paper.form.serial, paper.subject.employee_number
    form.subject_name.data = paper.subject.display_name
    for name in ("orderer", "manager", "executor", "owner"):
        person = getattr(paper, name)
        form[name].data = person.employee_number if person else ""
    moments: dict[str, datetime] = {"occurred_at": paper.occurred_at, "done_at": paper.done_at}
    for name, moment in moments.items():
        form[name].data = clock.local(moment)
