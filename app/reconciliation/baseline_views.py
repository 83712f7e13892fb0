"""/reconciliation/baseline: go-live, and afterwards who answers for what everybody had."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import NotAllowed
from app.reconciliation import baseline, judging
from app.reconciliation import finding_words as words
from app.reconciliation.readings import bp

HINDRANCES = {
    "not_read": _l("Gruppernas medlemmar är inte lästa än. Det görs varje natt."),
    "reading_short": _l("Den senaste läsningen av grupperna hade mycket färre medlemmar än den förra. Vänta på nästa."),
    "directory_held": _l("En läsning av katalogen hålls. Två personer behöver släppa den först."),
    "directory_old": _l("Hela katalogen är inte läst det senaste dygnet."),
}


class TakeForm(FlaskForm):
    """Why it may be taken now."""

    reason = TextAreaField(
        _l("Hur vet du att katalogen är läst rätt?"),
        description=_l("Till exempel vem som har gått igenom grupperna, och när."),
        validators=[InputRequired(message=words.REFUSALS["reason_too_short"]), Length(max=1000)],
    )


class AnswerForm(FlaskForm):
    """Keep or remove those that are chosen."""

    verdict = RadioField(
        _l("Vad gäller för de valda?"),
        choices=[
            SelectChoice("keep", _l("Behövs i arbetet, behåll")),
            SelectChoice("remove", _l("Behövs inte, ta bort")),
        ],
        validators=[InputRequired(message=words.REFUSALS["answer_needed"])],
    )


@bp.get("/baseline")
@needs("baseline.show")
def baseline_page() -> str:
    """Before: what it does. Afterwards: how far each system has come."""
    return _page(TakeForm())


@bp.post("/baseline")
@needs("baseline.take")
def take_baseline() -> Any:
    """Every membership of today becomes a right from before."""
    form = TakeForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            taken = baseline.take(form.reason.data or "", act_as("infosec_coordinator"), clock.now())
            rights = taken.rights
    except NotAllowed as refusal:
        form.reason.errors = [words.refusal(refusal.reason)]
        return _page(form), 422
    flash(
        ngettext("%(num)d behörighet väntar på sin chef.", "%(num)d behörigheter väntar på sina chefer.", rights),
        "done",
    )
    return redirect(url_for("reconciliation.baseline_page"))


@bp.get("/inherited")
@needs("baseline.answer")
def inherited() -> str:
    """What my people had before the product, and I am to answer for."""
    return _mine(AnswerForm())


@bp.post("/inherited")
@needs("baseline.answer")
def answer_inherited() -> Any:
    """Keep or remove what is chosen."""
    form = AnswerForm()
    chosen = [int(one) for one in request.form.getlist("chosen") if one.isdecimal()]
    if not form.validate():
        return _mine(form, chosen), 422
    try:
        with transaction():
            me, now = act_as("line_manager"), clock.now()
            done = baseline.answer(chosen, form.verdict.data, me, coordinates=_coordinates(), now=now)
    except NotAllowed as refusal:
        form.verdict.errors = [words.refusal(refusal.reason)]
        return _mine(form, chosen), 422
    flash(
        ngettext("Ditt svar om %(num)d behörighet är sparat.", "Ditt svar om %(num)d behörigheter är sparat.", done),
        "done",
    )
    return redirect(url_for("reconciliation.inherited"))


def _coordinates() -> bool:
    return permissions.allowed("baseline.take", current_person())


def _page(form: TakeForm) -> str:
    taken = judging.baseline()
    why = judging.hindrance(judging.latest()) if taken is None else ""
    may_take = taken is None and not why and permissions.allowed("baseline.take", current_person())
    return render_template(
        "baseline.html",
        taken=taken,
        hindrance=HINDRANCES.get(why, ""),
        form=form if may_take else None,
        progress=baseline.progress() if taken else [],
    )


def _mine(form: AnswerForm, chosen: list[int] | None = None) -> str:
    me, coordinates = current_person().id, _coordinates()
    rights = baseline.mine(me, coordinates=coordinates)
    total = baseline.count_mine(me, coordinates=coordinates) if rights else 0
    title = _("Sedan tidigare")
    return render_template(
        "inherited.html", title=title, rights=rights, total=total, form=form if rights else None, chosen=chosen or []
    )
