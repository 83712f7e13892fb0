"""The pages of processes: how each works, for everybody; proposing and activating, for administrators."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import NotAllowed, NotFound
from app.processes import backtest_words, checks, fault_words, forms, moving, presenting, queries, services
from app.requests import definitions
from app.requests import queries as orders
from app.requests.models import AccessRequest, WorkflowVersion
from workflows.errors import DefinitionError

bp = Blueprint("processes", __name__, url_prefix="/processes")
MOVABLE = 50
QUARTER = timedelta(days=90)
SINCE = {
    "since_ahead": _l("Välj i dag eller en dag som har varit."),
    "since_too_far_back": _l("Välj en dag som är högst fem år tillbaka."),
}
UTF8 = "utf-8-sig"  # editors on Windows begin a file with a mark


def _present(name: str) -> WorkflowVersion:
    found = queries.active(name)
    if found is None:
        raise NotFound()
    return found


def _is_administrator() -> bool:
    return permissions.allowed("administration", current_person())


@bp.get("/")
@needs("page.own")
def index() -> str:
    """Every process that orders can follow, and what is proposed."""
    versions, counts = queries.versions(), queries.under_way()
    rows = []
    for name, workflow in sorted(definitions.all_active().items(), key=lambda item: presenting.title(item[1])):
        rows.append(
            SimpleNamespace(
                name=name,
                title=presenting.title(workflow),
                version=workflow.version,
                orders=sum(count for (process, _number), count in counts.items() if process == name),
                proposed=[v.version for v in versions if v.process == name and v.status == "proposed"],
            )
        )
    new = [v for v in versions if v.status == "proposed" and v.process not in {row.name for row in rows}]
    return render_template("processes.html", processes=rows, new=new, may_propose=_is_administrator())


@bp.get("/<name>")
@needs("page.own", _present)
def show(present: WorkflowVersion) -> str:
    """How a process works, and its versions."""
    workflow = definitions.version(present.process, present.version)
    found = queries.versions(present.process)
    old = queries.on_other_versions(present.process, present.version, MOVABLE) if _is_administrator() else []
    return render_template(
        "process.html",
        name=present.process,
        version=present.version,
        about=presenting.about(workflow),
        versions=presenting.rows(found, queries.under_way()),
        movable=old,
        may_propose=_is_administrator(),
    )


@bp.get("/<name>/<int:number>")
@needs("page.own", queries.version)
def version(found: WorkflowVersion) -> str:
    """One version: what differs; for administrators of a proposal also whom it would ask, and the two answers."""
    return _version_page(found)


def _version_page(found: WorkflowVersion, withdraw: Any = None, backtest: Any = None) -> str:
    other = presenting.compared_with(found)
    workflow = definitions.version(found.process, found.version)
    deciding = found.status == "proposed" and _is_administrator()
    checked = checks.of(found.id) if deciding else {}
    activate = forms.ActivateForm(instead_of=str(other.version) if other else "", formdata=None)
    return render_template(
        "process_version.html",
        name=found.process,
        row=presenting.rows([found], queries.under_way())[0],
        other=other.version if other else None,
        changes=presenting.changes(found, other),
        about=presenting.about(workflow),
        deciding=deciding,
        own=found.proposed_by_id == current_person().id,
        proof=presenting.proof(checked.get(checks.PROOF)) if deciding else None,
        backtest=backtest_words.shown(checked.get(checks.BACKTEST)),
        backtest_form=backtest or _backtest_form(),
        under_way=sum(count for (name, _number), count in queries.under_way().items() if name == found.process),
        others_asked=presenting.others_asked(workflow) if deciding else [],
        activate=activate,
        withdraw=withdraw or forms.ReasonForm(formdata=None),
    )


def _backtest_form() -> forms.BacktestForm:
    return forms.BacktestForm(since=clock.today() - QUARTER, formdata=None)


@bp.post("/<name>/<int:number>/backtest")
@needs("administration", queries.version)
def backtest(found: WorkflowVersion) -> str | Response:
    """Ask the worker what the version would have made of the orders of a period."""
    form = forms.BacktestForm()
    if not form.validate():
        return _version_page(found, backtest=form)
    try:
        with transaction():
            checks.ask_backtest(found, form.since.data, actor=act_as("administrator"), now=clock.now())
    except NotAllowed as refusal:
        form.since.errors = [str(SINCE[refusal.reason])]
        return _version_page(found, backtest=form)
    return redirect(url_for("processes.version", name=found.process, number=found.version, _anchor="backtest"))


@bp.get("/<name>/<int:number>/file")
@needs("page.own", queries.version)
def file(found: WorkflowVersion) -> Response:
    """The version word for word, as a file."""
    named = f"attachment; filename={found.process}-{found.version}.yaml"
    return Response(found.source, mimetype="application/yaml", headers={"Content-Disposition": named})


@bp.get("/new")
@needs("administration")
def new() -> str:
    """The form to propose a version."""
    return render_template("process_propose.html", form=forms.ProposeForm(), problems=())


@bp.post("/new")
@needs("administration")
def propose() -> str | Response:
    """Keep the proposal, or say what is wrong with the file."""
    form = forms.ProposeForm()
    if not form.validate():
        return render_template("process_propose.html", form=form, problems=())
    try:
        text = form.file.data.read().decode(UTF8)
        with transaction():
            made = services.propose(
                text, form.file.data.filename or "", why=form.why.data, actor=act_as("administrator"), now=clock.now()
            )
            where = url_for("processes.version", name=made.process, number=made.version)
    except UnicodeDecodeError:
        form.file.errors = [_("Filen är inte UTF-8. Spara den så och välj den igen.")]
    except DefinitionError as error:
        form.file.errors = [fault_words.fault(error)]
    except NotAllowed as refusal:
        if refusal.reason != "version_unsafe":
            raise
        form.file.errors = [_("Processen är inte säker. Inget är sparat. Felen står här nedanför.")]
        return render_template("process_propose.html", form=form, problems=refusal.details["problems"])
    else:
        flash(_("Förslaget är sparat och prövas nu. Sedan kan en annan administratör aktivera det."), "done")
        return redirect(where)
    return render_template("process_propose.html", form=form, problems=())


@bp.post("/<name>/<int:number>/activate")
@needs("administration", queries.version)
def activate(found: WorkflowVersion) -> Response:
    """Make the proposal the version that new orders start with."""
    seen = forms.ActivateForm().instead_of.data or ""
    with transaction():
        number = int(seen) if seen.isdecimal() else None
        services.activate(found, instead_of=number, actor=act_as("administrator"), now=clock.now())
    flash(_("Versionen är aktiv. Nya beställningar följer den från och med nu."), "done")
    return redirect(url_for("processes.show", name=found.process))


@bp.post("/<name>/<int:number>/withdraw")
@needs("administration", queries.version)
def withdraw(found: WorkflowVersion) -> str | Response:
    """The proposal will not be used."""
    form = forms.ReasonForm()
    if not form.validate():
        return _version_page(found, form)
    with transaction():
        services.withdraw(found, why=form.why.data, actor=act_as("administrator"), now=clock.now())
    flash(_("Förslaget är tillbakataget."), "done")
    return redirect(url_for("processes.version", name=found.process, number=found.version))


def _move_page(order: AccessRequest, form: forms.ReasonForm) -> str:
    present = queries.active(order.process)
    return render_template("process_move.html", order=order, to=present.version if present else None, form=form)


@bp.get("/move/<case_number>")
@needs("administration", orders.by_case_number)
def moving_form(order: AccessRequest) -> str:
    """Confirm the move of an order under way."""
    return _move_page(order, forms.ReasonForm())


@bp.post("/move/<case_number>")
@needs("administration", orders.by_case_number)
def move(order: AccessRequest) -> str | Response:
    """Let the order follow the active version."""
    form = forms.ReasonForm()
    if not form.validate():
        return _move_page(order, form)
    with transaction():
        moving.move(order, reason=form.why.data, actor=act_as("administrator"), now=clock.now())
    flash(_("%(case_number)s följer nu den aktiva versionen.", case_number=order.case_number), "done")
    return redirect(url_for("processes.show", name=order.process))
