"""What is done with a whole campaign: cancel, release what was held back, ask more people, sign. Callers hold the
transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from app import clock
from app.catalogue import queries as catalogue
from app.db import db, send_later
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import Conflict, Forbidden, NotAllowed
from app.events import publish
from app.reviews import applying, opening, queries
from app.reviews.models import ReviewCampaign, ReviewItem, ReviewPart
from workflows import access_review as rules
from workflows.events import TIME, Actor
from workflows.grant_events import GrantRevocationOrdered
from workflows.personal_numbers import find_personnummer
from workflows.review_events import ReviewMoved

SHORTEST_STATEMENT = 20
# A right that ends meanwhile needs no answer; two keys find it, however many rights there are.
ENDED = text("""
UPDATE review_item SET outcome = 'ended' FROM review_campaign c
WHERE c.state IN ('open', 'grace') AND review_item.campaign_id = c.id AND grant_id = :grant AND outcome = ''
""")
NOT_GONE = text("""
SELECT count(*) FROM review_item i JOIN access_grant g ON g.id = i.grant_id
WHERE i.campaign_id = :campaign AND (i.outcome = '' OR i.remove_on IS NOT NULL
  OR i.outcome = 'removed' AND g.status <> 'revoked')
""")
COUNTS = text("""
SELECT system_id, coalesce(nullif(outcome, ''), 'waiting') AS outcome, verdict, count(*) AS n FROM review_item
WHERE campaign_id = :campaign GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")


def right_ends(event: GrantRevocationOrdered) -> None:
    """A right that is under review ends by itself: nobody needs to answer for it (a reaction)."""
    send_later(ENDED, {"grant": event.grant_id})


def cancel(campaign_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Nothing comes of it. Raises NotAllowed reason_too_short, personnummer; Conflict review_moved."""
    campaign = queries.held(campaign_id)
    _words(reason, "reason")
    _move(campaign, "cancel")
    publish(ReviewMoved(campaign.id, "cancelled", actor, now, reason.strip()))


def open_now(campaign_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Somebody opens what was planned, and takes it on themselves that what is known may be old. Raises as ``cancel``
    and as ``opening.begin``.
    """
    campaign = queries.held(campaign_id)
    _words(reason, "reason")
    campaign.reason = reason.strip()
    opening.begin(campaign, actor=actor, now=now, in_spite=True)


def release(campaign_id: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Somebody has looked at what would be removed, and lets it happen. Raises as ``cancel``."""
    campaign = queries.held(campaign_id)
    _words(reason, "reason")
    if campaign.state != "applying" or not applying.is_held_back(campaign):
        raise Conflict("review_moved")
    campaign.released_at, campaign.released_by_id = now, actor.person_id
    db.session.flush()
    publish(ReviewMoved(campaign.id, "released", actor, now, reason.strip()))


def not_gone(campaign_id: int) -> int:
    """How many rights have not got where the answers lead: not removed yet, or not seen to be gone."""
    return db.session.scalar(NOT_GONE, {"campaign": campaign_id}) or 0


def sign(campaign_id: int, statement: str, *, actor: Actor, now: datetime) -> None:
    """Close it with what the owner says of it. Raises NotAllowed: reason_too_short, not_gone; Conflict review_moved."""
    campaign = queries.held(campaign_id)
    _words(statement, "statement", SHORTEST_STATEMENT)
    if campaign.state != "applying" or applying.is_held_back(campaign):
        raise Conflict("review_moved")
    if campaign.person_id is not None and campaign.person_id == actor.person_id:
        raise NotAllowed("not_self", field="statement")
    left = not_gone(campaign.id)
    if left:
        raise NotAllowed("not_gone", field="statement", left=left)
    figures = _figures(campaign.id)
    campaign.statement, campaign.closed_at, campaign.closed_by_id = statement.strip(), now, actor.person_id
    campaign.figures = figures
    _move(campaign, "close")
    publish(ReviewMoved(campaign.id, "closed", actor, now, campaign.statement, campaign.figures))


def _figures(campaign_id: int) -> dict[str, Any]:
    found: dict[str, dict[str, int]] = {}
    for row in db.session.execute(COUNTS, {"campaign": campaign_id}):
        of_system = found.setdefault(str(row.system_id), {})
        key = row.verdict or ("ended" if row.outcome == "ended" else "undecided")
        of_system[key] = of_system.get(key, 0) + row.n
    return {"systems": found}


def _move(campaign: ReviewCampaign, move: str) -> None:
    state = rules.next_state(campaign.state, move)
    if state is None:
        raise Conflict("review_moved")
    campaign.state = state
    db.session.flush()


def _words(said: str, field: str, shortest: int = 10) -> None:
    if len(said.strip()) < shortest:
        raise NotAllowed("reason_too_short", field=field)
    if find_personnummer(said):
        raise NotAllowed("personnummer", field=field)


def end_time(campaign: ReviewCampaign, now: datetime) -> None:
    """The last day has passed and not all is answered: the grace begins, and who stands above is asked as well."""
    _move(campaign, "end")
    waiting = db.session.scalar(select(func.count()).where(ReviewItem.campaign_id == campaign.id, queries.OPEN))
    publish(ReviewMoved(campaign.id, "ended", TIME, now, data={"waiting": waiting}))


def helpers(part: ReviewPart, now: datetime) -> list[Person]:
    """Who is asked as well about a part: the reviewer's own manager, and the owner where one system is reviewed."""
    above = [p for p in directory.line_managers(part.reviewer_id) if p.employment_status == "active"][:1]
    today, system_id = clock.local(now).date(), part.campaign.system_id
    owners = catalogue.role_holders(system_id, today)["system_owner"] if system_id else []
    found = {p.id: p for p in (*above, *owners) if p.employment_status == "active" and p.id != part.reviewer_id}
    return list(found.values()) or [p for p in catalogue.coordinators(today) if p.id != part.reviewer_id]


def ask_helpers(part: ReviewPart, now: datetime) -> tuple[int, ...]:
    """Let them answer too; ids of those who could not before."""
    new = tuple(p.id for p in helpers(part, now) if p.id not in part.helper_ids)
    part.helper_ids = [*part.helper_ids, *new]
    db.session.flush()
    return new


def may_spare(campaign: ReviewCampaign, item: ReviewItem, actor: Actor) -> None:
    """Raises Forbidden about oneself, Conflict when it is too late."""
    if actor.person_id == item.subject_id:
        raise Forbidden("not_self")
    if campaign.state != "applying":
        raise Conflict("review_moved")


def spare(campaign_id: int, grant_id: int, note: str, *, actor: Actor, now: datetime) -> None:
    """A mistake is undone before the removal. Raises NotAllowed reason_too_short, Forbidden, Conflict review_moved."""
    campaign = queries.held(campaign_id)
    item = db.session.get(ReviewItem, (campaign_id, grant_id), with_for_update=True)
    if item is None:
        raise Conflict("review_moved")
    may_spare(campaign, item, actor)
    _words(note, "reason")
    if not applying.spare(item, note.strip(), actor=actor, now=now):
        raise Conflict("review_moved")
