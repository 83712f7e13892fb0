"""/training: my courses and agreements, signing, and the import of completed courses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock, permissions, spreadsheets
from app.auth import act_as, current_person, needs
from app.catalogue.models import Agreement
from app.db import transaction
from app.errors import Conflict, NotAllowed, NotFound
from app.training import forms, importing, presenting, queries, services, words
from app.training.models import Signature, TrainingImport

bp = Blueprint("training", __name__, url_prefix="/training")


@bp.get("/")
@needs("page.own")
def index() -> str:
    """Mina utbildningar och förbindelser."""
    me, today = current_person(), clock.today()
    held = queries.has(me.id, today)
    orders = presenting.lacking_orders(me.id, held)
    courses = dict.fromkeys(code for order in orders for code in order.courses)
    agreements = dict.fromkeys(order.agreement for order in orders if order.agreement)
    return render_template(
        "training.html",
        orders=orders,
        courses=presenting.courses(queries.completions_of(me.id), courses, today),
        agreements=presenting.agreements(queries.signatures_of(me.id), queries.all_in_force(today), agreements),
        may_import=permissions.allowed("training.import", me),
    )


def _agreement(type_: str) -> Agreement:
    found = queries.in_force(type_, clock.today())
    if found is None:
        raise NotFound()
    return found


@bp.get("/agreements/<type_>")
@needs("page.own", _agreement)
def agreement(agreement: Agreement) -> str:
    """The text in full, and the form to sign it."""
    return _sign_page(agreement, forms.SignForm(version=agreement.version))


@bp.post("/agreements/<type_>")
@needs("page.own", _agreement)
def sign(agreement: Agreement) -> Any:
    """Sign the version that was read."""
    form = forms.SignForm()
    if not form.validate():
        return _sign_page(agreement, form), 422
    method = session.get("method", "")
    try:
        with transaction():
            version = form.version.data or ""
            signature_id = services.sign(
                agreement.type, version, actor=act_as("employee"), method=method, now=clock.now()
            )
    except Conflict:
        form.agreed.data, form.version.data = False, agreement.version
        form.agreed.errors = [_("Texten har fått en ny version medan du läste. Läs den nya här och skriv under den.")]
        return _sign_page(agreement, form), 409
    flash(_("Du har skrivit under förbindelsen."), "done")
    return redirect(url_for("training.signature", signature_id=signature_id))


def _sign_page(agreement: Agreement, form: forms.SignForm) -> str:
    mine = next((s for s in queries.signatures_of(current_person().id) if s.agreement.type == agreement.type), None)
    return render_template("agreement.html", agreement=agreement, form=form, signature=mine)


@bp.get("/signatures/<int:signature_id>")
@needs("signature.show", queries.signature)
def signature(signature: Signature) -> str:
    """The receipt: what was signed, by whom, when."""
    return render_template("signature.html", signature=signature)


@bp.get("/imports")
@needs("training.import")
def imports() -> str:
    """The form for a file, and the reports of earlier ones."""
    return _imports_page(forms.ImportForm())


@bp.post("/imports")
@needs("training.import")
def load() -> Any:
    """Read a file; the report tells of each refused row."""
    form = forms.ImportForm()
    if not form.validate():
        return _imports_page(form), 422
    try:
        with transaction():
            content = form.file.data.read()
            report = importing.load(content, source="file", actor=act_as("administrator"), now=clock.now())
    except NotAllowed as refusal:
        form.file.errors = [words.reason(refusal.reason)]
        return _imports_page(form), 422
    return redirect(url_for("training.report", import_id=report.import_id))


def _imports_page(form: forms.ImportForm) -> str:
    return render_template("training_imports.html", form=form, imports=queries.latest_imports())


@bp.get("/imports/<int:import_id>")
@needs("training.import", queries.one_import)
def report(read: TrainingImport) -> str:
    """What one file led to."""
    return render_template("training_import.html", report=read, reason=words.reason, column=words.column)


@bp.get("/imports/<int:import_id>.csv")
@needs("training.import", queries.one_import)
def download(read: TrainingImport) -> Response:
    """The refused rows, for a spreadsheet."""
    head = [_("Rad"), _("Kolumn"), _("Värde"), _("Skäl")]
    refused = ((r["line"], words.column(r["column"]), r["value"], words.reason(r["reason"])) for r in read.refused)
    return spreadsheets.answer(f"avvisade-rader-{read.id}", head, refused)
