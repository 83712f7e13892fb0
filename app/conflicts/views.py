"""Toxic combinations: the pairs, who has both levels of one, and the exemptions."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.conflicts import queries, services
from app.conflicts.models import ToxicExemption
from app.db import transaction
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import NotAllowed, NotFound
from app.permissions import standing
from app.requests import words

bp = Blueprint("conflicts", __name__, url_prefix="/conflicts")
NEEDED = _l("Fyll i det här fältet.")
REFUSALS = {
    "no_exemption": _l("Från den här kombinationen kan inget undantag ges."),
    "control_too_short": _l("Skriv hur riskerna hanteras, med minst 20 tecken."),
    "exemption_too_long": _l("Ett undantag gäller högst ett år. Välj en tidigare slutdag."),
    "back_dated": _l("Slutdagen har redan varit. Välj i dag eller en senare dag."),
    "already_asked": _l("Det finns redan en fråga om undantag för den här kombinationen. Vänta på svaret."),
    "not_self": _l("Du kan inte godkänna ett undantag som gäller dig själv eller som du har bett om."),
    "four_eyes": _l("Du har redan godkänt undantaget. Någon annan behöver göra det också."),
}


class AskForm(FlaskForm):
    """How the risk is met instead, and for how long."""

    control = TextAreaField(
        _l("Kompenserande kontroll"),
        description=_l("Hur upptäcks fel eller missbruk, vem kontrollerar, och hur ofta?"),
        validators=[InputRequired(message=NEEDED), Length(max=2000)],
    )
    valid_to = DateField(
        _l("Undantaget gäller till och med"),
        description=_l("Högst ett år."),
        validators=[InputRequired(message=NEEDED)],
    )


def _wish(pair_id: int, subject_id: int) -> SimpleNamespace:
    subject = directory.person(subject_id)
    if subject is None:
        raise NotFound()
    return SimpleNamespace(subject_id=subject_id, subject=subject, pair=queries.pair(pair_id))


@bp.get("/")
@needs("conflict.list")
def index() -> str:
    """The pairs, who has both levels of one, and the exemptions; a few statements however many they are."""
    me, today = current_person(), clock.today()
    pairs = queries.pairs(_my_systems(me))
    ids = [pair.id for pair in pairs]
    found, exemptions = queries.violators(ids, today), queries.exemptions(ids)
    by_id = {pair.id: pair for pair in pairs}
    return render_template(
        "conflicts.html",
        violators=[SimpleNamespace(pair=by_id[row.pair_id], **_facts(row)) for row in found],
        total=found[0].total if found else 0,
        pairs=pairs,
        having=Counter(row.pair_id for row in found),
        waiting=[e for e in exemptions if e.status == "asked"],
        settled=[e for e in exemptions if e.status != "asked"],
        today=today,
    )


def _facts(row: Any) -> dict[str, Any]:
    names = ("person_id", "display_name", "unit", "since", "exemption_id", "exemption_status", "exempt_until")
    return {name: getattr(row, name) for name in (*names, "is_exempt")}


def _my_systems(person: Person) -> list[int] | None:
    """The systems whose pairs the person sees: all, or those that the person owns."""
    held = standing.roles(person.id)
    if {role for role, _system in held} & {"infosec_coordinator", "auditor"}:
        return None
    return [system_id for role, system_id in held if role == "system_owner" and system_id is not None]


@bp.get("/<int:pair_id>/ask/<int:subject_id>")
@needs("exemption.ask", _wish)
def ask(wish: SimpleNamespace) -> str:
    """The form for an exemption."""
    return _ask_page(wish, AskForm())


@bp.post("/<int:pair_id>/ask/<int:subject_id>")
@needs("exemption.ask", _wish)
def send(wish: SimpleNamespace) -> Any:
    """Ask for an exemption: owner and coordinator are to approve it."""
    form = AskForm()
    if not form.validate():
        return _ask_page(wish, form)
    role = "subject" if wish.subject_id == current_person().id else "line_manager"
    asked_for = (form.control.data, form.valid_to.data)
    try:
        with transaction():
            exemption_id = services.ask(wish.pair, wish.subject_id, asked_for, act_as(role), clock.now())
    except NotAllowed as refusal:
        form[str(refusal.details["field"])].errors = [_words(refusal.reason)]
        return _ask_page(wish, form)
    flash(_("Frågan är ställd till systemägaren och informationssäkerhetssamordnaren."), "done")
    return redirect(url_for("conflicts.show", exemption_id=exemption_id))


def _ask_page(wish: SimpleNamespace, form: AskForm) -> str:
    return render_template("exemption_form.html", pair=wish.pair, subject=wish.subject, form=form)


def _words(reason: str) -> str:
    return str(REFUSALS.get(reason) or words.refusal(reason))


@bp.get("/exemptions/<int:exemption_id>")
@needs("exemption.show", queries.exemption)
def show(exemption: ToxicExemption) -> str:
    """One exemption: what it is for, who has approved it, and the reader's own answer."""
    return _page(exemption, "")


@bp.post("/exemptions/<int:exemption_id>/approve")
@needs("exemption.decide", queries.exemption)
def approve(exemption: ToxicExemption) -> Any:
    """Approve as owner or as coordinator."""
    return _decide(exemption, "approve")


@bp.post("/exemptions/<int:exemption_id>/stop")
@needs("exemption.decide", queries.exemption)
def stop(exemption: ToxicExemption) -> Any:
    """Say no, or end what was approved."""
    return _decide(exemption, "end" if exemption.status == "approved" else "reject")


def _decide(exemption: ToxicExemption, verdict: str) -> Any:
    actor, now = act_as(_role(exemption, current_person())), clock.now()
    try:
        with transaction():
            if verdict == "approve":
                services.approve(exemption, actor, now)
            else:
                given = request.form.get("reason", "")[:1000]
                (services.end if verdict == "end" else services.reject)(exemption, actor, given, now)
    except NotAllowed as refusal:
        return _page(exemption, _words(refusal.reason)), refusal.status
    return redirect(url_for("conflicts.show", exemption_id=exemption.id))


def _role(exemption: ToxicExemption, person: Person) -> str:
    """In which of the two capacities the person answers: owner first, for who has both."""
    owns = any(
        ("system_owner", level.system_id) in standing.roles(person.id)
        for level in (exemption.pair.first, exemption.pair.second)
    )
    coordinates = ("infosec_coordinator", None) in standing.roles(person.id)
    return "system_owner" if owns and (exemption.owner_id is None or not coordinates) else "infosec_coordinator"


def _page(exemption: ToxicExemption, fault: str) -> str:
    me = current_person()
    decides = permissions.allowed("exemption.decide", me, exemption)
    has_answered = me.id in (exemption.owner_id, exemption.coordinator_id)
    taken = exemption.owner_id if decides and _role(exemption, me) == "system_owner" else exemption.coordinator_id
    is_party = me.id in (exemption.subject_id, exemption.asked_by_id)
    is_asked = decides and exemption.status == "asked" and not is_party
    return render_template(
        "exemption.html",
        exemption=exemption,
        fault=fault,
        may_approve=is_asked and not has_answered and taken is None,
        may_stop=is_asked or (decides and exemption.status == "approved"),
        may_list=permissions.allowed("conflict.list", me),
        has_ended=exemption.status == "approved" and exemption.valid_to < clock.today(),
    )
