"""Reading reviews: campaigns, what somebody has to answer for, and the figures of the yearly report (IK-01)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel, Deputyship
from app.db import db
from app.directory.models import Person
from app.errors import NotFound
from app.reviews.models import ReviewCampaign, ReviewItem, ReviewPart

SHOWN, PAGE = 200, 40
UNDER_WAY = ("open", "grace")
OPEN = and_(ReviewItem.verdict == "", ReviewItem.outcome == "")


@dataclass(frozen=True, slots=True)
class Progress:
    """Of a campaign's rights: how many are answered in each way, wait, or have ended by themselves."""

    items: int
    kept: int
    changed: int
    removed: int
    waiting: int
    ended: int

    @property
    def answered(self) -> int:
        """How many somebody has answered for."""
        return self.kept + self.changed + self.removed

    @property
    def percent(self) -> int:
        """How much of what is to be answered is answered; never 100 before all is."""
        asked = self.answered + self.waiting
        return self.answered * 100 // asked if asked else 100


def campaign(campaign_id: int) -> ReviewCampaign:
    """The campaign with what it is of. Raises NotFound."""
    of = (ReviewCampaign.system, ReviewCampaign.unit, ReviewCampaign.person, ReviewCampaign.closed_by)
    wanted = select(ReviewCampaign).where(ReviewCampaign.id == campaign_id).options(*map(joinedload, of))
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def item(campaign_id: int, grant_id: int) -> ReviewItem:
    """One right of a campaign. Raises NotFound."""
    found = db.session.get(ReviewItem, (campaign_id, grant_id))
    if found is None:
        raise NotFound()
    return found


def held(campaign_id: int) -> ReviewCampaign:
    """As ``campaign``, locked until the commit. Raises NotFound."""
    locked = select(ReviewCampaign).where(ReviewCampaign.id == campaign_id).with_for_update()
    found = db.session.scalar(locked, execution_options={"populate_existing": True})
    if found is None:
        raise NotFound()
    return found


def part(part_id: int) -> ReviewPart:
    """What a reviewer has of a campaign. Raises NotFound."""
    wanted = select(ReviewPart).where(ReviewPart.id == part_id)
    found = db.session.scalar(wanted.options(joinedload(ReviewPart.campaign), joinedload(ReviewPart.reviewer)))
    if found is None:
        raise NotFound()
    return found


def campaigns(system_ids: Collection[int] | None) -> Sequence[ReviewCampaign]:
    """Campaigns of these systems, or all where None: what is under way first, then the newest."""
    of = (ReviewCampaign.system, ReviewCampaign.unit, ReviewCampaign.person)
    wanted = select(ReviewCampaign).options(*map(joinedload, of))
    if system_ids is not None:
        wanted = wanted.where(ReviewCampaign.system_id.in_(system_ids))
    over = ReviewCampaign.state.in_(("closed", "cancelled"))
    return db.session.scalars(wanted.order_by(over, ReviewCampaign.id.desc()).limit(SHOWN)).all()


def in_states(*states: str) -> Sequence[int]:
    """Ids of the campaigns in these states, oldest first."""
    wanted = select(ReviewCampaign.id).where(ReviewCampaign.state.in_(states))
    return db.session.scalars(wanted.order_by(ReviewCampaign.id)).all()


def progress(campaign_id: int, reviewer_id: int | None = None) -> Progress:
    """How far a campaign has come, or one reviewer's part of it; one statement."""
    which = [ReviewItem.campaign_id == campaign_id]
    which += [ReviewItem.reviewer_id == reviewer_id] if reviewer_id is not None else []
    said = [func.count().filter(ReviewItem.verdict == v) for v in ("keep", "change", "remove")]
    over = func.count().filter(ReviewItem.verdict == "", ReviewItem.outcome != "")
    row = db.session.execute(select(func.count(), *said, func.count().filter(OPEN), over).where(*which)).one()
    return Progress(*map(int, row))


def parts(campaign_id: int) -> Sequence[Any]:
    """Each reviewer's part of a campaign: part, how many rights, how many wait, and the seconds a right took; who has
    most left comes first.
    """
    counts = (
        select(
            ReviewItem.reviewer_id.label("reviewer_id"),
            func.count().label("rights"),
            func.count().filter(OPEN).label("waiting"),
            func.count().filter(ReviewItem.verdict == "keep").label("kept"),
            func.avg(ReviewItem.seconds).label("seconds"),
        )
        .where(ReviewItem.campaign_id == campaign_id)
        .group_by(ReviewItem.reviewer_id)
        .subquery()
    )
    wanted = (
        select(ReviewPart, counts.c.rights, counts.c.waiting, counts.c.kept, counts.c.seconds)
        .join(counts, counts.c.reviewer_id == ReviewPart.reviewer_id)
        .join(ReviewPart.reviewer)
        .where(ReviewPart.campaign_id == campaign_id)
        .options(joinedload(ReviewPart.reviewer))
        .order_by(counts.c.waiting.desc(), Person.sort_key, ReviewPart.id)
    )
    return db.session.execute(wanted.limit(SHOWN)).all()


def asked_of(person_id: int, principals: Collection[int] = ()) -> Sequence[Any]:
    """What waits for somebody's answer in campaigns that take answers: part, how many rights wait, of how many.

    ``principals``: for whom the person stands in today. Soonest first.
    """
    mine = or_(ReviewPart.reviewer_id.in_([person_id, *principals]), ReviewPart.helper_ids.contains([person_id]))
    wanted = (
        select(ReviewPart, func.count().filter(OPEN), func.count())
        .join(ReviewPart.campaign)
        .join(
            ReviewItem,
            and_(ReviewItem.campaign_id == ReviewPart.campaign_id, ReviewItem.reviewer_id == ReviewPart.reviewer_id),
        )
        .where(mine, ReviewCampaign.state.in_(UNDER_WAY), ReviewItem.subject_id != person_id)
        .group_by(ReviewPart.id, ReviewCampaign.id)
        .options(joinedload(ReviewPart.campaign).joinedload(ReviewCampaign.system), joinedload(ReviewPart.reviewer))
        .order_by(ReviewCampaign.due_on, ReviewPart.id)
    )
    return db.session.execute(wanted).all()


def waiting_for(person_id: int, today: date) -> int:
    """How many rights wait for the person's answer, in all campaigns."""
    return sum(waiting for _part, waiting, _all in asked_of(person_id, principals(person_id, today)))


def to_ask(campaign_id: int, reviewer_id: int | None) -> Sequence[Any]:
    """Part, reviewer and number of rights, of all reviewers of a campaign or of one."""
    wanted = (
        select(ReviewPart.id, ReviewPart.reviewer_id, func.count())
        .join(
            ReviewItem,
            and_(ReviewItem.campaign_id == ReviewPart.campaign_id, ReviewItem.reviewer_id == ReviewPart.reviewer_id),
        )
        .where(ReviewPart.campaign_id == campaign_id)
        .group_by(ReviewPart.id)
    )
    if reviewer_id is not None:
        wanted = wanted.where(ReviewPart.reviewer_id == reviewer_id)
    return db.session.execute(wanted.order_by(ReviewPart.id)).all()


def page(part: ReviewPart, me: int, *, show: str, after: str, limit: int = PAGE) -> Sequence[Any]:
    """Rights of a part with holder, level and system, by the holder's name; never the reader's own.

    ``show``: waiting, strict or all. ``after``: the last row of the page before, as ``key_of`` gives it.
    """
    wanted = (
        select(ReviewItem, Person, AccessLevel)
        .join(Person, Person.id == ReviewItem.subject_id)
        .join(AccessLevel, AccessLevel.id == ReviewItem.level_id)
        .where(ReviewItem.reviewer_id == part.reviewer_id, ReviewItem.campaign_id == part.campaign_id)
        .where(ReviewItem.subject_id != me)
    )
    if show == "waiting":
        wanted = wanted.where(OPEN)
    elif show == "strict":
        wanted = wanted.where(ReviewItem.is_strict)
    if after:
        name, _, number = after.rpartition("|")
        place = func.row(Person.sort_key, ReviewItem.grant_id)
        wanted = wanted.where(place > func.row(name, int(number) if number.isdecimal() else 0))
    return db.session.execute(wanted.order_by(Person.sort_key, ReviewItem.grant_id).limit(limit + 1)).all()


def still_due(campaign_id: int, me: int) -> Sequence[Any]:
    """Rights that go on a day to come, with holder and level: here a mistake can be undone. Not the reader's own."""
    wanted = (
        select(ReviewItem, Person, AccessLevel)
        .join(Person, Person.id == ReviewItem.subject_id)
        .join(AccessLevel, AccessLevel.id == ReviewItem.level_id)
        .where(ReviewItem.campaign_id == campaign_id, ReviewItem.remove_on.is_not(None), ReviewItem.subject_id != me)
    )
    return db.session.execute(wanted.order_by(ReviewItem.remove_on, ReviewItem.grant_id).limit(SHOWN)).all()


def principals(person_id: int, today: date) -> Sequence[int]:
    """Ids of those for whom the person stands in today."""
    in_force = Deputyship.valid_from <= today, Deputyship.valid_to >= today
    return db.session.scalars(select(Deputyship.person_id).where(Deputyship.deputy_id == person_id, *in_force)).all()


def key_of(person: Person, item: ReviewItem) -> str:
    """Where a row stands in the list."""
    return f"{person.sort_key}|{item.grant_id}"
