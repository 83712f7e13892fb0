"""What time does to reviews: remind, ask more people, and apply. The job may run twice, late, or be killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app import clock
from app.db import db, transaction
from app.errors import BehorigError, NotAllowed
from app.events import publish
from app.reviews import applying, emails, opening, queries, services
from app.reviews.models import ReviewCampaign, ReviewPart
from workflows import access_review as rules
from workflows.events import TIME
from workflows.review_events import ReviewMoved

log = structlog.get_logger(__name__)


def follow() -> int:
    """All of it; returns how many rights had their effect. Each campaign, and each chunk, in its own transaction."""
    now, today = clock.now(), clock.today()
    if clock.is_sending_time(now):
        for campaign_id in queries.in_states("planned"):
            _alone(_open_planned, campaign_id, now)
        for campaign_id in queries.in_states("open", "grace"):
            _alone(_move_on, campaign_id, now)
        with transaction():
            _remind(now, today)
    return sum(_apply(campaign_id, now) for campaign_id in queries.in_states("applying"))


def _alone(act: Callable[[int, datetime], None], campaign_id: int, now: datetime) -> None:
    try:
        with transaction():
            act(campaign_id, now)
    except BehorigError as fault:
        log.error("review_refused", reason=fault.reason, campaign=campaign_id)


def _open_planned(campaign_id: int, now: datetime) -> None:
    """Open it on its day. What hinders is kept, and the coordinator is told of it, once for each cause."""
    campaign = queries.held(campaign_id)
    if campaign.state != "planned" or campaign.planned_on > clock.local(now).date():
        return
    try:
        opening.begin(campaign, actor=TIME, now=now)
    except NotAllowed as refusal:
        why = list(refusal.details.get("hindrances", [refusal.reason]))  # type: ignore[call-overload]
        if campaign.hindrances != why:
            campaign.hindrances = why
            db.session.flush()
            publish(ReviewMoved(campaign.id, "not_opened", TIME, now, data={"hindrances": why}))


def _move_on(campaign_id: int, now: datetime) -> None:
    """After the last day: apply when all is answered, else a grace; after the grace, apply."""
    campaign, today = queries.held(campaign_id), clock.local(now).date()
    assert campaign.due_on is not None and campaign.grace_until is not None
    if campaign.state not in ("open", "grace") or today <= campaign.due_on:
        return
    waiting = queries.progress(campaign.id).waiting
    if not waiting or today > campaign.grace_until:
        applying.begin(campaign, now)
    elif campaign.state == "open":
        services.end_time(campaign, now)


def _remind(now: datetime, today: date) -> None:
    """One mail to each reviewer for all campaigns, when a reminder is due; who has left passes theirs upwards."""
    wanted = (
        select(ReviewPart)
        .join(ReviewPart.campaign)
        .options(contains_eager(ReviewPart.campaign), joinedload(ReviewPart.reviewer, innerjoin=True))
        .where(ReviewCampaign.state == "open", ReviewPart.done_at.is_(None))
        .order_by(ReviewPart.id)
        .with_for_update(of=ReviewPart, skip_locked=True)
    )
    due: set[int] = set()
    for part in db.session.scalars(wanted).all():
        assert part.campaign.due_on is not None
        coming = rules.reminder(today, part.campaign.due_on, clock.calendar())
        if coming is not None and coming > part.reminded:
            part.reminded = coming
            due.add(part.reviewer_id)
        if part.reviewer.employment_status == "ended" and not part.helper_ids:
            emails.helpers_asked(part, services.ask_helpers(part, now), now)
    emails.remind(sorted(due), now)


def _apply(campaign_id: int, now: datetime) -> int:
    """Chunk by chunk until nothing is left; a chunk that is done stays done, whatever stops the rest."""
    with transaction():
        campaign = queries.held(campaign_id)
        if applying.is_held_back(campaign):
            return 0
        applying.keep(campaign_id)
    done = 0
    for step in (applying.chunk, applying.chunk_due):
        while True:
            with transaction():
                count = step(campaign_id, now)
            done += count
            if not count:
                break
    return done
