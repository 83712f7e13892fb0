"""A sensitive right begins when its holder is introduced and has the manual, and both sides say so (rules.md C3).

First whoever introduces answers (``introduction``), then the holder (``activation``). Neither task lapses: after
five working days the line manager gets it back, and can end the right.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db
from app.errors import Conflict, Forbidden, NotAllowed
from app.events import publish
from app.grants import queries, services
from app.grants.models import Grant
from app.tasks import services as tasks
from app.tasks.models import Task
from workflows import clocks
from workflows.activation_events import GrantActivated, GrantIntroduced
from workflows.authority import Asked
from workflows.events import Actor
from workflows.grant_events import GrantIssued

INTRODUCTION, RECEIPT = "introduction", services.RECEIPT
KINDS = (INTRODUCTION, RECEIPT)
PENDING = services.PENDING


def begin(event: GrantIssued) -> None:
    """Ask the system managers to introduce the holder of a right that is not active yet (a reaction)."""
    grant = queries.grant(event.grant_id)
    assert grant is not None
    if needed(grant.level):
        _ask(INTRODUCTION, grant, services.removers(grant, clock.local(event.at).date()), event.at)


def introduce(task: Task, *, manual_version: str, note: str, actor: Actor, now: datetime) -> None:
    """The introduction is given and the manual handed over: now the holder is asked.

    Raises NotAllowed for the holder, AlreadyDecided, and Conflict when the right has ended meanwhile.
    """
    grant = _of(task)
    if actor.person_id == grant.subject_id:
        raise NotAllowed("not_self")
    tasks.answer(task.id, "introduced", actor, reason=note, now=now)
    _change(grant, introduced_by_id=actor.person_id, introduced_at=now, manual_version=manual_version)
    publish(GrantIntroduced(grant.id, grant.request_id, manual_version, actor, now))
    _ask(RECEIPT, grant, (_holder(grant),), now)


def receive(task: Task, *, actor: Actor, now: datetime) -> None:
    """The holder has been introduced and has the manual: the right is active from now on.

    Raises Forbidden for everybody else, AlreadyDecided, and Conflict when the right has ended meanwhile.
    """
    grant = _of(task)
    if actor.person_id != grant.subject_id:
        raise Forbidden("not_your_task", names=grant.subject.display_name)
    tasks.answer(task.id, "received", actor, reason="", now=now)
    activate(grant, actor=actor, now=now)


def activate(grant: Grant, *, actor: Actor, now: datetime) -> None:
    """The right may be used from now on, if the directory has confirmed it. Raises Conflict when it has ended, or is
    active already.
    """
    if grant.waits_for_directory:
        _change(grant, received_at=now)
        return
    _change(grant, received_at=now, status="active")
    publish(GrantActivated(grant.id, grant.request_id, grant.manual_version, actor, now))


def needed(level: AccessLevel) -> bool:
    """True for a level whose rights begin with an introduction."""
    return level.profile in services.INTRODUCED


def _of(task: Task) -> Grant:
    grant = queries.grant(task.grant_id or 0)
    assert grant is not None
    return grant


def _change(grant: Grant, **values: object) -> None:
    """Change a right that is still waiting; of two acts at once the slower finds it changed."""
    changed = update(Grant).where(Grant.id == grant.id, Grant.status == PENDING)
    if db.session.scalar(changed.values(version=Grant.version + 1, **values).returning(Grant.id)) is None:
        raise Conflict("grant_ended", grant_id=grant.id)
    for name, value in values.items():
        set_committed_value(grant, name, value)


def _ask(kind: str, grant: Grant, asked: tuple[Asked, ...], now: datetime) -> None:
    about = {"grant_id": grant.id, "request_id": None, "step": kind, "round": 1}
    tasks.ask(kind, asked, clocks.activation_clock(), now=now, about=about)


def _holder(grant: Grant) -> Asked:
    return services.asked_person("subject", grant.subject)
