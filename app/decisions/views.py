"""Deciding: /tasks after login, /d/<token> from the mail's link. GET changes nothing (email-decisions.md)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import structlog
from flask import Blueprint, Response, current_app, flash, make_response, render_template, request, session, url_for
from flask_babel import gettext as _

from app import clock
from app.auth import act_as, current_person, needs, person_or_none, public
from app.db import db, transaction
from app.decisions import answering, warnings
from app.decisions.forms import AnswerForm, GrantForm, RevokeForm
from app.directory.models import Person
from app.errors import AlreadyDecided, Forbidden, LoginNeeded, NotAllowed, NotFound
from app.grants import queries as grants
from app.grants import services as grant_services
from app.links import nonce, scanners
from app.links import services as links
from app.links.models import DecisionLink
from app.requests import presenting, queries, words
from app.tasks import queries as tasks
from app.tasks.models import Task, TaskAddressee
from workflows.events import Actor

bp = Blueprint("decisions", __name__)
log = structlog.get_logger(__name__)
GROUPS = (
    ("decide", ("manager_approval", "owner_approval")),
    ("grant", ("grant",)),
    ("revoke", ("revoke",)),
    ("complete", ("complete_request",)),
)
LINK_PAGE_AGE = timedelta(hours=12)
SHOWN_HOLDINGS = 6


def _task(task_id: int) -> Task:
    found = tasks.task(task_id)
    if found is None:
        raise NotFound()
    return found


@bp.get("/tasks/")
@needs("page.own")
def inbox() -> str:
    """Mina uppgifter."""
    rows, today = presenting.task_rows(current_person().id), clock.today()
    grouped = [SimpleNamespace(key=key, tasks=[r for r in rows if r.kind in kinds]) for key, kinds in GROUPS]
    late = sum(r.due_on < today for r in rows)
    return render_template("tasks.html", groups=[g for g in grouped if g.tasks], total=len(rows), late=late)


@bp.get("/tasks/<int:task_id>")
@needs("task.answer", _task)
def task(task: Task) -> Any:
    """What is asked, and the form to answer it."""
    if task.status != "open":
        return _closed("used" if task.status == "done" else "revoked", task)
    return _page(task, _empty_form(task))


@bp.post("/tasks/<int:task_id>")
@needs("task.answer", _task)
def answer(task: Task) -> Any:
    """Answer after login."""
    if task.status != "open":
        return _closed("used" if task.status == "done" else "revoked", task)
    form = _empty_form(task)
    if not form.validate():
        return _page(task, form)
    addressee = answering.addressee_of(task, current_person().id)
    actor = act_as(addressee.why or addressee.role, on_behalf_of_id=addressee.on_behalf_of_id)
    if task.kind == "revoke":
        return _confirm_removed(task, form, actor)
    return _answer(task, form, actor, None)


def _empty_form(task: Task) -> Any:
    form = {"grant": GrantForm, "revoke": RevokeForm}.get(task.kind, AnswerForm)()
    if request.method == "GET" and "done_on" in form:
        form.done_on.data = clock.today()
    return form


def _page(task: Task, form: Any, status: int = 200) -> Any:
    action = url_for("decisions.answer", task_id=task.id)
    if task.kind == "revoke":
        return _revoke_page(task, form, action), status
    assert task.request_id is not None
    order = queries.by_id(task.request_id)
    if task.kind == "grant":
        level = order.level
        group = level.directory_group if level.provisioning == "directory_group" else ""
        page = render_template(
            "grant_task.html",
            task=task,
            order=order,
            approvals=_approvals(task),
            form=form,
            action_url=action,
            directory_group=group,
            login=order.subject.login,
            warnings=warnings.about(order),
        )
        return page, status
    mine = answering.addressee_of(task, current_person().id)
    return _decide_page(task, mine, form, action_url=action, from_link=False, needs_login=False), status


def _approvals(task: Task) -> list[SimpleNamespace]:
    history = tasks.of_request(task.request_id or 0)
    return [
        SimpleNamespace(who=t.decided_by.display_name, role=_role_of(t), at=t.decided_at)
        for t in history
        if t.verdict == "approve" and t.round == task.round and t.decided_by
    ]


def _role_of(task: Task) -> str:
    why = next((a.why for a in task.addressees if a.person_id == task.decided_by_id), "")
    return why or "line_manager"


def _decide_page(
    task: Task, asked: TaskAddressee, form: Any, *, action_url: str, from_link: bool, needs_login: bool
) -> str:
    assert task.request_id is not None
    order = queries.by_id(task.request_id)
    if needs_login:
        form.verdict.choices = [c for c in form.verdict.choices if c.value != "approve"]
    held = [g for g in grants.of_people([order.subject_id]) if g.status == "active"]
    return render_template(
        "decide.html",
        task=task,
        order=order,
        addressee=asked.person,
        on_behalf_of=db.session.get(Person, asked.on_behalf_of_id) if asked.on_behalf_of_id else None,
        from_link=from_link,
        needs_login=needs_login,
        login_url=url_for("auth.login", next=url_for("decisions.task", task_id=task.id)),
        form=form,
        action_url=action_url,
        holdings=held[:SHOWN_HOLDINGS],
        more_holdings=max(0, len(held) - SHOWN_HOLDINGS),
        warnings=warnings.about(order),
    )


def _revoke_page(task: Task, form: Any, action: str) -> str:
    grant = grants.grant(task.grant_id or 0)
    assert grant is not None
    order = queries.by_id(grant.request_id) if grant.request_id else None
    level = grant.level
    return render_template(
        "revoke_task.html",
        task=task,
        grant=grant,
        case_number=order.case_number if order else "",
        why=warnings.why_revoked(grant),
        directory_group=level.directory_group if level.provisioning == "directory_group" else "",
        form=form,
        action_url=action,
    )


def _answer(task: Task, form: Any, actor: Actor, link: DecisionLink | None) -> Any:
    verdict = form.verdict.data
    receipt = _receipt(form) if verdict == "grant" else {}
    try:
        waits = answering.answer(
            task, verdict, actor, reason=(form.reason.data or "").strip(), receipt=receipt, now=clock.now(), link=link
        )
    except AlreadyDecided as first:
        return _closed("used", task, first)
    except NotAllowed as refusal:
        form.verdict.errors = [words.refusal(refusal.reason)]
        status = 503 if refusal.reason == "directory_unavailable" else 422
        if link is not None:
            return _link_page(link, task, form, status)
        return _page(task, form, status)
    return _decided(task, verdict, waits, from_link=link is not None)


def _receipt(form: Any) -> dict[str, Any]:
    return {
        "done_on": form.done_on.data.isoformat() if form.done_on.data else "",
        "target_user_id": (form.target_user_id.data or "").strip() if "target_user_id" in form else "",
        "note": (form.note.data or "").strip(),
    }


def _confirm_removed(task: Task, form: Any, actor: Actor) -> Any:
    try:
        with transaction():
            grant = grant_services.confirm_removed(task, actor=actor, now=clock.now(), receipt=_receipt(form))
    except AlreadyDecided as first:
        return _closed("used", task, first)
    return _render_decided("revoke", None, grant, None, "", from_link=False)


def _decided(task: Task, verdict: str, waits: str, *, from_link: bool) -> str:
    order = queries.by_id(task.request_id or 0)
    return _render_decided(
        verdict, order, None, tasks.open_about(request_id=order.id), words.wait(waits), from_link=from_link
    )


def _render_decided(verdict: str, order: Any, grant: Any, ahead: Task | None, waits: str, *, from_link: bool) -> str:
    asked = [a.person for a in ahead.addressees if a.removed_at is None] if ahead else []
    return render_template(
        "decided.html",
        verdict=verdict,
        order=order,
        grant=grant,
        next_people=asked,
        next_due=ahead.due_on if ahead else None,
        wait_text=waits,
        remaining=0 if from_link else tasks.count_asked_of(current_person().id),
        from_link=from_link,
    )


def _closed(why: str, task: Task | None, first: AlreadyDecided | None = None) -> tuple[str, int]:
    """The page of a link or task that needs no answer: what happened, and where the case stands."""
    decision = case = None
    if task is not None:
        order = queries.by_id(task.request_id) if task.request_id else None
        known = (first or answering.task_services.already_decided(task.id)).details
        if known.get("who") and known.get("verdict") in ("approve", "reject", "return"):
            decision = SimpleNamespace(verdict=known["verdict"], by=known["who"], at=known["at"])
        if order is not None:
            waits = words.wait(order.wait_reason) if order.state == "waiting_prerequisites" else ""
            sentence = presenting.ended_text(order) or waits
            case = SimpleNamespace(case_number=order.case_number, state=order.state, sentence=sentence)
    return render_template("link_closed.html", why=why, decision=decision, case=case), 200 if task else 404


@bp.get("/d/<token>")
@public(reason="the token is the key; GET shows and changes nothing")
def link(token: str) -> Response:
    """The mail's link. Reads only, for people and scanners alike."""
    found, task = _found(token)
    if found is None or task is None:
        return _unlogged(_closed("unknown", None))
    automatic = scanners.looks_automatic(request.method, request.headers, _seconds_since(found))
    log.info("decision_link_read", task_id=task.id, automatic=automatic)
    state = _state(found, task)
    if state is not links.LinkState.USABLE:
        return _unlogged(_closed(state.value, task))
    return _unlogged(_link_page(found, task, AnswerForm()))


@bp.post("/d/<token>")
@public(reason="the token is the key; the nonce and a person's act are needed besides")
def link_answer(token: str) -> Response:
    """Answer from the mail's link."""
    found, task = _found(token)
    if found is None or task is None:
        return _unlogged(_closed("unknown", None))
    state = _state(found, task)
    if state is not links.LinkState.USABLE:
        return _unlogged(_closed(state.value, task))
    asked = _asked(found, task)
    form = AnswerForm()
    verdict = _check_nonce(found, form.nonce.data or "")
    if verdict.outcome is not nonce.NonceOutcome.OK:
        flash(_("Läs igenom beställningen och svara igen. Inget har ändrats."), "wait")
        return _unlogged(_link_page(found, task, form, 409))
    if not form.validate():
        return _unlogged(_link_page(found, task, form, 422))
    if form.verdict.data == "approve" and _needs_login(task, found):
        raise LoginNeeded(next=url_for("decisions.task", task_id=task.id))
    got_at = verdict.got_at.isoformat() if verdict.got_at else ""
    details = {"agent": request.user_agent.string[:300], "address": request.remote_addr or "", "got_at": got_at}
    return _unlogged(_answer(task, form, answering.actor_for(asked, "mail-link", details), found))


def _found(token: str) -> tuple[DecisionLink | None, Task | None]:
    found = links.find(token)
    return found, tasks.task(found.task_id) if found else None


def _seconds_since(link: DecisionLink) -> float:
    return (clock.now() - link.created_at).total_seconds()


def _state(link: DecisionLink, task: Task) -> links.LinkState:
    order = queries.by_id(task.request_id or 0)
    return links.state(link, now=clock.now(), task_status=task.status, request_version=order.version, round=order.round)


def _needs_login(task: Task, link: DecisionLink) -> bool:
    """True when approving takes a login as the addressee, and the reader has none."""
    viewer = person_or_none()
    if viewer is not None and viewer.id == link.person_id:
        return False
    return not answering.link_may_approve(queries.by_id(task.request_id or 0))


def _binding(link: DecisionLink) -> nonce.Binding:
    if "browser" not in session:
        session["browser"] = secrets.token_hex(16)
    return nonce.Binding(link.token_hash, session["browser"])


def _check_nonce(link: DecisionLink, given: str) -> nonce.NonceVerdict:
    shortest = current_app.extensions["settings"].link_reading_seconds
    return nonce.check(given, _binding(link), now=clock.now(), min_seconds=shortest, max_age=LINK_PAGE_AGE)


def _asked(link: DecisionLink, task: Task) -> TaskAddressee:
    """Whose link it is. Raises Forbidden, with the name, for somebody who is logged in as another (point 6)."""
    viewer = person_or_none()
    asked = answering.addressee_of(task, link.person_id)
    if viewer is not None and viewer.id != link.person_id:
        raise Forbidden("not_your_task", names=asked.person.display_name)
    return asked


def _link_page(link: DecisionLink, task: Task, form: Any, status: int = 200) -> tuple[str, int]:
    asked = _asked(link, task)
    form.nonce.data = nonce.issue(_binding(link), now=clock.now())
    needs_login = _needs_login(task, link)
    page = _decide_page(task, asked, form, action_url=request.path, from_link=True, needs_login=needs_login)
    return page, status


def _unlogged(answered: Any) -> Response:
    """No cache, no referrer, no index: the address is a key."""
    response = make_response(answered)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
