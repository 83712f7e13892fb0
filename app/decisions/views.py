"""Deciding after login: /tasks, and each task's page."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import redirect, render_template, request, url_for

from app import clock
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.decisions import activation, answering, bp, by_hand, emergency, lower_level, pages
from app.decisions.forms import RevokeForm
from app.errors import AlreadyDecided, NotFound
from app.grants import activating, emergency_control
from app.grants import services as grants
from app.grants.provisioning import BY_HAND
from app.premises import changing
from app.requests import presenting
from app.reviews import queries as reviews
from app.tasks.models import Task
from app.tasks.queries import BESIDE
from workflows import log_check
from workflows.events import Actor

GROUPS = (
    (
        "decide",
        (
            "manager_approval",
            "receiving_approval",
            "owner_approval",
            "other_board_approval",
            "approval",
            "opinion",
            "successor",
        ),
    ),
    ("grant", ("grant", BY_HAND)),
    ("confirm", ("confirmation",)),
    ("activate", (*activating.KINDS, *changing.KINDS[:2])),
    ("control", tuple(emergency_control.KINDS)),
    ("log", (log_check.KIND,)),
    ("revoke", (changing.BLOCK, "revoke")),
    ("complete", ("complete_request", lower_level.KIND)),
    ("prepare", (BESIDE,)),
)

# What has pages of its own: ``form_of``, ``page`` and ``answer``.
ROOMS: Mapping[str, Any] = {
    **dict.fromkeys(activating.KINDS, activation),
    **dict.fromkeys(emergency_control.KINDS, emergency),
    BY_HAND: by_hand,
}


@bp.get("/tasks/")
@needs("page.own")
def inbox() -> str:
    """Mina uppgifter."""
    rows, today = presenting.task_rows(current_person().id), clock.today()
    grouped = [SimpleNamespace(key=key, tasks=[r for r in rows if r.kind in kinds]) for key, kinds in GROUPS]
    late = sum(r.due_on < today for r in rows)
    review_count = reviews.waiting_for(current_person().id, today)
    groups = [g for g in grouped if g.tasks]
    return render_template("tasks.html", groups=groups, total=len(rows), late=late, review_count=review_count)


@bp.get("/tasks/<int:task_id>")
@needs("task.answer", pages.found)
def task(task: Task) -> Any:
    """What is asked, and the form to answer it; afterwards, what the answer led to."""
    if task.kind == BESIDE:
        return redirect(pages.where_prepared(task, current_person().id))
    if task.kind in changing.KINDS:
        return redirect(url_for("premises.task", task_id=task.id))
    if task.status != "open" and task.kind in emergency_control.KINDS:
        return redirect(emergency.where(task))
    if task.matter_id is not None:
        return redirect(url_for("matters.answer_page", task_id=task.id))
    if task.log_check_id is not None:
        return redirect(url_for("log_checks.answer_page", task_id=task.id))
    if task.status != "open":
        return pages.answered(task)
    return _shown(task, _empty_form(task))


@bp.post("/tasks/<int:task_id>")
@needs("task.answer", pages.found)
def answer(task: Task) -> Any:
    """Answer after login. What the subject does beside the steps is not answered: it closes by itself."""
    if task.kind == BESIDE or task.kind in changing.KINDS or task.matter_id or task.log_check_id:
        raise NotFound()
    if task.status != "open":
        return pages.closed("used" if task.status == "done" else "revoked", task)
    form = _empty_form(task)
    if not form.validate():
        return _shown(task, form)
    addressee = answering.addressee_of(task, current_person().id)
    actor = act_as(addressee.why or addressee.role, on_behalf_of_id=addressee.on_behalf_of_id)
    if task.kind == "revoke":
        return _confirm_removed(task, form, actor)
    room = ROOMS.get(task.kind)
    if room is not None:
        return room.answer(task, form, actor)
    return pages.give_answer(task, form, actor, again=lambda status: pages.task_page(task, form, status))


def _shown(task: Task, form: Any) -> Any:
    room = ROOMS.get(task.kind)
    return room.page(task, form) if room else pages.task_page(task, form)


def _empty_form(task: Task) -> Any:
    room = ROOMS.get(task.kind)
    if room is not None:
        return room.form_of(task)
    if task.kind == "grant":
        form: Any = pages.grant_form(task)
    else:
        form = RevokeForm() if task.kind == "revoke" else pages.answer_form(task)
    if request.method == "GET" and "done_on" in form:
        form.done_on.data = clock.today()
    return form


def _confirm_removed(task: Task, form: Any, actor: Actor) -> Any:
    task_id = task.id
    if still_out := pages.still_out(task):
        form.done_on.errors = [*form.done_on.errors, still_out]
        return pages.task_page(task, form, 422)
    try:
        with transaction():
            grants.confirm_removed(task, actor=actor, now=clock.now(), receipt=pages.receipt_of(form))
    except AlreadyDecided as first:
        return pages.closed("used", task, first)
    return redirect(url_for("decisions.task", task_id=task_id))
