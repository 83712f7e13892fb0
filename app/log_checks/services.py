"""Saving and signing a check, and whom its task asks. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import clock
from app.db import db
from app.errors import Conflict, Forbidden, NotAllowed
from app.events import publish
from app.log_checks import people, queries
from app.log_checks.models import LogCheck, LogCheckItem
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import log_check as rules
from workflows.events import Actor, TaskEscalated
from workflows.log_check_events import LogCheckSaved, LogCheckSigned, LogCheckTaskLeft, LogCheckTaskRang


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody has filled in. ``answers`` are result and note by the item's id. ``version`` is what they saw."""

    answers: Mapping[int, tuple[str, str]]
    version: int
    action: str = ""
    colleague_cases: int | None = None
    protected_cases: int | None = None


def save(task: Task, said: Said, *, actor: Actor, now: datetime) -> LogCheck:
    """Keep what is answered so far. Raises NotAllowed with ``faults`` by field, Conflict when somebody saved meanwhile.

    Forbidden for who may not look: whoever was drawn, or has lost the role since.
    """
    check = _held(task, said, actor, now)
    _refuse(_faults(check, said, is_final=False))
    _keep(check, said, actor, now)
    return check


def sign(task: Task, said: Said, *, actor: Actor, now: datetime) -> LogCheck:
    """Keep the last answers and close the check with the actor's name.

    Raises as ``save`` and when an answer, a count or the words about a deviation are missing; AlreadyDecided.
    """
    check = _held(task, said, actor, now)
    _refuse(_faults(check, said, is_final=True))
    _keep(check, said, actor, now)
    tasks.answer(task.id, "signed", actor, reason="", now=now)
    check.done_at, check.done_by_id, check.done_for_id = now, actor.person_id, actor.on_behalf_of_id
    db.session.flush()
    results = [item.result for item in check.items]
    figures: dict[str, Any] = {result: results.count(result) for result in rules.RESULTS}
    figures |= {"users": check.user_count, "people": len(results), "action": check.action}
    figures |= {"colleague_cases": check.colleague_cases, "protected_cases": check.protected_cases}
    figures["emergencies"] = [[e.id, e.followed_up_at is not None] for e in queries.emergencies(check)]
    publish(LogCheckSigned(check.id, check.system_id, actor, now, data=figures))
    return check


def _held(task: Task, said: Said, actor: Actor, now: datetime) -> LogCheck:
    check = queries.held(task.log_check_id or 0)
    drawn = {item.person_id for item in check.items}
    if actor.person_id in drawn or actor.on_behalf_of_id in drawn:
        raise NotAllowed("not_self")
    if actor.person_id not in {asked.party.id for asked in people.within(task, now)}:
        raise Forbidden("mandate_ended")
    if check.done_at is not None:
        raise tasks.already_decided(task.id)
    if said.version != check.version:
        raise Conflict("changed_meanwhile", version=check.version)
    return check


def _faults(check: LogCheck, said: Said, *, is_final: bool) -> dict[str, str]:
    """What is wrong, by field: ``result_<id>`` or ``note_<id>`` of an item, action, and the two counts."""
    found: dict[str, str] = {}
    for item in check.items:
        result, note = said.answers.get(item.id, ("", ""))
        if fault := rules.fault(result, note, is_final=is_final):
            found[f"{'result' if fault == 'answer_needed' else 'note'}_{item.id}"] = fault
    deviates = is_final and any(result == rules.DEVIATION for result, _note in said.answers.values())
    if fault := rules.action_fault(said.action, has_deviation=deviates):
        found["action"] = fault
    for field in ("colleague_cases", "protected_cases"):
        count = getattr(said, field)
        if (is_final and count is None) or (count is not None and not 0 <= count <= rules.MOST_CASES):
            found[field] = "count_needed"
    return found


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise NotAllowed("incomplete", faults=dict(faults))


def _keep(check: LogCheck, said: Said, actor: Actor, now: datetime) -> None:
    """Store what differs; who answered, and when, is of the latest change of each."""
    changed = [item for item in check.items if _answer(item, *said.answers.get(item.id, ("", "")), actor, now)]
    about = (said.action.strip(), said.colleague_cases, said.protected_cases)
    if not changed and about == (check.action, check.colleague_cases, check.protected_cases):
        return
    check.action, check.colleague_cases, check.protected_cases = about
    check.version += 1
    db.session.flush()
    answers = [{"person": item.person_id, "result": item.result, "note": item.note} for item in changed]
    publish(LogCheckSaved(check.id, check.system_id, actor, now, data={"answers": answers}))


def _answer(item: LogCheckItem, result: str, note: str, actor: Actor, now: datetime) -> bool:
    if (item.result, item.note) == (result, note.strip()):
        return False
    item.result, item.note = result, note.strip()
    item.answered_at, item.answered_by_id = (now, actor.person_id) if result else (None, None)
    return True


def rang(event: LogCheckTaskRang) -> None:
    """Nobody has signed in time: ask who stands above as well (a reaction)."""
    task = task_queries.task(event.task_id)
    if task is None or task.status != "open":
        return
    asked = people.escalate(task, event.ask, event.at)
    tasks.ask_also(task, asked, event.at)
    publish(TaskEscalated(task.id, event.act, tuple(a.party.id for a in asked), event.at))


def left(event: LogCheckTaskLeft) -> None:
    """Ask those whom the rules name today and who are not asked yet (a reaction)."""
    task = task_queries.task(event.task_id)
    if task is None:
        return
    check = people.of_task(task)
    known, drawn = tasks.spared(task), queries.drawn(check.id)
    asked = [a for a in people.addressees(check.system, drawn, clock.local(event.at).date()) if a.party.id not in known]
    if asked:
        tasks.ask_also(task, tuple(asked), event.at)
