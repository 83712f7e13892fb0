"""Deciding from a mail: /d/<token>. GET changes nothing (email-decisions.md)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import structlog
from flask import Response, current_app, flash, make_response, request, session, url_for
from flask_babel import gettext as _

from app import clock
from app.auth import person_or_none, public
from app.db import db
from app.decisions import answering, bp, pages
from app.errors import Forbidden, LoginNeeded
from app.links import nonce, scanners
from app.links import services as links
from app.links.models import DecisionLink
from app.requests import queries
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task, TaskAddressee
from workflows.lowering import ACCEPT

log = structlog.get_logger(__name__)
LINK_PAGE_AGE = timedelta(hours=12)


@bp.get("/d/<token>")
@public(reason="the token is the key; GET shows and changes nothing")
def link(token: str) -> Response:
    """The mail's link. Reads only, for people and scanners alike."""
    found, task = _found(token)
    if found is None or task is None:
        return _unlogged(pages.closed("unknown", None))
    automatic = scanners.looks_automatic(request.method, request.headers, _seconds_since(found))
    log.info("decision_link_read", task_id=task.id, automatic=automatic)
    state = _state(found, task)
    if state is not links.LinkState.USABLE:
        return _unlogged(pages.closed(state.value, task))
    return _unlogged(_link_page(found, task, pages.answer_form(task)))


@bp.post("/d/<token>")
@public(reason="the token is the key; the nonce and a person's act are needed besides")
def link_answer(token: str) -> Response:
    """Answer from the mail's link."""
    found, task = _found(token)
    if found is None or task is None:
        return _unlogged(pages.closed("unknown", None))
    state = _state(found, task)
    if state is not links.LinkState.USABLE:
        return _unlogged(pages.closed(state.value, task))
    asked = _asked(found, task)
    form = pages.answer_form(task)
    verdict = _check_nonce(found, form.nonce.data or "")
    if verdict.outcome is not nonce.NonceOutcome.OK:
        flash(_("Läs igenom beställningen och svara igen. Inget har ändrats."), "wait")
        return _unlogged(_link_page(found, task, form, 409))
    if not form.validate():
        return _unlogged(_link_page(found, task, form, 422))
    if form.verdict.data in ("approve", ACCEPT) and _needs_login(task, found):
        raise LoginNeeded(next=url_for("decisions.task", task_id=task.id))
    got_at = verdict.got_at.isoformat() if verdict.got_at else ""
    details = {"agent": request.user_agent.string[:300], "address": request.remote_addr or "", "got_at": got_at}
    actor = answering.actor_for(asked, "mail-link", details)

    def again(status: int) -> Any:
        return _link_page(found, task, form, status)

    return _unlogged(pages.give_answer(task, form, actor, again=again, link=found))


def _found(token: str) -> tuple[DecisionLink | None, Task | None]:
    found = links.find(token)
    return found, tasks.task(found.task_id) if found else None


def _seconds_since(link: DecisionLink) -> float:
    return (clock.now() - link.created_at).total_seconds()


def _state(link: DecisionLink, task: Task) -> links.LinkState:
    if task.status == "done":
        return links.LinkState.USED  # whoever answered, and from wherever: the page says who
    order = queries.by_id(task.request_id or 0)
    return links.state(link, now=clock.now(), task_status=task.status, request_version=order.version, round=order.round)


def _needs_login(task: Task, link: DecisionLink) -> bool:
    """True when approving takes a login as the addressee, and the reader has none."""
    viewer = person_or_none()
    if viewer is not None and viewer.id == link.person_id:
        return False
    return not answering.link_may_approve(db.session.get_one(AccessRequest, task.request_id))


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
    page = pages.decide_page(task, asked, form, action_url=request.path, from_link=True, needs_login=needs_login)
    return page, status


def _unlogged(answered: Any) -> Response:
    """No cache, no referrer, no index: the address is a key."""
    response = make_response(answered)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
