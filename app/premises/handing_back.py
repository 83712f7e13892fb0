"""A tag comes back, or does not (rules.md C4). Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app import clock
from app.grants.models import Grant
from app.premises import changing, losing, queries, rights
from app.premises.models import LIVE, Credential
from app.premises.programming import PHYSICAL
from workflows.events import TIME, Actor

DAYS_TO_HAND_BACK = 2  # working days after the last day


def hand_back(credential: Credential, *, actor: Actor, now: datetime) -> None:
    """Somebody has taken the tag back: the holder gets a receipt. A right that lasts rests until there is another tag.

    Raises NotAllowed(not_self), and Conflict when it is back already.
    """
    changing.refuse_self(credential, actor)
    back = {"status": "handed_back", "handed_back_at": now, "handed_back_to_id": actor.person_id}
    changing.step(credential, Credential.status.in_(LIVE), **back)
    changing.finish(credential, "handed_back", actor, now)
    changing.tell(credential, "handed_back", actor, now)
    if queries.replacement(credential) is None:
        rights.rest(credential, rights.BLOCKED, actor, now)


def follow(credential_id: int, now: datetime) -> bool:
    """Block what nobody has fetched or signed for in ten working days, and what is not back in two; True when it is.

    Repeating it changes nothing.
    """
    credential = queries.hold(credential_id)
    today = clock.local(now).date()
    if _is_not_fetched(credential, today):
        losing.order_block(credential, losing.NOT_FETCHED, actor=TIME, now=now)
        return True
    if _is_not_back(credential, today):
        changing.step(credential, Credential.not_back_at.is_(None), not_back_at=now)
        changing.tell(credential, "not_back", TIME, now)
        if credential.block_ordered_at is None:
            losing.order_block(credential, losing.NOT_BACK, actor=TIME, now=now)
        return True
    return False


def _is_not_fetched(credential: Credential, today: date) -> bool:
    waits = credential.status in ("programmed", "handed_out") and credential.received_at is None
    return waits and credential.block_ordered_at is None and credential.due_on < today


def _is_not_back(credential: Credential, today: date) -> bool:
    if credential.status != "handed_out" or credential.not_back_at is not None:
        return False
    last = last_day(credential)
    return last is not None and clock.calendar().add(last, DAYS_TO_HAND_BACK) < today


def last_day(credential: Credential) -> date | None:
    """The last day of the rights that it carries; None while one of them lasts."""
    if any(grant.status in changing.HELD for grant in credential.grants):
        return None
    return max((_ended_on(grant) for grant in credential.grants), default=None)


def _ended_on(grant: Grant) -> date:
    ordered = clock.local(grant.revoke_ordered_at).date() if grant.revoke_ordered_at else grant.valid_from
    return min(ordered, grant.valid_to) if grant.valid_to else ordered


def hindering(grant: Grant) -> Sequence[Credential]:
    """The tags for which the end of a right cannot be confirmed: they carry nothing else, and are neither back nor
    blocked. No statement for a right that no tag carries.
    """
    if grant.level.profile != PHYSICAL:
        return ()
    return [
        credential
        for credential in queries.carrying(grant.id)
        if credential.blocked_at is None and last_day(credential) is not None
    ]
