"""Answering a matter's task: the same act from the mail's link and after login. A refused try is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db import transaction
from app.errors import NotAllowed
from app.events import publish
from app.matters import definitions, facts, queries, services
from app.matters.models import Matter
from app.tasks.models import Task
from workflows.events import Actor
from workflows.matter_events import MatterMoveRefused

BACK = ("return", "reject")


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says: a verdict, why, and what the step asks them to fill in."""

    verdict: str
    reason: str
    answers: Mapping[str, Any]


def verdicts(matter: Matter, task: Task) -> tuple[str, ...]:
    """What the definition lets whoever is asked say: what leads on first, then return and reject."""
    workflow = definitions.of(matter)
    traits = facts.traits_of(matter)
    by = ("step", "steps", task.step)
    rules = [t for t in workflow.transitions if t.source == matter.state and t.by in by and t.applies_to(traits)]
    found = dict.fromkeys(t.trigger for t in rules)
    return (*(code for code in found if code not in BACK), *(code for code in BACK if code in found))


def answer(task: Task, given: Answer, actor: Actor, *, now: datetime) -> None:
    """Answer the task in one transaction. Raises AlreadyDecided, NotAllowed."""
    try:
        with transaction():
            matter = queries.hold(task.matter_id or 0)
            push = services.Push(actor, now, given.reason, given.answers)
            services.decide(matter, task, given.verdict, push)
    except NotAllowed as refusal:
        keep_refused(refusal, task.matter_id or 0, given.verdict, actor, now)
        raise


def keep_refused(refusal: NotAllowed, matter_id: int, trigger: str, actor: Actor, now: datetime) -> None:
    """Record a refused try with its guards, in a transaction of its own: that of the try is gone."""
    guards = tuple(g.as_json() for g in refusal.guards)
    with transaction():
        publish(MatterMoveRefused(matter_id, trigger, refusal.reason, actor, now, guards))
