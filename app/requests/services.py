"""Moves of an order. Each takes part in the caller's transaction; a refusal raises and undoes it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.db import db, rows_of, send_later
from app.directory.evidence import Evidence
from app.errors import Conflict, Forbidden, NotAllowed
from app.events import publish
from app.requests import asking, definitions, facts, own_unit, queries, recorded, zoning
from app.requests.models import AccessRequest
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import authority, events, machine, together
from workflows.authority import Asked
from workflows.case import Case, GuardResult
from workflows.definition import Step
from workflows.errors import Refused
from workflows.events import Actor

EVENT_OF_STATE: Mapping[str, type[events.RequestMoved]] = {  # in any other state somebody is asked
    "waiting_prerequisites": events.RequestWaiting,
    "returned": events.RequestReturned,
    "rejected": events.RequestRejected,
    "withdrawn": events.RequestWithdrawn,
    "lapsed": events.RequestLapsed,
    "cancelled": events.RequestCancelled,
    "granted": events.RequestGranted,
    "revoked": events.RequestRevoked,
}
GRANTED = "granted"  # what follows is the right's affair
ORDERED_FIELDS = (
    "scope", "valid_from", "valid_to", "justification", "cost_centre", "remote_access", "employment_id",
    "receiving_unit_id", "zone_ids", "schedule_id", "emergency_reason",
    "incident_number", "answers",
)  # fmt: skip
STORED = (
    "state", "state_since", "resume_state", "wait_reason", "version", "lapses_on", "submitted_at",
    "orderer_authority", "round", "question", "ended_at",
)  # fmt: skip
NEXT_NUMBER = text("SELECT nextval('case_number')")
STORE = text("""
UPDATE access_request SET state = :state, state_since = :state_since, resume_state = :resume_state,
  wait_reason = :wait_reason, version = :version, lapses_on = :lapses_on, submitted_at = :submitted_at,
  orderer_authority = :orderer_authority, round = :round, question = :question, ended_at = :ended_at
WHERE id = :id AND version = :known_version RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Push:
    """What moves an order: who, when, what the directory says, and what is said about it."""

    actor: Actor
    now: datetime
    evidence: Evidence | None = None
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def new_case_number(now: datetime) -> str:
    """BEH-2026-000123: the local year of the draft and a number that is never used again."""
    ((number,),) = rows_of(NEXT_NUMBER, {})
    return f"BEH-{clock.local(now).year}-{number:06d}"


def draft(values: Mapping[str, Any], *, orderer_id: int, now: datetime) -> AccessRequest:
    """Keep an order before it is sent. ``values``: subject, level, kind, grant_id and the ordered fields.

    Raises NotAllowed(process_missing) for a level that no installed process handles, NotAllowed(period_reversed).
    """
    _refuse_reversed(values)
    zoning.refuse_two_owners(values)
    level, subject = values["level"], values["subject"]
    workflow = definitions.for_level(level, values.get("kind", "new"))
    order = AccessRequest(
        case_number=new_case_number(now),
        process=workflow.process,
        definition_version=workflow.version,
        kind=values.get("kind", "new"),
        subject_id=subject.id,
        orderer_id=orderer_id,
        level_id=level.id,
        **{name: values.get(name) for name in ("grant_id", "bundle_id", "finding_id")},
        guideline_version=level.system.guideline_version,
        created_at=now,
        state_since=now,
        **{name: values[name] for name in ORDERED_FIELDS if name in values} | {"scope": own_unit.scope_of(values)},
    )
    db.session.add(order)
    db.session.flush()
    return order


def _refuse_reversed(values: Mapping[str, Any]) -> None:
    """G10 before the order is stored: the database keeps none with its days turned round, not even a draft."""
    start, end = values.get("valid_from"), values.get("valid_to")
    if start and end and end < start:
        inputs = {"from": str(start), "to": str(end)}
        failed = GuardResult("G10", False, "period_reversed", "refuse", "valid_to", inputs)
        raise NotAllowed("period_reversed", guards=(failed,), trigger="submit")


def amend(order: AccessRequest, values: Mapping[str, Any], *, actor: Actor) -> None:
    """Change a draft or a returned order.

    Raises Forbidden for others than the orderer, Conflict when it is sent, NotAllowed(period_reversed).
    """
    if actor.person_id != order.orderer_id:
        raise Forbidden("not_your_order")
    if order.state not in ("draft", "returned"):
        raise Conflict("already_sent")
    _refuse_reversed(values)
    zoning.refuse_two_owners({**values, "subject": order.subject})
    for name in ORDERED_FIELDS:
        if name in values:
            setattr(order, name, values[name])
    db.session.flush()


def move(order: AccessRequest, trigger: str, push: Push, case: Case | None = None) -> machine.Move:
    """Make one move and publish it. Raises NotAllowed with the failed guards, or Conflict when the row changed."""
    case = case or facts.case_for(order, now=push.now, actor_id=push.actor.person_id, evidence=push.evidence)
    try:
        made = machine.next_state(definitions.of(order), case, trigger)
    except Refused as refusal:
        raise NotAllowed(refusal.reason, guards=refusal.guards, order_id=order.id, trigger=trigger) from refusal
    before = order.state
    _store(order, made, case, push)
    publish(
        EVENT_OF_STATE.get(made.target, events.RequestAsked)(
            request_id=order.id,
            trigger=trigger,
            state_from=before,
            state_to=made.target,
            actor=push.actor,
            at=push.now,
            round=order.round,
            reason=push.reason or made.wait_reason,
            guards=tuple(g.as_json() for g in made.guards),
            evidence=push.evidence.as_json() if push.evidence else {},
            data=recorded.with_answers(order, trigger, push.data),
            case=machine.after(definitions.of(order), case, made, on_behalf_of=push.actor.on_behalf_of_id),
        )
    )
    return made


def _store(order: AccessRequest, made: machine.Move, case: Case, push: Push) -> None:
    """The conditional UPDATE: of two who move the same order at once, the slower finds another version."""
    today = clock.local(push.now).date()
    state = definitions.of(order).states[made.target]
    new: dict[str, Any] = {
        "state": made.target,
        "state_since": order.state_since if made.stays else push.now,
        "resume_state": made.resume_state,
        "wait_reason": made.wait_reason,
        "version": order.version + 1,
        "lapses_on": clock.calendar().add(max(today, order.valid_from or today), state.lapse) if state.lapse else None,
    }
    if made.trigger == "submit":
        new |= {"submitted_at": push.now, "orderer_authority": case.orderer_authority or "self"}
    if made.trigger == "resubmit":
        new["round"] = order.round + 1
    if made.target == "returned":
        new["question"] = push.reason
    if made.target == GRANTED or state.kind == "final":
        new["ended_at"] = push.now
    kept = {name: getattr(order, name) for name in STORED if name not in new}
    changed, known = partial(Conflict, "order_changed", order_id=order.id), order.version
    send_later(STORE, {**kept, **new, "id": order.id, "known_version": known}, otherwise=changed)
    for name, value in new.items():
        set_committed_value(order, name, value)


def submit(order: AccessRequest, push: Push) -> None:
    """Send a draft, or a returned order again as a new round. Only the orderer may (G5)."""
    if push.actor.person_id != order.orderer_id:
        raise Forbidden("not_your_order")
    move(order, "submit" if order.state == "draft" else "resubmit", push)


def withdraw(order: AccessRequest, push: Push) -> None:
    """Take the order back: orderer or subject, in any state that is not final."""
    if push.actor.person_id not in (order.orderer_id, order.subject_id):
        raise Forbidden("not_your_order")
    move(order, "withdraw", push)


def decide(order: AccessRequest, task: Task, verdict: str, push: Push) -> machine.Move:
    """Answer a task: approve, reject, return or grant. First come, first served; raises AlreadyDecided.

    The actor must be among those who are asked, and may be neither subject nor orderer (G6).
    """
    if push.actor.person_id in (order.subject_id, order.orderer_id):
        raise NotAllowed("not_self", order_id=order.id, trigger=verdict)
    if verdict in ("reject", "return") and not push.reason.strip():
        raise NotAllowed("reason_needed", field="reason")
    if task.status != "open":
        raise tasks.already_decided(task.id)
    if verdict in ("approve", "grant") and order.valid_to and order.valid_to < clock.local(push.now).date():
        raise NotAllowed("period_passed", order_id=order.id, trigger=verdict)  # G10: it may have waited for months
    if asking.takes_turns(order):
        queries.hold(order.id)
        db.session.refresh(order)
    # Read before the task is closed: afterwards the decider's own answer would stand among the earlier ones (G7).
    case = facts.case_for(order, now=push.now, actor_id=push.actor.person_id, evidence=push.evidence)
    case = replace(case, step=task.step, acting_for=push.actor.on_behalf_of_id)
    chairs = _chairs(order, case, task)
    tasks.answer(task.id, verdict, push.actor, reason=push.reason, now=push.now, chairs=chairs)
    if verdict == "grant":
        ordered = {"level_id": order.level_id, "employment_id": order.employment_id, "grant_id": order.grant_id}
        kept = recorded.of(order, push.data)
        push = replace(push, data={"receipt": dict(push.data), "ordered": ordered, "recorded": kept})
    return move(order, verdict, push, case)


def _chairs(order: AccessRequest, case: Case, task: Task) -> tuple[str, ...]:
    """On which chairs of a step that needs several answers the actor sits, or whoever the actor stands in for."""
    step = definitions.of(order).step_in(order.state, case.traits, task.step)
    if step is None or not step.needs.many or case.actor is None:
        return ()
    return authority.sits_on(step, case, case.acting_for or case.actor.id)


def ask_next(event: events.RequestMoved) -> None:
    """Ask whoever the definition names for the state that the order has entered (a reaction)."""
    order = db.session.get_one(AccessRequest, event.request_id)
    assert event.case is not None
    if _stays(event):
        asking.after_an_answer(order, event.case, event.at)
        return
    for step, case in together.asked_at_once(asking.left(order, event.case), event.case):
        implicit = authority.implicit_approver(step, case)
        if implicit is not None:
            _approve_implicitly(order, step, implicit, event)
        else:
            asking.ask(order, step, case, event.at)


def _stays(event: events.RequestMoved) -> bool:
    """True when somebody has answered and the state waits for others too."""
    return event.state_from == event.state_to and event.trigger in machine.APPROVALS


def _approve_implicitly(order: AccessRequest, step: Step, by: Asked, event: events.RequestMoved) -> None:
    """An earlier act says the same, so the approval is recorded, not asked for (rules.md C1, C2, C9)."""
    actor = Actor(by.party.id, step.ask, event.actor.channel, by.on_behalf_of)
    about = {"request_id": order.id, "step": step.name, "round": order.round, "on_behalf_of_id": by.on_behalf_of}
    tasks.record_implicit(step.task, about=about, by=by.party.id, now=event.at, reason=by.why)
    assert event.case is not None
    move(order, "approve_implicitly", Push(actor, event.at, reason=by.why), replace(event.case, actor=by.party))


def close_tasks(event: events.RequestMoved) -> None:
    """Whatever was asked in the state that the order left is not needed any more (a reaction)."""
    if event.state_from == "draft" or _stays(event):
        return  # nobody is asked about a draft; where more answers are needed, the others go on
    status = "lapsed" if event.trigger == "lapse" else "closed"
    is_ended = db.session.get_one(AccessRequest, event.request_id).ended_at is not None
    tasks.close_open(request_id=event.request_id, now=event.at, status=status, is_ended=is_ended)


def resume(order: AccessRequest, push: Push) -> bool:
    """Go on with a waiting order when nothing hinders any more; False when it must go on waiting."""
    try:
        move(order, "resume", push)
    except NotAllowed as refusal:
        if refusal.reason == "still_waiting":
            return False
        raise
    return True


def escalate(task: Task, ask: str, now: datetime) -> tuple[int, ...]:
    """Ask ``ask`` as well about an order's task; returns who. Never the subject, never the orderer."""
    order = db.session.get_one(AccessRequest, task.request_id)
    case = facts.case_for(order, now=now, actor_id=None, evidence=None)
    step = definitions.of(order).step_in(order.state, case.traits, task.step)
    if step is None:
        return ()
    current = task_queries.task(task.id)
    assert current is not None
    already = frozenset(a.person_id for a in current.addressees)
    # The deputies of those who are asked in their own right, and not a deputy's own: no chains (W16).
    of = frozenset(a.person_id for a in current.addressees if ask != "deputy" or a.role != "deputy")
    asked = tuple(a for a in authority.escalate(ask, step, case, of) if a.party.id not in already)
    tasks.ask_also(task, asked, now)
    return tuple(a.party.id for a in asked)
