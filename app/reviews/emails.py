"""Who is asked to review, is reminded, and hears of what stops. Each function queues; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory.models import Person
from app.notifications import services as outbox
from app.notifications.review_letters import Facts, told
from app.reviews import queries, services
from app.reviews.models import ReviewCampaign, ReviewItem, ReviewPart
from workflows.review_events import ReviewApplied, ReviewMoved


def named(campaign: ReviewCampaign) -> str:
    """What it is of, for a mail: a system or a unit; no person is named."""
    of = campaign.system or campaign.unit
    return of.name if of else ""


def moved(event: ReviewMoved) -> None:
    """It opened, its time is out, it was passed on, stopped or did not open: who has to act hears (a reaction)."""
    campaign = queries.campaign(event.campaign_id)
    if event.what == "opened":
        _ask(campaign, None, event.at)
    elif event.what == "passed_on":
        _ask(campaign, int(event.data["to"]), event.at)
    elif event.what == "ended":
        for row in queries.parts(campaign.id):
            if row.waiting:
                helpers_asked(row[0], services.ask_helpers(row[0], event.at), event.at)
    elif event.what in ("stopped", "not_opened"):
        _coordinators(campaign, event)


def _ask(campaign: ReviewCampaign, reviewer_id: int | None, now: datetime) -> None:
    letters = []
    for part_id, who, items in queries.to_ask(campaign.id, reviewer_id):
        facts = Facts(items, named(campaign), campaign.due_on, url_path=f"/reviews/parts/{part_id}")
        letters.append(told(who, "asked", f"{campaign.id}", facts))
    outbox.queue_all(letters, now=now)


def helpers_asked(part: ReviewPart, new: Sequence[int], now: datetime) -> None:
    """They may answer too, for somebody who has not."""
    waiting = queries.progress(part.campaign_id, part.reviewer_id).waiting
    reviewer, campaign = db.session.get_one(Person, part.reviewer_id), part.campaign
    name = "" if reviewer.protected_identity else reviewer.display_name
    path = f"/reviews/parts/{part.id}"
    facts = Facts(waiting, named(campaign), campaign.grace_until, name, path)
    outbox.queue_all([told(one, "helper", f"{part.id}", facts) for one in new], now=now)


def remind(person_ids: Iterable[int], now: datetime) -> None:
    """One mail each, with all that waits in every campaign; once a day, whatever runs twice."""
    day, letters = clock.local(now).date(), []
    for person_id in person_ids:
        waits = [(part, waiting) for part, waiting, _all in queries.asked_of(person_id) if waiting]
        if waits:
            facts = Facts(sum(waiting for _part, waiting in waits), on=waits[0][0].campaign.due_on)
            letters.append(told(person_id, "reminder", day.isoformat(), facts))
    outbox.queue_all(letters, now=now)


def applied(event: ReviewApplied) -> None:
    """Holders hear which rights end because nobody answered for them, with what came of them (a reaction)."""
    silent = [*event.outcomes.get("noticed", ()), *event.outcomes.get("suspended", ())]
    if not silent:
        return
    wanted = (
        select(ReviewItem, AccessLevel)
        .join(AccessLevel, AccessLevel.id == ReviewItem.level_id)
        .options(joinedload(AccessLevel.system))
        .where(ReviewItem.campaign_id == event.campaign_id, ReviewItem.grant_id.in_(silent))
    )
    letters = []
    for item, level in db.session.execute(wanted.order_by(ReviewItem.grant_id)):
        of = "" if item.is_strict else level.system.name
        facts = Facts(1, of, item.remove_on, url_path="/grants/")
        letters.append(told(item.subject_id, "notice", f"{item.campaign_id}:{item.grant_id}", facts))
    outbox.queue_all(letters, now=event.at)


def _coordinators(campaign: ReviewCampaign, event: ReviewMoved) -> None:
    facts = Facts(event.data.get("would_remove", 0), named(campaign), url_path=f"/reviews/{campaign.id}")
    people = catalogue.coordinators(clock.local(event.at).date())
    letters = [told(p.id, event.what, f"{campaign.id}:{event.at.isoformat()}", facts) for p in people]
    outbox.queue_all(letters, now=event.at)
