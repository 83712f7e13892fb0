"""The control of an emergency: the manager's answer, the owner's follow-up, what is late, and the end of it (C7).

Callers hold the transaction. Every act locks the emergency first (``emergency_queries.held``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import clock
from app.db import db
from app.errors import NotAllowed
from app.events import publish
from app.grants import emergency_people as people
from app.grants import emergency_queries as queries
from app.grants import services
from app.grants.models import Emergency
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import emergency
from workflows import emergency_events as events
from workflows.definition import Step
from workflows.events import TIME, Actor
from workflows.personal_numbers import find_personnummer

KINDS = frozenset(emergency.STEPS)
SHORTEST_TEXT = 20
DISAPPROVED = "emergency_disapproved"


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """What the owner looked at and found. The log itself never enters the product (rules.md C3)."""

    sample: str
    result: str
    lesson: str
    misused: bool = False


def judge(task: Task, approved: bool, reason: str, *, actor: Actor, now: datetime) -> None:
    """The line manager's answer afterwards. No ends the right at once, and is a deviation.

    Raises NotAllowed: not_self, reason_needed, personnummer; AlreadyDecided, Forbidden.
    """
    found = _held_of(task, actor)
    if not approved and not reason.strip():
        raise NotAllowed("reason_needed", field="reason")
    if find_personnummer(reason):
        raise NotAllowed("personnummer", field="reason")
    verdict = "approve" if approved else "disapprove"
    tasks.answer(task.id, verdict, actor, reason=reason.strip(), now=now)
    found.approved, found.approved_by_id, found.approved_at = approved, actor.person_id, now
    found.approval_reason = reason.strip()
    db.session.flush()
    publish(told(events.EmergencyJudged, found, actor, now, reason.strip(), approved=approved))
    if not approved:
        _deviate(found, ("disapproved",), actor, now)
        services.order_revocation(found.grant, reason=DISAPPROVED, actor=actor, now=now)
    close_if_done(found, now)


def follow_up(task: Task, said: FollowedUp, *, actor: Actor, now: datetime) -> None:
    """What the owner found in the target system's log. Raises NotAllowed: not_self, reason_too_short, personnummer."""
    found = _held_of(task, actor)
    for field in ("sample", "result"):
        check_text(getattr(said, field), field)
    if find_personnummer(said.lesson):
        raise NotAllowed("personnummer", field="lesson")
    tasks.answer(task.id, "followed_up", actor, reason="", now=now)
    found.sample, found.result, found.lesson = said.sample.strip(), said.result.strip(), said.lesson.strip()
    found.followed_up_at, found.followed_up_by_id = now, actor.person_id
    db.session.flush()
    facts: dict[str, Any] = {"sample": found.sample, "result": found.result, "misused": said.misused}
    publish(told(events.EmergencyFollowedUp, found, actor, now, **facts))
    if said.misused:
        _deviate(found, ("misused",), actor, now)
    close_if_done(found, now)


def watch(emergency_id: int, now: datetime) -> bool:
    """Note what has not been answered in time: a deviation, once. False when all is in time."""
    found = queries.held(emergency_id)
    missing = emergency.late(control_of(found), clock.local(now).date()) if found.state == "open" else ()
    if missing:
        _deviate(found, missing, TIME, now)
    return bool(missing)


def close(task: Task, lesson: str, is_incident: bool, *, actor: Actor, now: datetime) -> None:
    """The coordinator's last word on one with a deviation; what nobody has answered until then stays unanswered.

    Raises NotAllowed: not_self, still_alive, reason_too_short, personnummer.
    """
    found = _held_of(task, actor)
    if found.ended_at is None:
        raise NotAllowed("still_alive", field="lesson")
    check_text(lesson, "lesson")
    tasks.answer(task.id, "close", actor, reason="", now=now)
    found.is_incident = is_incident
    found.lesson = "\n\n".join(filter(None, (found.lesson, lesson.strip())))
    for kind in KINDS - {task.kind}:
        _stop_asking(found, kind, now)
    _close(found, "closed_deviation", actor, now)


def control_of(found: Emergency) -> emergency.Control:
    """How far the control has come, as the rules see it."""
    return emergency.Control(
        ended=found.ended_at is not None,
        approved=found.approved,
        followed_up=found.followed_up_at is not None,
        approve_by=found.approve_by,
        follow_up_by=found.follow_up_by,
        deviations=frozenset(found.deviations),
    )


def _deviate(found: Emergency, codes: tuple[str, ...], actor: Actor, now: datetime) -> None:
    first, found.deviations = not found.deviations, [*found.deviations, *codes]
    db.session.flush()
    about = {"codes": list(codes), "system": found.level.system_id, "person": found.subject_id}
    publish(told(events.EmergencyDeviated, found, actor, now, ", ".join(codes), **about))
    if first:
        ask(emergency.CLOSING, found, now, due_on=found.close_by)


def close_if_done(found: Emergency, now: datetime) -> None:
    """Close what has nothing left to ask and no deviation."""
    if found.state == "open" and emergency.closes_by_itself(control_of(found)):
        _close(found, "closed", TIME, now)


def _close(found: Emergency, state: str, actor: Actor, now: datetime) -> None:
    found.state, found.closed_at, found.closed_by_id = state, now, actor.person_id
    db.session.flush()
    facts: dict[str, Any] = {"state": state, "lesson": found.lesson, "incident": found.is_incident}
    publish(told(events.EmergencyClosed, found, actor, now, **facts))


def _held_of(task: Task, actor: Actor) -> Emergency:
    """The emergency of the task, locked. Raises NotAllowed(not_self) for who took another part in it (G6)."""
    found = queries.held(people.of_task(task).id)
    barred = {found.subject_id, found.orderer_id, found.granted_by_id, found.granted_for_id} - {None}
    if actor.person_id in barred or actor.on_behalf_of_id in barred:
        raise NotAllowed("not_self")
    return found


def check_text(text: str, field: str) -> None:
    """Raises NotAllowed beside ``field``: reason_too_short, personnummer."""
    if len(text.strip()) < SHORTEST_TEXT:
        raise NotAllowed("reason_too_short", field=field)
    if find_personnummer(text):
        raise NotAllowed("personnummer", field=field)


def ask(step: Step, found: Emergency, now: datetime, *, due_on: date | None = None) -> None:
    """Ask a step of the control of those whom the rules name today."""
    asked = people.addressees(step, found, clock.local(now).date())
    about = {"grant_id": found.grant_id, "request_id": None, "step": step.name, "round": 1}
    keep = None if due_on is None else lambda _day: max(due_on, clock.local(now).date())
    tasks.ask(step.task, asked, step.clock, now=now, about=about, keep_out=keep)


def _stop_asking(found: Emergency, kind: str, now: datetime) -> None:
    asking = db.session.query(Task.id).filter_by(grant_id=found.grant_id, kind=kind, status="open")
    for (task_id,) in asking:
        tasks.end(task_id, "closed", now)


def told(
    what: type[events.EmergencyMoved], found: Emergency, actor: Actor, now: datetime, reason: str = "", **data: object
) -> events.EmergencyMoved:
    """The event, with ``data`` for the log."""
    return what(found.id, found.request_id, actor, now, reason, data)
