"""The count of an outage's forms: what is left, what became of each, and closing it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.db import transaction
from app.errors import Forbidden, NotAllowed, NotFound
from app.outages import accounting, bp, queries, registering, words
from app.outages.accounting import Account
from app.outages.models import Outage
from app.outages.outage_views import KINDS
from app.outages.paper_forms import AcceptForm, AccountForm, RecountForm
from app.outages.register_views import check_mine, my_systems
from app.reconciliation import queries as findings
from app.reconciliation import services as finding_services
from app.reconciliation.models import Finding
from workflows.paper import Counted


@bp.get("/<int:outage_id>/forms")
@needs("outage.show", queries.outage)
def forms(outage: Outage) -> str:
    """Every serial of the outage with its class, and what is left to do."""
    return _page(outage)


@bp.post("/<int:outage_id>/forms")
@needs("paper.account", queries.outage)
def account_for(outage: Outage) -> Any:
    """A form was spoilt, or is lost."""
    form = AccountForm()
    if not form.validate():
        return _page(outage, account_form=form), 422
    act = accounting.make_void if form.what.data == "void" else accounting.report_missing
    try:
        with transaction():
            check_mine(outage, form.serial.data)
            act(outage, form.serial.data, form.note.data, actor=act_as("registrar"), now=clock.now())
    except NotAllowed as refusal:
        words.beside(form, refusal, "serial")
        return _page(queries.outage(outage.id), account_form=form), 422
    flash(_("%(serial)s är redovisad.", serial=form.serial.data.strip().upper()), "done")
    return _back(outage)


@bp.post("/<int:outage_id>/forms/undo")
@needs("paper.account", queries.outage)
def undo_account(outage: Outage) -> Any:
    """It was not void, or has been found."""
    serial = request.form.get("serial", "")
    form = registering.form_named(serial)
    if form is None:
        raise NotFound()
    with transaction():
        _check_mine(outage, form.system_id)
        accounting.undo(outage, serial, actor=act_as("registrar"), now=clock.now())
    flash(_("%(serial)s är inte redovisad längre.", serial=serial), "done")
    return _back(outage)


@bp.post("/<int:outage_id>/forms/blank/<code>")
@needs("paper.account", lambda outage_id, code: SimpleNamespace(**_outage_and_system(outage_id, code)))
def confirm_blank(both: Any) -> Any:
    """The forms of the system that are left lie blank in the binder."""
    with transaction():
        _check_mine(both.outage, both.system.id)
        number = accounting.confirm_blank(both.outage, both.system, actor=act_as("registrar"), now=clock.now())
    flash(_("%(number)s blanketter är redovisade som blanka.", number=number), "done")
    return _back(both.outage)


def _outage_and_system(outage_id: int, code: str) -> dict[str, Any]:
    outage = queries.outage(outage_id)
    return {"outage": outage, "system": catalogue.system(code), "system_id": outage.system_id}


def _check_mine(outage: Outage, system_id: int) -> None:
    if system_id not in my_systems(outage):
        raise Forbidden()


@bp.post("/<int:outage_id>/close")
@needs("outage.decide", queries.outage)
def close(outage: Outage) -> Any:
    """Close it: every serial is accounted for. What hinders is told on the page."""
    try:
        with transaction():
            accounting.close(outage, actor=act_as("system_owner"), now=clock.now())
    except NotAllowed:
        return _page(queries.outage(outage.id), is_refused=True), 422
    flash(_("Avbrottet är stängt: varje blankett är redovisad."), "done")
    return _back(outage)


@bp.post("/<int:outage_id>/recount")
@needs("outage.decide", queries.outage)
def recount(outage: Outage) -> Any:
    """The count at the end was wrong."""
    form = RecountForm()
    if not form.validate():
        return _page(outage, recount_form=form), 422
    counted = Counted(form.issued.data, form.void.data)
    try:
        with transaction():
            accounting.recount(outage, counted, form.why.data, actor=act_as("system_owner"), now=clock.now())
    except NotAllowed as refusal:
        words.beside(form, refusal, "why")
        return _page(queries.outage(outage.id), recount_form=form), 422
    flash(_("Antalet är rättat."), "done")
    return _back(outage)


@bp.get("/findings/<int:finding_id>/accept")
@needs("finding.accept", findings.finding)
def accept_form(finding: Finding) -> str:
    """The form to live with it for a time."""
    return render_template("finding_accept.html", finding=finding, form=AcceptForm(), back=_back_path(finding))


@bp.post("/findings/<int:finding_id>/accept")
@needs("finding.accept", findings.finding)
def accept(finding: Finding) -> Any:
    """The owner lives with it for a time."""
    form, back = AcceptForm(), _back_path(finding)
    if not form.validate():
        return render_template("finding_accept.html", finding=finding, form=form, back=back), 422
    try:
        with transaction():
            said = form.reason.data, form.until.data
            finding_services.accept(finding.id, *said, act_as("system_owner"), clock.now())
    except NotAllowed as refusal:
        words.beside(form, refusal, "reason")
        return render_template("finding_accept.html", finding=finding, form=form, back=back), 422
    flash(_("Beslutet är sparat."), "done")
    return redirect(back)


def _back_path(finding: Finding) -> str:
    outage_id = next((said["outage"] for said in finding.evidence.values()), None)
    return url_for("outages.forms", outage_id=outage_id) if outage_id else url_for("outages.index")


def _back(outage: Outage) -> Response:
    return redirect(url_for("outages.forms", outage_id=outage.id))


def _page(
    outage: Outage,
    *,
    account_form: AccountForm | None = None,
    recount_form: RecountForm | None = None,
    is_refused: bool = False,
) -> str:
    me, found, mine = current_person(), accounting.account(outage), my_systems(outage)
    is_open = outage.ended_at is not None and outage.closed_at is None
    accounts = is_open and permissions.allowed("paper.account", me, outage)
    decides = outage.ended_at is not None and permissions.allowed("outage.decide", me, outage)
    return render_template(
        "outage_forms.html",
        outage=outage,
        kinds=KINDS,
        systems=_systems(found, mine if accounts else frozenset()),
        counts={name: found.count(name) for name in words.CLASSES},
        class_looks=words.CLASSES,
        paper_looks=words.PAPER_STATES,
        finding_looks=words.FINDING_STATES,
        findings=_findings(outage, found),
        left=[f.serial for f in found.left(mine)],
        hindrances=[str(words.HINDRANCES[code]) for code in accounting.hindrances(outage, found)] if is_open else [],
        is_refused=is_refused,
        account_form=(account_form or AccountForm()) if accounts else None,
        recount_form=(recount_form or RecountForm()) if decides else None,
        may_close=decides and is_open,
        viewer_id=me.id,
    )


def _systems(found: Account, mine: frozenset[int]) -> list[SimpleNamespace]:
    """The serials by system: those that are not accounted for first."""
    by_system: dict[int, list[SimpleNamespace]] = {}
    for form in found.forms:
        paper = found.papers.get(form.id)
        row = SimpleNamespace(serial=form.serial, note=form.note, class_=found.classes[form.serial], paper=paper)
        by_system.setdefault(form.system_id, []).append(row)
    names = {form.system_id: form.system for form in found.forms}
    rows = []
    for system_id, serials in by_system.items():
        asked = found.registrations.get(system_id)
        shown = [one for one in serials if one.class_ not in ("", "blank")]
        left = [one.serial for one in serials if not one.class_]
        blank = sum(one.class_ == "blank" for one in serials)
        about = {"system": names[system_id], "asked": asked, "is_mine": system_id in mine}
        rows.append(SimpleNamespace(**about, shown=shown, left=left, blank=blank))
    return sorted(rows, key=lambda row: (not row.is_mine, not row.left, row.system.name))


def _findings(outage: Outage, found: Account) -> list[SimpleNamespace]:
    """What was found in the outage: of its forms, and of those that are lost."""
    ids = {p.finding_id for p in found.papers.values() if p.finding_id is not None}
    lost = {f.serial for f in found.forms if f.status == "missing"}
    systems = {f.system_id for f in found.forms if f.status == "missing"}
    missing = [f for f in findings.of_type(accounting.MISSING, systems) if lost & set(f.evidence)]
    me = current_person()
    return [
        SimpleNamespace(
            finding=one,
            serials=", ".join(sorted(one.evidence)),
            may_accept=findings.is_acceptable(one) and permissions.allowed("finding.accept", me, one),
        )
        for one in (*findings.by_ids(sorted(ids)), *missing)
    ]
