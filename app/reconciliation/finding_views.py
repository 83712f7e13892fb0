"""/reconciliation/findings: what differs between the directory and what was granted, and what people do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import transaction
from app.errors import Forbidden, NotAllowed
from app.permissions import standing
from app.reconciliation import finding_queries as queries
from app.reconciliation import finding_words as words
from app.reconciliation import judging, regularising, settling
from app.reconciliation import queries as one_by_one
from app.reconciliation.finding_queries import Wanted
from app.reconciliation.models import Finding
from app.reconciliation.readings import bp
from workflows import findings as rules

ORDERED_AFTERWARDS = ("unapproved_membership", "expired_still_member", "manual_mismatch")
OWNER, MANAGER, COORDINATOR = "system_owner", "system_manager", "infosec_coordinator"


class SettleForm(FlaskForm):
    """What is done about those that are chosen."""

    act = RadioField(
        _l("Vad ska hända?"),
        choices=[SelectChoice(name, label) for name, label in words.ACTS.items()],
        validators=[InputRequired(message=words.REFUSALS["answer_needed"])],
    )
    reason = TextAreaField(
        _l("Varför"),
        description=_l("Behövs när en risk godtas eller en avvikelse avfärdas, minst 20 tecken."),
        validators=[Length(max=1000)],
    )
    until = DateField(
        _l("Till och med"),
        description=_l("Behövs när en risk godtas, högst sex månader."),
        validators=[Optional()],
    )


@bp.get("/findings")
@needs("finding.list")
def findings() -> str:
    """The open ones that the reader answers for, what is due first first; or the settled."""
    return _list(SettleForm())


@bp.post("/findings")
@needs("finding.list")
def settle() -> Any:
    """Do one thing about all that are chosen; nothing is done when one of them refuses."""
    form, chosen = SettleForm(), _chosen()
    if not form.validate():
        return _list(form, chosen), 422
    try:
        _settle(form, chosen)
    except NotAllowed as refusal:
        return _list(_beside(form, refusal), chosen), 422
    flash(words.DONE[form.act.data], "done")
    return redirect(f"{url_for('reconciliation.findings')}?{urlencode(_filters())}")


@bp.get("/findings/<int:finding_id>")
@needs("finding.show", one_by_one.finding)
def finding(finding: Finding) -> str:
    """One finding: what, since when, by when, and what may be done."""
    return _one(finding, SettleForm())


@bp.post("/findings/<int:finding_id>")
@needs("finding.settle", one_by_one.finding)
def settle_one(finding: Finding) -> Any:
    """Do something about one."""
    form = SettleForm()
    if not form.validate():
        return _one(finding, form), 422
    try:
        _settle(form, [finding.id])
    except NotAllowed as refusal:
        return _one(one_by_one.finding(finding.id), _beside(form, refusal)), 422
    flash(words.DONE[form.act.data], "done")
    return redirect(url_for("reconciliation.finding", finding_id=finding.id))


@bp.get("/systems/<code>")
@needs("finding.compare", catalogue.system)
def compared(system: System) -> str:
    """A system beside its groups: matching, missing, unexplained, and what is open."""
    return _list(SettleForm(), system=system)


@bp.post("/systems/<code>")
@needs("finding.compare", catalogue.system)
def settle_compared(system: System) -> Any:
    """Do one thing about all that are chosen, on the page of the system."""
    form, chosen = SettleForm(), _chosen()
    if not form.validate():
        return _list(form, chosen, system), 422
    try:
        _settle(form, chosen)
    except NotAllowed as refusal:
        return _list(_beside(form, refusal), chosen, system), 422
    flash(words.DONE[form.act.data], "done")
    return redirect(url_for("reconciliation.compared", code=system.code))


def _chosen() -> list[int]:
    return [int(one) for one in request.form.getlist("chosen") if one.isdecimal()]


def _settle(form: SettleForm, chosen: Sequence[int]) -> None:
    """Raises Forbidden for what is not the reader's, and what settling.settle raises."""
    me = current_person()
    with transaction():
        found = one_by_one.by_ids(chosen)
        for one in found:
            if not permissions.allowed("finding.settle", me, one):
                raise Forbidden()
            if form.act.data == "accept" and not permissions.allowed("finding.accept", me, one):
                raise NotAllowed("not_owner", field="act")
        act = settling.Act(form.act.data, form.reason.data or "", form.until.data)
        settling.settle(found, act, act_as(_role(found)), clock.now())


def _role(found: Sequence[Finding]) -> str:
    """In which capacity the reader acts: as owner, manager or coordinator."""
    held = standing.roles(current_person().id)
    systems = {one.system_id for one in found}
    for role in (OWNER, MANAGER):
        if systems and all((role, system_id) in held for system_id in systems):
            return role
    return COORDINATOR if (COORDINATOR, None) in held else MANAGER


def _beside(form: SettleForm, refused: NotAllowed) -> SettleForm:
    name = str(refused.details.get("field", "act"))
    form[name if name in form else "act"].errors = [words.refusal(refused.reason)]
    return form


def _filters() -> dict[str, str]:
    return {name: request.args[name] for name in ("type", "severity", "system", "state") if request.args.get(name)}


def _visible() -> frozenset[int] | None:
    """The systems whose findings the reader sees; None: all."""
    me = current_person()
    if permissions.allowed("finding.all", me):
        return None
    held = standing.roles(me.id)
    return frozenset(system for role, system in held if role in (OWNER, MANAGER) and system is not None)


def _after() -> tuple[date, int] | None:
    day, _, number = request.args.get("after", "").partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _list(form: SettleForm, chosen: Sequence[int] = (), system: System | None = None) -> str:
    asked, me = request.args, current_person()
    wanted = Wanted(
        systems=_visible(),
        settled=system is None and asked.get("state") == "settled",
        type=asked.get("type", "") if asked.get("type") in rules.KINDS else "",
        severity=asked.get("severity", "") if asked.get("severity") in rules.DUE_DAYS else "",
        system=system.code if system else asked.get("system", ""),
        after=_after(),
    )
    found = queries.page(wanted)
    shown, levels = found[: queries.A_PAGE], queries.levels_in(found)
    more = f"{shown[-1].due_on}.{shown[-1].id}" if len(found) > queries.A_PAGE else ""
    rows = [_row(one, levels, chosen) for one in shown]
    return render_template(
        "findings.html",
        rows=rows,
        count=queries.count(wanted),
        counts=queries.counts_by_type(wanted),
        wanted=wanted,
        more=more,
        filters=_filters(),
        form=_offered(form, [row.finding for row in rows if row.may_settle]),
        system=system,
        levels=queries.compared(system.id) if system else [],
        reading=judging.latest(),
        baseline=judging.baseline(),
        sees_baseline=permissions.allowed("baseline.show", me),
        words=words,
    )


def _offered(form: SettleForm, found: Sequence[Finding]) -> SettleForm | None:
    """The form with the acts that the reader has for one or more of ``found``; None for none."""
    me = current_person()
    may_accept = any(permissions.allowed("finding.accept", me, one) for one in found)
    not_mine = set() if may_accept else {"accept"}
    if not any(settling.is_removable(one) for one in found):
        not_mine |= {"remove", "order"}
    form.act.choices = [choice for choice in form.act.choices if choice.value not in not_mine]
    if not may_accept:
        del form.until
    return form if found else None


def _row(one: Finding, levels: dict[int, Any], chosen: Sequence[int]) -> SimpleNamespace:
    me = current_person()
    is_open = one.state in rules.OPEN
    return SimpleNamespace(
        finding=one,
        who=_who(one),
        lines=[*filter(None, [words.still_there(one, clock.today())]), *words.what(one, levels)],
        may_settle=is_open and one.person_id != me.id and permissions.allowed("finding.settle", me, one),
        is_chosen=one.id in chosen,
    )


def _who(one: Finding) -> str:
    """About whom or what: a person by name, else the account or the group."""
    if one.person is not None:
        return one.person.display_name
    said: dict[str, Any] = next(iter(one.evidence.values()), {})
    return str(said.get("login") or said.get("dn") or one.thing or (one.system.name if one.system else ""))


def _one(one: Finding, form: SettleForm) -> str:
    me, levels = current_person(), queries.levels_in([one])
    row = _row(one, levels, ())
    return render_template(
        "finding.html",
        row=row,
        finding=one,
        number=rules.KINDS[one.type].number if one.type in rules.KINDS else "",
        what=words.TYPES[one.type][1] if one.type in words.TYPES else "",
        levels=[levels[i] for i in sorted(levels)],
        case_number=queries.case_number(one.request_id),
        ordered_by=regularising.asked_for(one.id),
        form=_offered(form, [one] if row.may_settle else []),
        orders=one.type in ORDERED_AFTERWARDS and one.person is not None,
        leads=one.person_id is not None and me.id in standing.managers_above(one.person_id)[:2],
        may_see_person=one.person is not None and permissions.allowed("access.person", me, one.person),
        words=words,
    )
