"""/reconciliation/readings: when the directory was read, and what two people let through of a reading that was held."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.directory import holding
from app.directory.run_models import DirectoryRun
from app.errors import NotAllowed
from app.reconciliation import reading_queries as queries

bp = Blueprint("reconciliation", __name__, url_prefix="/reconciliation")
ROLE = "infosec_coordinator"
REFUSALS = {
    "reason_needed": _l("Skriv hur du har kontrollerat det, minst 20 tecken."),
    "personnummer": _l("Ta bort personnumret."),
    "four_eyes": _l("Någon annan än den som föreslog behöver godkänna."),
    "not_self": _l("Du står själv på listan. Någon annan behöver svara."),
}


class ReleaseForm(FlaskForm):
    """The first person's words."""

    reason = TextAreaField(
        _l("Hur har du kontrollerat att det stämmer?"), validators=[InputRequired(message=REFUSALS["reason_needed"])]
    )


@bp.get("/readings")
@needs("reading.show")
def readings() -> str:
    """The latest readings, and the one that waits for two people."""
    return render_template("readings.html", runs=queries.latest(), hold=holding.open_hold())


@bp.get("/readings/<int:run_id>")
@needs("reading.show", queries.run)
def reading(run: DirectoryRun) -> str:
    """One reading: what it did, or who it would end."""
    return _page(run, ReleaseForm())


@bp.post("/readings/<int:run_id>/propose")
@needs("reading.release", queries.run)
def propose(run: DirectoryRun) -> Any:
    """The first of two says that it is true."""
    form = ReleaseForm()
    if not form.validate():
        return _page(run, form), 422
    try:
        with transaction():
            holding.propose(run, form.reason.data or "", actor=act_as(ROLE), now=clock.now())
    except NotAllowed as refusal:
        form.reason.errors = [REFUSALS[refusal.reason]]
        return _page(run, form), 422
    flash(_("Förslaget är sparat. En annan person behöver godkänna det innan något händer."), "done")
    return redirect(url_for("reconciliation.reading", run_id=run.id))


@bp.post("/readings/<int:run_id>/release")
@needs("reading.release", queries.run)
def release(run: DirectoryRun) -> Any:
    """The second of two agrees."""
    form = ReleaseForm()
    try:
        with transaction():
            holding.release(run, actor=act_as(ROLE), now=clock.now())
    except NotAllowed as refusal:
        form.reason.errors = [REFUSALS[refusal.reason]]
        return _page(run, form), 422
    flash(_("Läsningen är släppt. Katalogen läses på nytt inom några minuter."), "done")
    return redirect(url_for("reconciliation.reading", run_id=run.id))


@bp.post("/readings/<int:run_id>/withdraw")
@needs("reading.release", queries.run)
def withdraw(run: DirectoryRun) -> Any:
    """The proposal is taken back."""
    with transaction():
        holding.withdraw(run, actor=act_as(ROLE), now=clock.now())
    flash(_("Förslaget är tillbakataget. Läsningen hålls fortfarande."), "done")
    return redirect(url_for("reconciliation.reading", run_id=run.id))


def _page(run: DirectoryRun, form: ReleaseForm) -> str:
    words, order = request.args.get("q", "").strip(), request.args.get("order", "name")
    me = current_person()
    return render_template(
        "reading.html",
        run=run,
        form=form,
        leavers=queries.leavers(run.id, words, order),
        shown=queries.SHOWN,
        q=words,
        order=order,
        is_open=run.state == "held" and run.released_at is None,
        may_release=permissions.allowed("reading.release", me),
        is_mine=run.proposed_by_id == me.id,
        proposer=queries.name_of(run.proposed_by_id),
        releaser=queries.name_of(run.released_by_id),
    )
