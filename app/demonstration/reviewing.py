"""The demonstration's review: MicroMarc is under review, and one of those who are asked has begun."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory.models import Person
from app.reviews import answering, opening, queries
from app.reviews.answering import Said
from app.reviews.models import ReviewCampaign, ReviewPart
from workflows.events import Actor

SYSTEM = "MIC"
REASON = "Årets granskning: behövs behörigheten fortfarande?"
BEGUN = 2  # so many answers are given


def load(now: datetime) -> None:
    """One campaign, open since this moment. Again does nothing."""
    if db.session.scalars(select(ReviewCampaign.id).limit(1)).first() is not None:
        return
    today = clock.local(now).date()
    actor = Actor(catalogue.coordinators(today)[0].id, "infosec_coordinator")
    scope = opening.Scope("system", catalogue.system(SYSTEM).id)
    made = opening.plan(scope, reason=REASON, on=today, actor=actor, now=now)
    _begin_to_answer(opening.begin(made, actor=actor, now=now, in_spite=True).id, now)


def _begin_to_answer(campaign_id: int, now: datetime) -> None:
    """Whoever has most to answer for has answered for the first ones."""
    part: ReviewPart = queries.parts(campaign_id)[0][0]
    reviewer = db.session.get_one(Person, part.reviewer_id)
    rows = [item for item, _p, _l in queries.page(part, reviewer.id, show="waiting", after="") if not item.is_strict]
    answers = {item.grant_id: ("keep", "") for item in rows[:BEGUN]}
    answering.save(part, Said(answers, seconds=40), actor=Actor(reviewer.id, "reviewer"), now=now)
