"""What every step in the life of a tag has in common: a conditional UPDATE, its task, and the event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from app import clock
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import services as grants
from app.grants.models import Grant
from app.premises.models import Credential
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from workflows.authority import Asked
from workflows.definition import Clock, Escalation
from workflows.events import Actor
from workflows.premises_events import CredentialChanged

HAND_OVER, SIGN, BLOCK = "hand_over", "receipt", "block"  # kinds of task
KINDS = (HAND_OVER, SIGN, BLOCK)
DAYS_TO_FETCH = 10  # rules.md C4: working days until what nobody has fetched is blocked
FETCH_CLOCK = Clock(due=DAYS_TO_FETCH, reminders=(3, 7))
SIGN_CLOCK = Clock(due=2, reminders=(1, 3), escalations=(Escalation("line_manager", 5),))
OWNER_AFTER = (Escalation("system_owner", 1), Escalation("coordinator", 2), Escalation("it_manager", 2))
BLOCK_CLOCK = Clock(due=0, anchor="due", reminders=(1,), escalations=OWNER_AFTER, noon=True)


def step(credential: Credential, *conditions: ColumnElement[bool], **values: Any) -> None:
    """Change the tag where it still is as the conditions say. Raises Conflict for the slower of two.

    The tag's row is changed before those of its rights, in every step: two steps at once wait for each other here.
    """
    changed = update(Credential).where(Credential.id == credential.id, *conditions).values(**values)
    if db.session.scalar(changed.returning(Credential.id)) is None:
        raise Conflict("credential_changed", credential_id=credential.id)
    db.session.refresh(credential)


def refuse_self(credential: Credential, actor: Actor) -> None:
    """Raises NotAllowed: nobody hands out, takes back, blocks or unblocks what they carry themselves (G6)."""
    if actor.person_id == credential.subject_id:
        raise NotAllowed("not_self")


def tell(credential: Credential, what: str, actor: Actor, now: datetime, **data: Any) -> None:
    """Publish what has happened."""
    first = next((grant.request_id for grant in credential.grants), None)
    said = {"serial": credential.serial, "kind": credential.kind, **data}
    publish(CredentialChanged(credential.id, what, credential.subject_id, first, actor, now, said))


def ask(kind: str, credential: Credential, asked: tuple[Asked, ...], now: datetime) -> None:
    """Ask for the next step about the tag. A tag is blocked the same day, also when that is no working day."""
    timing = {HAND_OVER: FETCH_CLOCK, SIGN: SIGN_CLOCK, BLOCK: BLOCK_CLOCK}[kind]
    today = clock.local(now).date()
    # The step names the tag, so that the page of a task that is done still finds it.
    about = {"grant_id": carrier(credential).id, "request_id": None, "step": f"{kind}:{credential.id}", "round": 1}
    same_day = (lambda _due: today) if kind == BLOCK else None
    task_id = tasks.ask(kind, asked, timing, now=now, about=about, keep_out=same_day)
    step(credential, task_id=task_id)


def finish(credential: Credential, verdict: str, actor: Actor, now: datetime) -> None:
    """Close what is asked about the tag: answered by who is asked, or not needed any more."""
    task = task_queries.task(credential.task_id) if credential.task_id is not None else None
    if task is None or task.status != "open":
        return
    if actor.person_id is not None and task_queries.addressee(task.id, actor.person_id) is not None:
        tasks.answer(task.id, verdict, actor, reason="", now=now)
    else:
        tasks.end(task.id, "closed", now)


def carrier(credential: Credential) -> Grant:
    """The right that tasks about the tag are filed under: one that lasts, or else the latest."""
    lasting = [grant for grant in credential.grants if grant.status in HELD]
    return (lasting or credential.grants)[-1]


def managers(credential: Credential, now: datetime) -> tuple[Asked, ...]:
    """The system's managers, or who is asked in their stead; never the holder."""
    return grants.removers(carrier(credential), clock.local(now).date())


HELD = ("pending_activation", "active", "suspended")
