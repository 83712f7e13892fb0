"""What the pages of a decision show: the question, the receipt, the thanks, and why nothing is asked any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock
from app.auth import current_person
from app.db import db
from app.decisions import answering, lower_level, warnings
from app.decisions.forms import AnswerForm, GrantForm, ProgramForm
from app.directory.models import Person
from app.errors import AlreadyDecided, NotAllowed, NotFound
from app.grants import activating
from app.grants import queries as grants
from app.grants.models import Grant
from app.grants.services import is_written
from app.links.models import DecisionLink
from app.premises import handing_back
from app.premises import presenting as premises
from app.premises import queries as credentials
from app.requests import freezing, lowering, presenting, queries, words
from app.tasks import queries as tasks
from app.tasks import services as task_services
from app.tasks.models import Task, TaskAddressee
from workflows.events import Actor
from workflows.lowering import ANSWERS, PROPOSE

SHOWN_HOLDINGS = 6
VERDICTS = ("approve", "reject", "return", *ANSWERS)  # what the page of a spent link may tell of


def found(task_id: int) -> Task:
    """The task with its people. Raises NotFound."""
    task = tasks.task(task_id)
    if task is None:
        raise NotFound()
    return task


def where_prepared(task: Task, person_id: int) -> str:
    """Where the subject trains and signs; for their manager, where it is seen what is missing."""
    order = queries.by_id(task.request_id or 0)
    if order.subject_id == person_id:
        return url_for("training.index")
    return url_for("requests.show", case_number=order.case_number)


def answer_form(task: Task) -> Any:
    """The form of a manager's or an owner's answer; who is a manager says of what is sensitive that it is needed."""
    if task.kind == lower_level.KIND:
        return lower_level.form_of()
    form = AnswerForm()
    if task.kind != "manager_approval" or queries.by_id(task.request_id or 0).level.profile != "sensitive":
        del form.is_needed
    return form


def grant_form(task: Task) -> GrantForm:
    """The receipt of what is granted; a new right to pass is granted with a tag."""
    order = queries.by_id(task.request_id or 0)
    form = ProgramForm() if order.level.profile == "physical" and order.kind != "extend" else GrantForm()
    lower_level.offer_in(form, order)
    return form


def still_out(task: Task) -> str:
    """Why the end of a right cannot be confirmed yet: its tag is neither back nor blocked; empty when it can."""
    grant = grants.grant(task.grant_id or 0)
    out = handing_back.hindering(grant) if grant else ()
    serials = ", ".join(credential.serial for credential in out)
    return _("Ta emot eller spärra %(serials)s först.", serials=serials) if out else ""


def task_page(task: Task, form: Any, status: int = 200) -> Any:
    action = url_for("decisions.answer", task_id=task.id)
    if task.kind == "revoke":
        return _revoke_page(task, form, action), status
    assert task.request_id is not None
    order = queries.by_id(task.request_id)
    if task.kind == "grant":
        level = order.level
        history = tasks.of_request(order.id)
        group = level.directory_group if level.provisioning == "directory_group" else ""
        page = render_template(
            "grant_task.html",
            task=task,
            order=order,
            approvals=_approvals(task, history),
            form=form,
            action_url=action,
            directory_group=group,
            written=is_written(level),
            login=order.subject.login,
            stop=freezing.stop(order, clock.today()),
            warnings=warnings.about(order),
            declined=lowering.declined(history),
        )
        return page, status
    mine = answering.addressee_of(task, current_person().id)
    return decide_page(task, mine, form, action_url=action, from_link=False, needs_login=False), status


def _approvals(task: Task, history: Sequence[Task]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(who=t.decided_by.display_name, role=_role_of(t), at=t.decided_at)
        for t in history
        if t.verdict == "approve" and t.round == task.round and t.decided_by
    ]


def _role_of(task: Task) -> str:
    why = next((a.why for a in task.addressees if a.person_id == task.decided_by_id), "")
    return why or "line_manager"


def decide_page(
    task: Task, asked: TaskAddressee, form: Any, *, action_url: str, from_link: bool, needs_login: bool
) -> str:
    assert task.request_id is not None
    if task.kind == lower_level.KIND:
        return lower_level.page(task, asked, form, action_url=action_url, from_link=from_link, needs_login=needs_login)
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
        credentials=_carried(grant),
        directory_group=level.directory_group if level.provisioning == "directory_group" else "",
        form=form,
        action_url=action,
    )


def _carried(grant: Grant) -> list[SimpleNamespace]:
    """One checklist for the end: what the person carries in all systems, where the right is one of a tag."""
    if grant.level.profile != "physical":
        return []
    return [premises.row(credential) for credential in credentials.of_people([grant.subject_id])]


def give_answer(
    task: Task, form: Any, actor: Actor, *, again: Callable[[int], Any], link: DecisionLink | None = None
) -> Any:
    """Answer an order's task and show what follows; ``again`` shows the form anew with an HTTP status."""
    task_id, verdict = task.id, form.verdict.data
    receipt = receipt_of(form) if verdict == "grant" else _said(form, verdict)
    try:
        waits = answering.answer(
            task, verdict, actor, reason=(form.reason.data or "").strip(), receipt=receipt, now=clock.now(), link=link
        )
    except AlreadyDecided as first:
        return closed("used", task, first)
    except NotAllowed as refusal:
        beside = form.level if "level" in form and refusal.details.get("trigger") == PROPOSE else form.verdict
        beside.errors = [words.refusal(refusal.reason)]
        status = 503 if refusal.reason == "directory_unavailable" else 422
        return again(status)
    if link is None:
        return redirect(url_for("decisions.task", task_id=task_id))
    order = queries.by_id(task.request_id or 0)
    return _thanks(verdict, order, None, tasks.open_about(request_id=order.id), words.wait(waits), from_link=True)


def _said(form: Any, verdict: str) -> dict[str, Any]:
    """What is on record of an approval besides the approval: that a sensitive right is needed (rules.md C3)."""
    if verdict == PROPOSE:
        return {"level_id": form.level.data}
    return {"is_needed": True} if verdict == "approve" and "is_needed" in form else {}


def receipt_of(form: Any) -> dict[str, Any]:
    return {
        "done_on": form.done_on.data.isoformat() if form.done_on.data else "",
        "target_user_id": (form.target_user_id.data or "").strip() if "target_user_id" in form else "",
        "note": (form.note.data or "").strip(),
        **({"serial": form.serial.data, "credential_kind": form.credential_kind.data} if "serial" in form else {}),
    }


def answered(task: Task) -> Any:
    """The page of a task that needs no answer any more: thanks to whoever gave it, to others what became of it."""
    if task.status != "done" or task.decided_by_id != current_person().id:
        return closed("used" if task.status == "done" else "revoked", task)
    if task.request_id is None:
        return _thanks(task.verdict, None, grants.grant(task.grant_id or 0), None, "", from_link=False)
    order = queries.by_id(task.request_id)
    waits = words.wait(order.wait_reason) if order.state == "waiting_prerequisites" else ""
    return _thanks(task.verdict, order, None, tasks.open_about(request_id=order.id), waits, from_link=False)


def _thanks(verdict: str, order: Any, grant: Any, ahead: Task | None, waits: str, *, from_link: bool) -> str:
    asked = [a.person for a in ahead.addressees if a.removed_at is None] if ahead else []
    return render_template(
        "decided.html",
        verdict=verdict,
        order=order,
        grant=grant,
        next_people=asked,
        next_due=ahead.due_on if ahead else None,
        wait_text=waits,
        pending=order is not None and activating.needed(order.level),
        written=order is not None and order.kind != "extend" and is_written(order.level),
        remaining=0 if from_link else tasks.count_asked_of(current_person().id),
        from_link=from_link,
    )


def closed(why: str, task: Task | None, first: AlreadyDecided | None = None) -> tuple[str, int]:
    """The page of a link or task that needs no answer: what happened, and where the case stands."""
    decision = case = None
    if task is not None:
        order = queries.by_id(task.request_id) if task.request_id else None
        known = (first or task_services.already_decided(task.id)).details
        if known.get("who") and known.get("verdict") in VERDICTS:
            decision = SimpleNamespace(verdict=known["verdict"], by=known["who"], at=known["at"])
        if order is not None:
            waits = words.wait(order.wait_reason) if order.state == "waiting_prerequisites" else ""
            sentence = presenting.ended_text(order) or waits
            case = SimpleNamespace(case_number=order.case_number, state=order.state, sentence=sentence)
    return render_template("link_closed.html", why=why, decision=decision, case=case), 200 if task else 404
