"""Making, finding, spending and killing decision links (email-decisions.md, point 4)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, select, text, update

from app.db import db, send_later
from app.links.models import DecisionLink

TOKEN_BYTES = 32
LONGEST_TOKEN = 128
# Written out, because every answer runs the first.
REVOKE = text("""
UPDATE decision_link SET revoked_at = :now
WHERE task_id = :task_id AND (CAST(:person_id AS integer) IS NULL OR person_id = :person_id)
  AND used_at IS NULL AND revoked_at IS NULL RETURNING id
""")
REVOKE_ALL = text("""
UPDATE decision_link SET revoked_at = :now
WHERE person_id = :person_id AND used_at IS NULL AND revoked_at IS NULL RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link is bound to. It decides nothing for another task, person, round or version of the order."""

    task_id: int
    person_id: int
    round: int
    request_version: int
    expires_at: datetime


class LinkState(StrEnum):
    """What a link is good for. Everything but ``usable`` is answered with a page that says why."""

    USABLE = "usable"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


def hashed(token: str) -> bytes:
    """The only form in which a token is stored. A fast hash is enough for 256 bits of randomness."""
    return hashlib.sha256(token.encode()).digest()


def make(terms: Terms, *, now: datetime) -> str:
    """A new token, to be put into one mail and nowhere else; its hash is stored with the terms."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        DecisionLink(
            token_hash=hashed(token),
            task_id=terms.task_id,
            person_id=terms.person_id,
            round=terms.round,
            request_version=terms.request_version,
            created_at=now,
            expires_at=terms.expires_at,
        )
    )
    db.session.flush()
    return token


def find(token: str) -> DecisionLink | None:
    """The link of a token in whatever state; None for a token that never was. Reads only."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(select(DecisionLink).where(DecisionLink.token_hash == hashed(token)))


def state(link: DecisionLink, *, now: datetime, task_status: str, request_version: int, round: int) -> LinkState:
    """What the link is good for at ``now``, given how its task and its order stand at present."""
    if link.used_at is not None:
        return LinkState.USED
    if link.revoked_at is not None or not link.is_of_this_database:
        return LinkState.REVOKED
    if link.expires_at <= now:
        return LinkState.EXPIRED
    if task_status != "open" or (link.round, link.request_version) != (round, request_version):
        return LinkState.SUPERSEDED
    return LinkState.USABLE


def use(link_id: int, *, now: datetime) -> bool:
    """Spend the link. False when somebody else was first, or when it has died: then nothing may follow.

    A link from before the database was restored is dead: it may have been spent after the copy was taken.

    One conditional UPDATE: of two that come at the same instant the database lets one through.
    """
    spent = db.session.execute(
        update(DecisionLink)
        .where(
            DecisionLink.id == link_id,
            DecisionLink.used_at.is_(None),
            DecisionLink.revoked_at.is_(None),
            DecisionLink.expires_at > now,
            DecisionLink.is_of_this_database,
        )
        .values(used_at=now)
        .returning(DecisionLink.id)
    )
    return spent.scalar_one_or_none() is not None


def revoke_for_task(task_id: int, *, now: datetime, person_id: int | None = None) -> int:
    """Kill the unspent links of a task, or of one person of it (who passed it on). Returns how many died."""
    return _revoke(now=now, task_id=task_id, person_id=person_id)


def kill_for_task(task_id: int, *, now: datetime, person_id: int | None = None) -> None:
    """As ``revoke_for_task``, where nobody asks how many: it travels with what is sent next."""
    send_later(REVOKE, {"now": now, "task_id": task_id, "person_id": person_id})


def revoke_for_tasks(task_ids: Select[int], *, now: datetime) -> int:
    """Kill the unspent links of every task that the statement finds. Returns how many died."""
    unspent = DecisionLink.used_at.is_(None), DecisionLink.revoked_at.is_(None)
    killed = update(DecisionLink).where(DecisionLink.task_id.in_(task_ids), *unspent).values(revoked_at=now)
    return len(db.session.scalars(killed.returning(DecisionLink.id)).all())


def revoke_for_person(person_id: int, *, now: datetime) -> int:
    """Kill every unspent link of somebody who has left or may not decide any more. Returns how many died."""
    return _revoke(now=now, task_id=None, person_id=person_id)


def _revoke(*, now: datetime, task_id: int | None, person_id: int | None) -> int:
    given = {"now": now, "task_id": task_id, "person_id": person_id}
    return len(db.session.scalars(REVOKE if task_id is not None else REVOKE_ALL, given).all())
