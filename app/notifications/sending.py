"""From a row of the outbox to a mail that a server has taken: claim, prepare, send, settle.

Three short transactions, so that a crash at any point loses nothing: the claim pushes ``next_attempt_at``
forward (the lease), the link is committed before the mail can be read, and the row is ``sent`` only when the
server has taken the mail. At least once on the wire; a mail that goes twice has the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum

import structlog
from flask import current_app
from sqlalchemy import select, update

from app import clock
from app.config import Settings
from app.db import db, transaction
from app.events import publish
from app.notifications import message, preparing
from app.notifications.models import OutboxMail
from app.notifications.rendering import Unrenderable
from app.notifications.transport import AddressRefused, NotNow, Transport, TransportDown
from workflows.events import MailFailed

# Longer than any one send can last: every SMTP step has the settings' time-out, and there are about eight.
LEASE = timedelta(minutes=10)
LONGEST_BACK_OFF = timedelta(minutes=60)
# After two days of "not now" for one address, a person has to look at it. Our own server may be down for ever.
PATIENCE = timedelta(days=2)

log = structlog.get_logger()


class Outcome(StrEnum):
    """How it went with one mail. ``down``: the server is away, so that the others need not be tried now."""

    SENT = "sent"
    DROPPED = "dropped"
    LATER = "later"
    FAILED = "failed"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may be sent: kept outside the transaction while the server is spoken to."""

    message: EmailMessage
    address: str
    subject: str


def send_next(now: datetime) -> Outcome | None:
    """Claim and send the mail that has waited longest; None when none is due. Call without a transaction.

    Safe in several workers at once: a claimed row is skipped by the others until its lease ends.
    """
    with transaction():
        mail_id = _claim(now)
    if mail_id is None:
        return None
    try:
        ready = _prepare(mail_id, now)
        if ready is None:
            return Outcome.DROPPED
        Transport(_settings()).send(ready.message)
    except TransportDown as error:
        return _postpone(mail_id, now, error, Outcome.DOWN)
    except NotNow as error:
        return _postpone(mail_id, now, error, Outcome.LATER)
    except (AddressRefused, Unrenderable) as error:
        with transaction():
            return _fail(mail_id, error)
    with transaction():
        _settle(mail_id, status="sent", sent_at=now, sent_to=ready.address, subject=ready.subject, error="")
    return Outcome.SENT


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4 ... minutes, at most an hour."""
    return min(timedelta(minutes=2 ** min(max(attempts - 1, 0), 10)), LONGEST_BACK_OFF)


def _claim(now: datetime) -> int | None:
    waiting_longest = (
        select(OutboxMail.id)
        .where(OutboxMail.status == "queued", OutboxMail.next_attempt_at <= now)
        .order_by(OutboxMail.next_attempt_at, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return db.session.scalar(
        update(OutboxMail)
        .where(OutboxMail.id == waiting_longest)
        .values(attempts=OutboxMail.attempts + 1, next_attempt_at=now + LEASE)
        .returning(OutboxMail.id)
        .execution_options(synchronize_session=False)
    )


def _prepare(mail_id: int, now: datetime) -> Ready | None:
    """The mail in words, its link committed; None when it is not needed any more, which is then written."""
    with transaction():
        mail = db.session.get_one(OutboxMail, mail_id)
        receiver = preparing.receiver_of(mail)
        needless = preparing.why_needless(mail, receiver)
        if needless:
            _settle(mail_id, status="dropped", error=needless)
            return None
        rendered = preparing.in_words(mail, receiver, now)
        envelope = message.Envelope(receiver.address, receiver.shown_name, mail.key, clock.local(now))
        return Ready(message.compose(envelope, rendered, _settings()), receiver.address, rendered.subject)


def _postpone(mail_id: int, now: datetime, error: Exception, outcome: Outcome) -> Outcome:
    with transaction():
        mail = db.session.get_one(OutboxMail, mail_id)
        if outcome is Outcome.LATER and now - mail.queued_at > PATIENCE:
            return _fail(mail_id, error)
        _settle(mail_id, next_attempt_at=now + back_off(mail.attempts), error=str(error))
        log.warning("mail_postponed", mail=mail_id, attempts=mail.attempts, error=type(error).__name__)
    return outcome


def _fail(mail_id: int, error: Exception) -> Outcome:
    """No more tries: the trouble surfaces on the task (email-decisions.md, point 9)."""
    mail = db.session.get_one(OutboxMail, mail_id)
    _settle(mail_id, status="failed", error=str(error))
    log.error("mail_failed", mail=mail_id, template=mail.template, error=type(error).__name__)
    publish(MailFailed(mail_id, mail.task_id, mail.recipient_id, str(error)))
    return Outcome.FAILED


def _settle(mail_id: int, **values: object) -> None:
    """Write the outcome, unless another worker has done so: a slow one may not undo what is settled."""
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.status == "queued")
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
