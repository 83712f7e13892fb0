"""Rows and steps as the templates want them (macros/rows.html, macros/path.html)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext

from app import clock
from app.audit.models import AuditEvent
from app.db import db
from app.directory.models import Person
from app.grants.models import Grant
from app.requests import definitions, facts, queries, words
from app.requests.matter_rows import check_row, matter_row
from app.requests.models import AccessRequest
from app.tasks import queries as tasks
from app.tasks.models import Task, TaskAddressee
from app.templating import event_words, labels, state_words
from workflows import simulate
from workflows.authority import Asked
from workflows.case import Case

PASSED_ON = "task.reassigned"
OF_RIGHTS = ("grant", "credential", "emergency")  # what events are about that are told with the order
NEXT_STATE = {"waiting_prerequisites": "requested", "returned": "requested", "draft": "requested"}
STOPPED = ("reject", "return", *labels.LOWERING)  # answers after which the way goes on from somewhere else
IMPLICIT = ("implicit", "same_answer")  # why nobody was asked (workflows/authority.py)


def order_row(order: AccessRequest, task: Task | None = None) -> SimpleNamespace:
    """One line about an order."""
    asked = [a for a in (task.addressees if task else ()) if a.removed_at is None]
    return SimpleNamespace(
        case_number=order.case_number,
        state=order.state,
        system=order.level.system.name,
        level=order.level.label,
        subject=order.subject.display_name,
        waiting_for=", ".join(a.person.display_name for a in asked),
        due_on=task.due_on if task else None,
        since=order.state_since,
    )


def grant_row(grant: Grant, viewer_id: int, *, may_change: bool = False) -> SimpleNamespace:
    """One line about a right. What the viewer may do with it is checked again when they do it."""
    active = grant.status == "active" and not grant.level.is_base
    lasts = grant.source != "emergency"  # an emergency goes on only by the owner, and by the hour
    return SimpleNamespace(
        id=grant.id,
        system=grant.level.system.name,
        level=grant.level.label,
        scope=grant.scope,
        status=grant.status,
        profile=grant.level.profile,
        waits_for_directory=grant.waits_for_directory,
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
        may_extend=active and lasts and grant.valid_to is not None,
        may_change=may_change,
        may_end=active,
    )


def task_rows(person_id: int) -> list[SimpleNamespace]:
    """A person's open tasks, most urgent first; five statements at most, however many there are."""
    found = tasks.asked_of(person_id)
    orders = queries.by_ids([t.request_id for t in found if t.request_id is not None])
    grants = {g.id: g for g in queries.grants_by_ids([t.grant_id for t in found if t.grant_id is not None])}
    behind = tasks.on_behalf_names([t.id for t in found], person_id)
    matters = tasks.matters([t.matter_id for t in found if t.matter_id is not None])
    checks = tasks.log_checks([t.log_check_id for t in found if t.log_check_id is not None])

    def row(task: Task) -> SimpleNamespace:
        if task.matter_id is not None:
            return matter_row(task, matters[task.matter_id], behind.get(task.id, ""))
        if task.log_check_id is not None:
            return check_row(task, checks[task.log_check_id], behind.get(task.id, ""))
        return _task_row(task, orders, grants, behind.get(task.id, ""))

    return [row(task) for task in found]


def _task_row(
    task: Task, orders: Mapping[int, AccessRequest], grants: Mapping[int, Grant], on_behalf_of: str
) -> SimpleNamespace:
    order = orders.get(task.request_id) if task.request_id is not None else None
    grant = grants.get(task.grant_id) if task.grant_id is not None else None
    about = order or grant
    assert about is not None
    return SimpleNamespace(
        task_id=task.id,
        kind=task.kind,
        case_number=order.case_number if order else "",
        system=about.level.system.name,
        level=about.level.label,
        subject=about.subject.display_name,
        scope=about.scope,
        due_on=task.due_on,
        on_behalf_of=on_behalf_of,
        note=task.mail_trouble and str(event_words.EVENTS["mail_failed"]),
    )


def steps_done(order: AccessRequest, history: Sequence[Task]) -> list[SimpleNamespace]:
    """The way so far: ordered, then every answer of every round."""
    sent = order.submitted_at or order.created_at
    steps = [_step("ordered", "done", at=sent, by=order.orderer)]
    for task in history:
        if task.status == "done" and task.decided_by is not None:
            behind = db.session.get(Person, task.on_behalf_of_id) if task.on_behalf_of_id else None
            stopped = task.verdict in STOPPED
            steps.append(
                _step(
                    task.kind,
                    "stopped" if stopped else "done",
                    at=task.decided_at,
                    by=task.decided_by,
                    on_behalf_of=behind,
                    implicit=task.reason if task.reason in IMPLICIT else "",
                    note="" if task.reason in IMPLICIT else task.reason,
                    title=_stopped_title(task.verdict) if stopped else "",
                )
            )
    return steps


def _stopped_title(verdict: str) -> str:
    if verdict in labels.LOWERING:
        return str(labels.LOWERING[verdict])
    return str(state_words.REQUEST_STATES["rejected" if verdict == "reject" else "returned"].word)


def step_now(task: Task) -> SimpleNamespace:
    """Who is asked now, since when, and what happens if nothing happens."""
    asked = [a for a in task.addressees if a.removed_at is None]
    return _step(
        task.kind,
        "now",
        people=[a.person for a in asked],
        why=_why(asked),
        since=task.created_at,
        due_on=task.due_on,
        note=gettext("Systemet är stängt för nya skrivbehörigheter, så sista dag är flyttad.")
        if task.due_unfrozen
        else "",
        clock=[
            SimpleNamespace(act=r.act, fires_on=r.fires_on, names=_ask_words(r.ask))
            for r in tasks.clocks_ahead(task.id)
        ],
    )


def _why(asked: Sequence[TaskAddressee]) -> str:
    return _as_role(asked[0].why) if asked else ""


def _as_role(why: str) -> str:
    """Why somebody is asked, in a sentence."""
    return gettext("Får frågan som %(role)s.", role=labels.ROLES.get(why, why))


def _ask_words(ask: str) -> str:
    return str(labels.ROLES.get(ask, ask))


def path_of(order: AccessRequest, history: Sequence[Task], case: Case | None) -> list[SimpleNamespace]:
    """Done, now and next, as macros/path.html shows them."""
    steps = steps_done(order, history)
    now = all_asked(history)
    if now:
        steps += [step_now(task) for task in now]
    elif order.wait_reason and order.state == "waiting_prerequisites":
        steps.append(_step("prerequisite", "wait", since=order.state_since, note=words.wait(order.wait_reason)))
    if case is not None:
        steps += steps_ahead(order, case, skip={task.step for task in now})
    return steps


def all_asked(history: Sequence[Task]) -> list[Task]:
    """The open tasks of the order's steps, several where several must answer."""
    return [t for t in history if t.status == "open" and t.kind != tasks.BESIDE]


def asked_now(history: Sequence[Task]) -> Task | None:
    """The open task of the order's step; what the subject does beside it is shown by itself."""
    return next(iter(all_asked(history)), None)


def steps_ahead(order: AccessRequest, case: Case, *, skip: Collection[str] = ()) -> list[SimpleNamespace]:
    """Who will be asked, with dates, if everyone answers on the last day."""
    seen = simulate.path(definitions.of(order), case, clock.calendar())
    return [
        _step(
            planned.task,
            "next",
            people=people_of(planned.asked),
            why=_as_role(planned.asked[0].why) if planned.asked and not planned.implicit else "",
            due_on=planned.due_on,
            implicit=planned.asked[0].why if planned.implicit else "",
            by=people_of(planned.asked)[0] if planned.implicit else None,
        )
        for planned in seen
        if planned.step not in skip
    ]


def people_of(asked: Sequence[Asked]) -> list[Person]:
    """The rows of those who are asked, in order; already in the session, so no statement each."""
    return [db.session.get_one(Person, a.party.id) for a in asked]


def case_ahead(order: AccessRequest, now: datetime) -> Case | None:
    """The case for showing what comes next; None for an order that has ended."""
    if order.state in ("rejected", "withdrawn", "lapsed", "cancelled", "granted", "revoked"):
        return None
    case = facts.case_for(order, now=now, actor_id=None, evidence=None)
    return replace(case, state=NEXT_STATE.get(order.state, order.state))


def _step(kind: str, status: str, **known: Any) -> SimpleNamespace:
    blank: dict[str, Any] = {
        "people": [], "why": "", "title": "", "at": None, "by": None, "on_behalf_of": None, "since": None,
        "due_on": None, "implicit": "", "note": "", "clock": [],
    }  # fmt: skip
    return SimpleNamespace(kind=kind, status=status, **(blank | known))


def ended_text(order: AccessRequest) -> str:
    """How an order ended, in a sentence; empty while it is under way or granted."""
    return str(words.ENDS.get(order.state, ""))


def is_under_way(order: AccessRequest) -> bool:
    """True while the order can still be taken back."""
    return order.ended_at is None


def my_task(task: Task | None, mine: TaskAddressee | None) -> SimpleNamespace | None:
    """The reader's own task about an order, if there is one."""
    if task is None or mine is None:
        return None
    behind = db.session.get(Person, mine.on_behalf_of_id) if mine.on_behalf_of_id else None
    name = behind.display_name if behind else ""
    return SimpleNamespace(task_id=task.id, kind=task.kind, due_on=task.due_on, on_behalf_of=name)


def who_returned(order: AccessRequest) -> str:
    """The name of whoever asked for a completion last."""
    return who_answered(order, "return")


def who_answered(order: AccessRequest, verdict: str) -> str:
    """The name of whoever gave this answer last; empty where nobody has."""
    found = [t for t in tasks.of_request(order.id) if t.verdict == verdict and t.decided_by]
    return found[-1].decided_by.display_name if found and found[-1].decided_by else ""


def history(events: Sequence[AuditEvent]) -> list[SimpleNamespace]:
    """The log in words, oldest first; refused tries are for the audit page only."""
    return [
        SimpleNamespace(
            at=e.at,
            who=_who(e),
            on_behalf_of=e.on_behalf_of.display_name if e.on_behalf_of else "",
            label=_event_words(e),
            reason="" if e.state_to == "waiting_prerequisites" or e.reason in words.CODES else e.reason,
            channel=e.channel,
        )
        for e in events
        if not e.event.endswith(".refused") and (e.object_type in ("request", *OF_RIGHTS) or e.event == PASSED_ON)
    ]


def _who(event: AuditEvent) -> str:
    """Who did it; empty where the words of the event say so."""
    if event.event == PASSED_ON:
        return ""
    return event.actor.display_name if event.actor else str(labels.ROLES.get(event.actor_role, event.actor_role))


def _event_words(event: AuditEvent) -> str:
    if event.event == PASSED_ON and event.actor is not None:
        receiver = db.session.get_one(Person, event.data["to"])
        return gettext(
            "%(name)s vidarebefordrade uppgiften till %(other)s",
            name=event.actor.display_name,
            other=receiver.display_name,
        )
    if event.object_type in OF_RIGHTS:
        return str(event_words.EVENTS.get(event.event.replace(".", "_"), event.event))
    if event.reason == "same_answer":
        return str(event_words.MOVES["same_answer"])
    return str(event_words.MOVES.get(event.event.removeprefix("request."), event.event))
