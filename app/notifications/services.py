"""Putting mails into the outbox. They leave the house after the commit, and only from ``sending``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import structlog
from flask import current_app
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from app.db import Row, after_commit, rows_of, write_late
from app.notifications.letter import Letter

SEND_TASK = "behorig.send_mail"
NUDGED = "behorig:mail-nudged"
WAIT = 0.5  # seconds
NUDGE_LASTS = 2000  # milliseconds: so long at most is a worker thought to be on its way
# However many mails a transaction has, they are one statement.
INSERT = text("""
WITH new AS (
  INSERT INTO outbox_mail (key, template, recipient_id, mailbox, task_id, data, queued_at, next_attempt_at,
    status, attempts, sent_to, subject, error)
  SELECT key, template, recipient_id, mailbox, task_id, data, queued_at, queued_at, 'queued', 0, '', '', ''
  FROM ROWS FROM (json_to_recordset(:rows) AS (
    key text, template text, recipient_id integer, mailbox text, task_id integer, data jsonb, queued_at timestamptz
  )) WITH ORDINALITY AS given (key, template, recipient_id, mailbox, task_id, data, queued_at, place)
  ORDER BY place ON CONFLICT (key) DO NOTHING RETURNING id
) SELECT count(*) AS queued FROM new
""")
log = structlog.get_logger()


def queue(letter: Letter, *, now: datetime) -> None:
    """Queue one mail, unless one with its key was queued before."""
    queue_all([letter], now=now)


def queue_all(letters: Sequence[Letter], *, now: datetime) -> None:
    """Queue mails in the caller's transaction; each key once, however often it is asked for."""
    rows = [
        {
            "key": letter.key,
            "template": letter.template,
            "recipient_id": letter.recipient_id,
            "mailbox": letter.mailbox,
            "task_id": letter.task_id,
            "data": dict(letter.data),
            "queued_at": now.isoformat(),
        }
        for letter in letters
    ]
    write_late(_insert, rows)


def _insert(rows: list[Row]) -> None:
    if rows and rows_of(INSERT, {"rows": json.dumps(rows, ensure_ascii=False)})[0].queued:
        after_commit(nudge)


def nudge() -> None:
    """Tell the worker that there is mail, unless it has been told and has not begun yet.

    The nudge may be lost: the sweep finds the rows (house.md, principle 6).
    """
    celery = current_app.extensions.get("celery")
    if celery is None:
        return
    try:
        if _redis().set(NUDGED, 1, nx=True, px=NUDGE_LASTS):
            celery.send_task(SEND_TASK, retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("mail_nudge_lost", error=type(error).__name__)


def take_nudge() -> None:
    """The worker begins to look: whatever is committed from now on nudges anew."""
    try:
        _redis().delete(NUDGED)
    except RedisError as error:
        log.warning("mail_nudge_not_taken", error=type(error).__name__)


def _redis() -> Redis:
    known = current_app.extensions
    if "outbox_redis" not in known:
        url = known["settings"].redis_url
        known["outbox_redis"] = Redis.from_url(url, socket_timeout=WAIT, socket_connect_timeout=WAIT)
    found: Redis = known["outbox_redis"]
    return found
