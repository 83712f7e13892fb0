"""Putting mails into the outbox. They leave the house after the commit, and only from ``sending``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from flask import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy.dialects.postgresql import insert

from app.db import after_commit, db
from app.notifications.letter import Letter
from app.notifications.models import OutboxMail

SEND_TASK = "behorig.send_mail"
log = structlog.get_logger()


def queue(letter: Letter, *, now: datetime) -> int:
    """Queue one mail; 1 when it is new, 0 when one with its key was queued before."""
    return queue_all([letter], now=now)


def queue_all(letters: Sequence[Letter], *, now: datetime) -> int:
    """Queue mails in one INSERT, in the caller's transaction. Returns how many are new."""
    if not letters:
        return 0
    rows = [
        {
            "key": letter.key,
            "template": letter.template,
            "recipient_id": letter.recipient_id,
            "mailbox": letter.mailbox,
            "task_id": letter.task_id,
            "data": dict(letter.data),
            "queued_at": now,
            "next_attempt_at": now,
        }
        for letter in letters
    ]
    statement = insert(OutboxMail).values(rows).on_conflict_do_nothing(index_elements=["key"]).returning(OutboxMail.id)
    new = len(db.session.execute(statement).scalars().all())
    if new:
        after_commit(nudge)
    return new


def nudge() -> None:
    """Tell the worker that there is mail. It may be lost: the sweep finds the rows (house.md, principle 6)."""
    celery = current_app.extensions.get("celery")
    if celery is None:
        return
    try:
        celery.send_task(SEND_TASK, retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("mail_nudge_lost", error=type(error).__name__)
