"""Answering for rights, and passing on those of somebody whom one does not lead. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update

from app import clock
from app.catalogue import queries as catalogue
from app.db import changed_by, db
from app.directory.models import Person
from app.errors import Conflict, Forbidden, NotAllowed
from app.events import publish
from app.reviews.models import ReviewCampaign, ReviewItem, ReviewPart
from app.reviews.opening import PARTS
from workflows import access_review as rules
from workflows.events import Actor
from workflows.review_events import ReviewAnswered, ReviewMoved

MOST_SECONDS = 32_000
PASS = text("""
UPDATE review_item SET reviewer_id = :to, verdict = '', note = '', decided_by_id = NULL, decided_at = NULL,
  seconds = NULL, is_bulk = false
WHERE campaign_id = :campaign AND reviewer_id = :reviewer AND subject_id = :subject AND outcome = ''
""")


@dataclass(frozen=True, slots=True)
class Said:
    """What was saved at once: verdict and note by the right's id, how long it took, and whether it was one for all."""

    answers: Mapping[int, tuple[str, str]]
    seconds: float = 0
    is_bulk: bool = False


def may_answer(part: ReviewPart, person_id: int) -> bool:
    """The reviewer, whoever stands in for the reviewer today, or was asked because nobody answered."""
    if person_id == part.reviewer_id or person_id in part.helper_ids:
        return True
    deputies = catalogue.deputies_of([part.reviewer_id], clock.today())
    return any(p.id == person_id for p in deputies.get(part.reviewer_id, ()))


def save(part: ReviewPart, said: Said, *, actor: Actor, now: datetime) -> int:
    """Keep the answers that differ; how many. An empty verdict takes an answer back.

    Raises NotAllowed with ``faults`` by the right's id, one_at_a_time for a bulk answer on what is strict, Conflict
    review_moved when the campaign takes no answers any more, Forbidden for who may not answer.
    """
    assert actor.person_id is not None
    _hold(part, actor.person_id)
    items = _items(part, said, actor.person_id)
    faults = {
        item.grant_id: fault
        for item in items
        if (fault := rules.fault(*said.answers[item.grant_id], profile=item.profile, may_wait=True))
    }
    if faults:
        raise NotAllowed("incomplete", faults=faults)
    if said.is_bulk and any(item.is_strict for item in items):
        raise NotAllowed("one_at_a_time")
    changed = [i for i in items if (i.verdict, i.note) != _stored(said, i)]
    each = min(MOST_SECONDS, round(max(0.0, said.seconds) / len(changed))) if changed else 0
    for item in changed:
        verdict, note = _stored(said, item)
        item.verdict, item.note = verdict, note
        by = (actor.person_id, now, each, said.is_bulk) if verdict else (None, None, None, False)
        item.decided_by_id, item.decided_at, item.seconds, item.is_bulk = by
    if changed:
        db.session.flush()
        _note_progress(part, now)
        kept = tuple({"grant": i.grant_id, "verdict": i.verdict, "note": i.note} for i in changed)
        publish(ReviewAnswered(part.campaign_id, actor, now, kept, said.seconds, said.is_bulk))
    return len(changed)


def _stored(said: Said, item: ReviewItem) -> tuple[str, str]:
    verdict, note = said.answers[item.grant_id]
    return verdict, note.strip() if verdict else ""


def _hold(part: ReviewPart, person_id: int) -> None:
    """Nobody applies the campaign while answers are saved, and none is saved once it applies."""
    held = select(ReviewCampaign).where(ReviewCampaign.id == part.campaign_id).with_for_update(read=True)
    campaign = db.session.scalars(held, execution_options={"populate_existing": True}).one()
    if not campaign.is_answerable:
        raise Conflict("review_moved")
    if not may_answer(part, person_id):
        raise Forbidden("mandate_ended")


def _items(part: ReviewPart, said: Said, me: int) -> list[ReviewItem]:
    """The rights that were answered for, locked; never the answerer's own, and none that has ended meanwhile."""
    wanted = select(ReviewItem).where(
        ReviewItem.campaign_id == part.campaign_id,
        ReviewItem.grant_id.in_(said.answers),
        ReviewItem.reviewer_id == part.reviewer_id,
        ReviewItem.subject_id != me,
        ReviewItem.outcome == "",
    )
    held = wanted.order_by(ReviewItem.grant_id).with_for_update()
    return list(db.session.scalars(held, execution_options={"populate_existing": True}))


def _note_progress(part: ReviewPart, now: datetime) -> None:
    mine = ReviewItem.campaign_id == part.campaign_id, ReviewItem.reviewer_id == part.reviewer_id
    left = db.session.scalar(select(func.count()).where(*mine, ReviewItem.verdict == "", ReviewItem.outcome == ""))
    part.done_at = None if left else (part.done_at or now)
    db.session.flush()


def pass_on(part: ReviewPart, subject_id: int, to: Person, *, actor: Actor, now: datetime) -> int:
    """Somebody else answers for the rights of a person: "not mine". How many rights.

    Raises NotAllowed: not_self when it is the person's own, nobody_there for who is not at work, same_person; Conflict
    when the campaign takes no answers any more or nothing is left to pass on.
    """
    assert actor.person_id is not None
    _hold(part, actor.person_id)
    if to.id == subject_id or actor.person_id == subject_id:
        raise NotAllowed("not_self", field="to")
    if to.id == part.reviewer_id:
        raise NotAllowed("same_person", field="to")
    if to.employment_status != "active":
        raise NotAllowed("nobody_there", field="to")
    about = {"campaign": part.campaign_id, "reviewer": part.reviewer_id, "subject": subject_id, "to": to.id}
    moved = changed_by(PASS, about)
    if not moved:
        raise Conflict("review_moved")
    db.session.execute(PARTS, {"campaign": part.campaign_id})
    anew = update(ReviewPart).where(ReviewPart.campaign_id == part.campaign_id, ReviewPart.reviewer_id == to.id)
    db.session.execute(anew.values(done_at=None))
    _note_progress(part, now)
    said = {"subject": subject_id, "from": part.reviewer_id, "to": to.id, "items": moved}
    publish(ReviewMoved(part.campaign_id, "passed_on", actor, now, data=said))
    return moved
