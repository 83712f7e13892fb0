"""What becomes of rights when a campaign is over (rules.md C8): answers have their effect, and so does silence.

It is done in chunks, each in a transaction of its own, and an item has an outcome from then on: who is killed begins
where it stopped, and nothing happens twice. Callers hold the transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select, text

from app import clock
from app.db import db
from app.events import publish
from app.grants import services as grants
from app.grants import suspending
from app.grants.models import Grant
from app.reviews.models import ReviewCampaign, ReviewItem
from workflows import access_review as rules
from workflows.events import TIME, Actor
from workflows.review_events import ReviewApplied, ReviewMoved

CHUNK = 200
REVIEW, UNANSWERED = "review", "review_unanswered"  # why a right was removed
HELD = ("pending_activation", "active", "suspended")
KEPT = text("""
UPDATE review_item SET outcome = 'kept' WHERE campaign_id = :campaign AND outcome = '' AND verdict = 'keep'
""")
ATTEST = text("""
UPDATE access_grant g SET source = 'legacy_attested', version = g.version + 1 FROM review_item i
WHERE i.campaign_id = :campaign AND i.verdict = 'keep' AND i.outcome = '' AND g.id = i.grant_id AND g.source = 'legacy'
""")
STAY = text("""
UPDATE review_item SET outcome = 'undecided'
WHERE campaign_id = :campaign AND outcome = '' AND verdict = '' AND profile = 'basic'
""")


def begin(campaign: ReviewCampaign, now: datetime) -> None:
    """The time is out: no answer is taken any more. What would take too much away stops and waits for somebody."""
    campaign.state, campaign.applied_at = "applying", now
    gone = _would_go(campaign.id)
    if rules.stops(gone, campaign.item_count):
        campaign.stopped_at = now
    db.session.flush()
    said = {"would_remove": gone, "items": campaign.item_count}
    publish(ReviewMoved(campaign.id, "stopped" if campaign.stopped_at else "applying", TIME, now, data=said))


def _would_go(campaign_id: int) -> int:
    silent = ReviewItem.verdict == "", ReviewItem.profile != "basic"
    goes = or_(ReviewItem.verdict == rules.REMOVE, silent[0] & silent[1])
    wanted = select(func.count()).where(ReviewItem.campaign_id == campaign_id, ReviewItem.outcome == "", goes)
    return db.session.scalar(wanted) or 0


def is_held_back(campaign: ReviewCampaign) -> bool:
    """Has it stopped, and nobody released it?"""
    return campaign.stopped_at is not None and campaign.released_at is None


def keep(campaign_id: int) -> None:
    """What stays needs no act: all of it at once. What was there before and is kept is attested from now on."""
    for statement in (ATTEST, KEPT, STAY):
        db.session.execute(statement, {"campaign": campaign_id})


def chunk(campaign_id: int, now: datetime) -> int:
    """Let the next rights follow their answer, or the silence; how many. 0: all of them have."""
    wanted = (
        select(ReviewItem)
        .where(ReviewItem.campaign_id == campaign_id, ReviewItem.outcome == "")
        .order_by(ReviewItem.grant_id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    items = db.session.scalars(wanted).all()
    return _each(campaign_id, items, now)


def chunk_due(campaign_id: int, now: datetime) -> int:
    """Remove what has rested, or been told of, for long enough; how many."""
    today = clock.local(now).date()
    wanted = (
        select(ReviewItem)
        .where(ReviewItem.campaign_id == campaign_id, ReviewItem.remove_on <= today)
        .order_by(ReviewItem.grant_id)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    return _each(campaign_id, db.session.scalars(wanted).all(), now)


def _each(campaign_id: int, rows: Sequence[ReviewItem], now: datetime) -> int:
    rights = {g.id: g for g in db.session.scalars(select(Grant).where(Grant.id.in_([i.grant_id for i in rows])))}
    outcomes: dict[str, list[int]] = defaultdict(list)
    for item in rows:
        item.outcome, item.remove_on = _effect(item, rights[item.grant_id], now)
        outcomes[item.outcome].append(item.grant_id)
    db.session.flush()
    if rows:
        publish(ReviewApplied(campaign_id, TIME, now, {name: tuple(ids) for name, ids in outcomes.items()}))
    return len(rows)


def _effect(item: ReviewItem, right: Grant, now: datetime) -> tuple[str, date | None]:
    """What becomes of a right: the outcome, and the day on which it goes if it is not gone at once."""
    if right.status not in HELD:
        return "ended", None
    if item.remove_on is not None:
        by = REVIEW if item.verdict else UNANSWERED
        grants.order_revocation(right, reason=by, actor=TIME, now=now)
        return "removed", None
    add, today = clock.calendar().add, clock.local(now).date()
    if item.verdict == rules.REMOVE:
        actor = Actor(item.decided_by_id, "reviewer")
        grants.order_revocation(right, reason=REVIEW, actor=actor, now=now)
        return "removed", None
    if item.verdict == rules.CHANGE:
        return "changing", add(today, rules.CHANGE_WITHIN)
    if rules.silence(item.profile) == rules.SUSPEND:
        suspending.suspend(right, reason=REVIEW, actor=TIME, now=now)
        return "suspended", add(today, rules.REMOVE_AFTER)
    return "noticed", add(today, rules.REMOVE_AFTER)


def spare(item: ReviewItem, note: str, *, actor: Actor, now: datetime) -> bool:
    """A mistake is undone before the removal: the right stays, and rests no more. False when it is too late."""
    if item.remove_on is None:
        return False
    right = db.session.get_one(Grant, item.grant_id)
    if right.status not in HELD:
        return False
    suspending.resume(right, reason=REVIEW, actor=actor, now=now, note=note)
    item.outcome, item.remove_on, item.verdict, item.note = "kept", None, rules.KEEP, note
    item.decided_by_id, item.decided_at = actor.person_id, now
    db.session.flush()
    publish(ReviewApplied(item.campaign_id, actor, now, {"spared": (item.grant_id,)}))
    return True
