"""The lower level that a system manager proposes: the choice in the form of a grant, and the orderer's page (C2)."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from wtforms.fields import SelectChoice

from app import clock
from app.decisions.forms import GrantForm, LevelForm
from app.requests import lowering, presenting, queries
from app.requests.models import AccessRequest
from app.tasks.models import Task, TaskAddressee
from workflows.lowering import ACCEPT, ANSWER_TASK, PROPOSE

KIND = ANSWER_TASK


def offer_in(form: GrantForm, order: AccessRequest) -> None:
    """Let the form offer the lower levels that there are; without any it does not speak of them."""
    found = lowering.levels_below(order, clock.now())
    if found:
        form.level.flags.required = True  # where it is shown
        form.level.choices = [SelectChoice(level.id, level.label) for level in found]
        return
    form.verdict.choices = [c for c in form.verdict.choices if c.value != PROPOSE]
    del form.level


def form_of() -> LevelForm:
    """The form of the orderer's answer."""
    return LevelForm()


def page(task: Task, asked: TaskAddressee, form: Any, *, action_url: str, from_link: bool, needs_login: bool) -> str:
    """What is proposed, by whom and why, and the two answers."""
    order = queries.by_id(task.request_id or 0)
    if needs_login:
        form.verdict.choices = [c for c in form.verdict.choices if c.value != ACCEPT]
    return render_template(
        "level_task.html",
        task=task,
        order=order,
        offered=order.proposed_level,
        proposed_by=presenting.who_answered(order, PROPOSE),
        addressee=asked.person,
        from_link=from_link,
        needs_login=needs_login,
        login_url=url_for("auth.login", next=url_for("decisions.task", task_id=task.id)),
        form=form,
        action_url=action_url,
    )
