"""/userlists: the systems, one system beside its list, and what people do about what differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions, spreadsheets
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import transaction
from app.errors import Forbidden, NotAllowed
from app.permissions import standing
from app.reconciliation import queries as findings
from app.reconciliation import settling
from app.reconciliation.models import Finding
from app.userlists import bp, comparing, mismatches, queries, service_accounts, words
from app.userlists.comparing import Compared
from app.userlists.forms import ActForm
from workflows import compliance as rules

OWNER, MANAGER, COORDINATOR = "system_owner", "system_manager", "infosec_coordinator"
A_PAGE = 100


@bp.get("/")
@needs("userlist.list")
def index() -> str:
    """The reader's systems outside the directory, those without a list, or with the oldest, first."""
    me = current_person()
    every = permissions.allowed("finding.all", me)
    mine = {system for role, system in standing.roles(me.id) if role in (OWNER, MANAGER) and system is not None}
    today = clock.today()
    return render_template(
        "userlists.html", systems=queries.overview(None if every else mine), today=today, fresh=rules.is_fresh
    )


@bp.get("/<code>")
@needs("userlist.show", catalogue.system)
def show(system: System) -> str:
    """A system beside its list: how many are in each state, and each account."""
    return _page(system, ActForm())


@bp.post("/<code>")
@needs("userlist.show", catalogue.system)
def settle(system: System) -> Any:
    """Do one thing about all that are chosen; nothing is done when one of them refuses."""
    form, chosen = ActForm(), _chosen()
    if not form.validate():
        return _page(system, form, chosen), 422
    try:
        _settle(form, chosen)
    except NotAllowed as refusal:
        name = str(refusal.details.get("field", "act"))
        form[name if name in form else "act"].errors = [words.refusal(refusal.reason)]
        return _page(system, form, chosen), 422
    flash(words.DONE[form.act.data], "done")
    return redirect(url_for("userlists.show", code=system.code, state=request.args.get("state")))


@bp.get("/<code>.csv")
@needs("userlist.show", catalogue.system)
def download(system: System) -> Response:
    """Every row, for a spreadsheet."""
    current = queries.current(system.id)
    rows = mismatches.compared(current, clock.now()) if current else []
    head = [_("Konto"), _("Anställningsnummer"), _("Namn"), _("Enhet"), _("Nivå"), _("Läge"), _("Varför"), _("Dagar")]
    head += [_("Känns igen på"), _("Senast inloggad")]
    return spreadsheets.answer(f"kontolista-{system.code}", head, map(_cells, rows))


def _cells(row: Compared) -> Sequence[Any]:
    verdict = row.verdict
    return (
        row.login, row.number, row.name, row.unit, row.level, words.STATES[verdict.state].word, words.WHY[verdict.why],
        verdict.days, words.MATCHED.get(row.matched_by, ""), row.used_on,
    )  # fmt: skip


def _page(system: System, form: ActForm, chosen: Sequence[int] = ()) -> str:
    me, current, today = current_person(), queries.current(system.id), clock.today()
    every = mismatches.compared(current, clock.now()) if current else []
    state = request.args.get("state", "")
    rows = [row for row in every if row.verdict.state == state] if state in rules.STATES else every
    start = min(max(request.args.get("from", 0, type=int), 0), max(len(rows) - 1, 0))
    shown = rows[start : start + A_PAGE]
    open_findings = queries.open_findings(system.id)
    found = [open_findings.get((mismatches.type_of(row), *mismatches.thing_of(row))) for row in shown]
    mine = [one if one is not None and _may_settle(one) else None for one in found]
    return render_template(
        "userlist.html",
        system=system,
        current=current,
        age=(today - current.taken_on).days if current else None,
        fresh=current is not None and rules.is_fresh(current.taken_on, today),
        counts=comparing.counts(every),
        state=state if state in rules.STATES else "",
        rows=list(zip(shown, found, mine, strict=True)),
        chosen=chosen,
        total=len(rows),
        next_from=start + A_PAGE if start + A_PAGE < len(rows) else None,
        form=_offered(form, [one for one in mine if one is not None]),
        earlier=queries.earlier(system.id),
        levels=queries.levels_of(system.id),
        may_upload=permissions.allowed("userlist.upload", me, system),
        may_see_people=permissions.allowed("access.search", me),
        words=words,
    )


def _may_settle(one: Finding) -> bool:
    me = current_person()
    return one.person_id != me.id and permissions.allowed("finding.settle", me, one)


def _offered(form: ActForm, found: Sequence[Finding]) -> ActForm | None:
    """The form with the acts that fit one or more of ``found``; None where there is nothing to settle."""
    me = current_person()
    left_out = set() if any(permissions.allowed("finding.accept", me, one) for one in found) else {"accept"}
    if not any(settling.is_removable(one) for one in found):
        left_out |= {"remove", "order"}
    if all(one.person_id is not None for one in found):
        left_out |= {"service"}
        del form.responsible
    form.act.choices = [choice for choice in form.act.choices if choice.value not in left_out]
    return form if found else None


def _chosen() -> list[int]:
    return [int(one) for one in request.form.getlist("chosen") if one.isdecimal() and len(one) < 10]


def _settle(form: ActForm, chosen: Sequence[int]) -> None:
    """Raises Forbidden for what is not the reader's, and what settling and service_accounts raise."""
    me = current_person()
    with transaction():
        found, now = findings.by_ids(chosen), clock.now()
        for one in found:
            if not permissions.allowed("finding.settle", me, one):
                raise Forbidden()
            if form.act.data == "accept" and not permissions.allowed("finding.accept", me, one):
                raise NotAllowed("not_owner", field="act")
        actor = act_as(_role(found))
        if form.act.data == "service":
            terms = service_accounts.Terms(form.responsible.data or "", form.until.data, form.reason.data or "")
            service_accounts.accept(found, terms, actor, now)
        else:
            act = settling.Act(form.act.data, form.reason.data or "", form.until.data)
            settling.settle(found, act, actor, now)


def _role(found: Sequence[Finding]) -> str:
    """In which capacity the reader acts."""
    held = standing.roles(current_person().id)
    for role in (OWNER, MANAGER):
        if found and all((role, one.system_id) in held for one in found):
            return role
    return COORDINATOR
