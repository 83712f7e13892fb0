"""A tag is lost, blocked, and perhaps found again (rules.md C4). Callers hold the transaction."""

from __future__ import annotations

from datetime import datetime

from app import clock
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.grants import services as grants
from app.premises import changing, programming, queries, rights
from app.premises.models import Credential
from app.tasks import queries as task_queries
from app.tasks import services as tasks
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer

LOST, NOT_FETCHED, NOT_BACK = "lost", "not_fetched", "not_back"  # why a tag is blocked
LONGEST_NOTE = 500


def report(credential: Credential, note: str, *, actor: Actor, now: datetime) -> None:
    """The tag is lost: its rights rest from now, and the system's managers block it the same day.

    Anybody may report it, at any time. Raises NotAllowed(personnummer); Conflict when it is reported already, or
    handed back.
    """
    if find_personnummer(note):
        raise NotAllowed("personnummer", field="note")
    was_blocked = credential.block_ordered_at is not None
    changing.step(
        credential,
        Credential.status.in_(("programmed", "handed_out")),
        status="lost",
        lost_at=now,
        lost_by_id=actor.person_id,
        lost_note=note.strip()[:LONGEST_NOTE],
    )
    changing.tell(credential, "lost", actor, now)
    rights.rest(credential, rights.LOST, actor, now)
    if not was_blocked:
        _ask_to_block(credential, LOST, actor, now)


def order_block(credential: Credential, reason: str, *, actor: Actor, now: datetime) -> None:
    """Somebody has not fetched the tag, or not handed it back: it is to be blocked. Raises Conflict."""
    _ask_to_block(credential, reason, actor, now)
    rights.rest(credential, rights.BLOCKED, actor, now)


def _ask_to_block(credential: Credential, reason: str, actor: Actor, now: datetime) -> None:
    """The managers and the functional mailbox hear at once, whatever the hour."""
    ordered = {"block_ordered_at": now, "block_reason": reason}
    changing.step(credential, Credential.block_ordered_at.is_(None), Credential.status != "handed_back", **ordered)
    changing.finish(credential, reason, actor, now)
    changing.ask(changing.BLOCK, credential, changing.managers(credential, now), now)
    changing.tell(credential, "block_ordered", actor, now, why=reason)
    mailbox = credential.system.functional_mailbox
    task = task_queries.task(credential.task_id or 0)
    if mailbox and task is not None:
        publish(tasks.asked_also(task, (), now, mailbox))


def confirm_blocked(credential: Credential, *, actor: Actor, now: datetime) -> None:
    """The tag opens nothing any more. Raises NotAllowed(not_self), and Conflict when it is blocked or found already."""
    changing.refuse_self(credential, actor)
    to_do = Credential.block_ordered_at.is_not(None), Credential.blocked_at.is_(None)
    changing.step(credential, *to_do, Credential.status != "handed_back", blocked_at=now, blocked_by_id=actor.person_id)
    changing.finish(credential, "blocked", actor, now)
    changing.tell(credential, "blocked", actor, now)


def unblock(credential: Credential, *, actor: Actor, now: datetime) -> None:
    """The tag is found, or fetched after all: it opens again what its rights give. The system's managers alone do it.

    Raises NotAllowed(not_self); Conflict when another tag has taken its place, or when its rights have ended.
    """
    changing.refuse_self(credential, actor)
    queries.hold(credential.id)
    if queries.replacement(credential) is not None:
        raise Conflict("credential_replaced", credential_id=credential.id)
    if not any(grant.status in changing.HELD for grant in credential.grants):
        raise NotAllowed("nothing_to_carry")
    back = "handed_out" if credential.handed_out_at is not None else "programmed"
    today = clock.local(now).date()
    changing.step(
        credential,
        Credential.block_ordered_at.is_not(None),
        Credential.status != "handed_back",
        status=back,
        **dict.fromkeys(("block_ordered_at", "blocked_at", "blocked_by_id", "lost_at", "lost_by_id"), None),
        block_reason="",
        lost_note="",
        due_on=clock.calendar().add(today, changing.DAYS_TO_FETCH),
    )
    changing.finish(credential, "found", actor, now)
    changing.tell(credential, "found", actor, now)
    _go_on(credential, actor, now)


def _go_on(credential: Credential, actor: Actor, now: datetime) -> None:
    """Where the tag was on its way to: into a hand, to a receipt, or in use."""
    if credential.status == "programmed":
        programming.ask_to_hand_over(credential, now)
    elif credential.received_at is None:
        changing.ask(changing.SIGN, credential, (grants.asked_person("subject", credential.subject),), now)
    else:
        rights.begin(credential, actor, now)
