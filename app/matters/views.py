"""Matters: the lists, and the page of one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.audit import queries as log
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import NotAllowed, NotFound
from app.matters import bp, conditions, definitions, leaving, presenting, queries, services, succession, words
from app.matters.act_forms import MetForm
from app.matters.models import Matter, MatterCondition
from app.permissions import standing
from app.templating.texts import said

SEES_ALL = frozenset({"infosec_coordinator", "it_manager", "data_protection_officer", "auditor"})
BOARD = "integration"


@bp.get("/")
@needs("page.own")
def index() -> str:
    """What waits for me, what I have opened, and what I may see because of my roles."""
    me = current_person()
    held = standing.roles(me.id)
    mine = {system for role, system in held if role in ("system_manager", "system_owner") and system is not None}
    sees_all = any(role in SEES_ALL for role, _system in held)
    asked, opened = queries.asked_of(me.id), queries.opened_by(me.id)
    shown = {m.id for m in (*asked, *opened)}
    others = queries.seen_by(None if sees_all else mine) if sees_all or mine else []
    return render_template(
        "matters.html",
        asked=presenting.rows(asked),
        opened=presenting.rows(opened),
        others=presenting.rows([m for m in others if m.id not in shown]),
        openable=openable(),
        sees_board=permissions.allowed("matter.board", me),
    )


def openable() -> list[SimpleNamespace]:
    """The processes of which the reader may open a matter."""
    held = {role for role, _system in standing.roles(current_person().id)}
    found = [w for w in definitions.active().values() if held & set(definitions.terms(w).may_open)]
    return [SimpleNamespace(name=w.process, title=said(w.title)) for w in sorted(found, key=lambda w: said(w.title))]


@bp.get("/board")
@needs("matter.board")
def board() -> str:
    """Every integration with its two systems and how it stands: e-services and LEX among them (rules.md C10)."""
    return render_template("matter_board.html", integrations=presenting.rows(queries.of_process(BOARD)))


@bp.get("/<case_number>")
@needs("matter.show", queries.by_case_number)
def show(matter: Matter) -> str:
    """One matter: state, path, facts, opinions, conditions, history."""
    return page(matter)


def page(matter: Matter, met: Any = None, condition_id: int = 0) -> str:
    """The page; with ``met``, the form of a condition that was refused."""
    me, now = current_person(), clock.now()
    workflow, history = definitions.of(matter), queries.tasks_of(matter.id)
    open_tasks = [t for t in history if t.status == "open"]
    campaign = [t for t in history if t.step == succession.STEP]
    history = [t for t in history if t.step != succession.STEP]
    asked = [a for t in open_tasks if t not in campaign for a in t.addressees if a.removed_at is None]
    mine = [t for t in open_tasks if any(a.person_id == me.id and a.removed_at is None for a in t.addressees)]
    terms = definitions.terms(workflow)
    renewal = queries.renewal_of(matter.id)
    return render_template(
        "matter.html",
        matter=matter,
        process=said(workflow.title),
        look=presenting.look_of(matter),
        systems=presenting.systems_of(matter),
        waiting_for=list(dict.fromkeys(a.person for a in asked)),
        due_on=min((t.due_on for t in open_tasks if t not in campaign), default=None),
        campaign=leaving.progress(matter.id, campaign) if campaign else [],
        my_tasks=[SimpleNamespace(id=t.id, name=presenting.step_name(workflow, t.step), due_on=t.due_on) for t in mine],
        path=presenting.path(matter, history, now),
        sections=presenting.sections(terms.fields_of(""), matter.answers),
        opinions=presenting.opinions(matter, history),
        conditions=queries.conditions(matter.id),
        readiness=presenting.readiness_of(matter, clock.today()),
        history=presenting.history(matter, log.of_matter(matter.id)),
        previous=matter.previous,
        renewal=renewal if renewal and permissions.allowed("matter.show", me, renewal) else None,
        acts=acts(matter),
        may_change=matter.state in ("draft", "returned") and permissions.allowed("matter.change", me, matter),
        may_withdraw=_has(matter, "withdraw") and permissions.allowed("matter.change", me, matter),
        may_meet=permissions.allowed("matter.meet", me, matter),
        met=met or MetForm(formdata=None),
        condition_id=condition_id,
    )


def _has(matter: Matter, trigger: str) -> bool:
    return any(t.trigger == trigger and t.source == matter.state for t in definitions.of(matter).transitions)


# What somebody may do to a matter that asks nobody at the moment, and the permission for it.
ACTS = {"suspend": "matter.suspend", "retire": "matter.retire", "keep": "matter.keep"}


def acts(matter: Matter) -> list[SimpleNamespace]:
    """The acts that the reader has, beside answering."""
    me, workflow = current_person(), definitions.of(matter)
    by_hand = {t.trigger for t in workflow.transitions if t.source == matter.state and t.by == "system"}
    found = [
        SimpleNamespace(trigger=name, word=said(definitions.terms(workflow).words.moves.get(name, {})) or name)
        for name, permission in ACTS.items()
        if name in by_hand and permissions.allowed(permission, me, matter)
    ]
    if _may_renew(matter):
        found.insert(0, SimpleNamespace(trigger="renew", word=_("Ändra eller godkänn på nytt")))
    return found


def _may_renew(matter: Matter) -> bool:
    renews = definitions.terms_of(matter).renewal is not None and _has(matter, "replace")
    return (
        renews
        and queries.renewal_of(matter.id) is None
        and permissions.allowed("matter.renew", current_person(), matter)
    )


@bp.get("/<case_number>/form/<int:number>")
@needs("matter.show", lambda case_number, number: queries.by_case_number(case_number))
def old_form(matter: Matter) -> str:
    """The form as it stood in one version: what a decision rested on."""
    found = queries.version(matter.id, int((request.view_args or {})["number"]))
    form = definitions.terms_of(matter).form
    return render_template(
        "matter_version.html",
        matter=matter,
        version=found,
        latest=matter.form_version,
        sections=presenting.sections(form, found.answers),
    )


def _condition(case_number: str, condition_id: int) -> MatterCondition:
    found = queries.condition(condition_id)
    if found.matter.case_number != case_number:
        raise NotFound()
    return found


@bp.post("/<case_number>/conditions/<int:condition_id>")
@needs("matter.meet_condition", _condition)
def meet(condition: MatterCondition) -> Any:
    """A condition is met."""
    form, case_number, condition_id = MetForm(), condition.matter.case_number, condition.id
    try:
        with transaction():
            conditions.meet(condition, form.note.data or "", act_as("system_manager"), clock.now())
    except NotAllowed as refusal:
        form.note.errors = [words.fault(refusal.reason)]
        return page(queries.by_case_number(case_number), form, condition_id), 422
    flash(_("Villkoret är markerat som klart."), "done")
    return redirect(url_for("matters.show", case_number=case_number))


@bp.post("/<case_number>/withdraw")
@needs("matter.change", queries.by_case_number)
def withdraw(matter: Matter) -> Any:
    """Take the matter back."""
    case_number = matter.case_number
    with transaction():
        services.withdraw(queries.hold(matter.id), services.Push(act_as("orderer"), clock.now()))
    flash(_("Ärendet är återtaget."), "done")
    return redirect(url_for("matters.show", case_number=case_number))
