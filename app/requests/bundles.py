"""Sending several orders together: each by itself, and none stopped by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import joinedload

from app import permissions
from app.auth import needs
from app.db import db, savepoint, transaction
from app.directory.models import Person
from app.errors import BehorigError, NotAllowed, NotFound
from app.requests import batch_emails, ordering, presenting, queries, recording, services, words
from app.requests.models import AccessRequest, Bundle
from app.requests.prospects import Prospect
from app.requests.services import Push
from app.tasks import queries as tasks
from workflows.events import Actor

PACKAGE, BATCH = "package", batch_emails.BATCH
bp = Blueprint("bundles", __name__, url_prefix="/requests/bundles")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a bundle is: a role package or a level, by id, and the key of the form that sends it."""

    kind: str
    about_id: int
    key: str


def _opened(wish: Wish, orderer_id: int, now: datetime) -> tuple[int, bool]:
    """The id of the bundle, and whether it is new: not from an earlier sending of the same form."""
    about = {"package_id" if wish.kind == PACKAGE else "level_id": wish.about_id}
    row = {"kind": wish.kind, "orderer_id": orderer_id, "key": wish.key, "created_at": now, "left_out": [], **about}
    made = insert(Bundle).values(row).on_conflict_do_nothing().returning(Bundle.id)
    bundle_id = db.session.scalar(made)
    if bundle_id is not None:
        return bundle_id, True
    same = select(Bundle.id).where(Bundle.orderer_id == orderer_id, Bundle.key == wish.key)
    return db.session.scalars(same).one(), False


def send_package(wish: Wish, prospects: Sequence[Prospect], push: Push) -> int:
    """One order for each level, all in one transaction, and the bundle's id; a level that is refused gets none.

    The same form sent again makes nothing: the bundle that it made is given.
    """
    assert push.actor.person_id is not None
    refusals: list[NotAllowed] = []
    with transaction():
        bundle_id, is_new = _opened(wish, push.actor.person_id, push.now)
        if is_new:
            left_out = [_left(p.level_name, _sent_together(bundle_id, p, push, refusals)) for p in prospects]
            db.session.get_one(Bundle, bundle_id).left_out = [row for row in left_out if row["reason"]]
    for refusal in refusals:
        recording.refused(refusal, push.actor, push.now, kept=False)
    return bundle_id


def _sent_together(bundle_id: int, prospect: Prospect, push: Push, refusals: list[NotAllowed]) -> str:
    """Why there is no order, or nothing. What is refused half-way leaves nothing behind."""
    if not prospect.will_be_sent:
        return prospect.text
    assert push.actor.person_id is not None
    try:
        with savepoint():
            values = {**prospect.values, "bundle_id": bundle_id}
            services.submit(services.draft(values, orderer_id=push.actor.person_id, now=push.now), push)
    except NotAllowed as refusal:
        refusals.append(refusal)
        return words.refusal(refusal.reason)
    except IntegrityError:
        return words.refusal("duplicate")
    return ""


def _left(about: str, reason: str) -> dict[str, str]:
    return {"about": about, "reason": reason}


def send_batch(wish: Wish, prospects: Sequence[Prospect], actor: Actor, now: datetime) -> int:
    """One order for each person, each in a transaction of its own; the bundle's id. What fails stops nobody else.

    Whoever has an order in the bundle already is passed over: sending the same form once more goes on where the
    first sending stopped, and makes nothing twice.
    """
    assert actor.person_id is not None
    with transaction():
        bundle_id, _is_new = _opened(wish, actor.person_id, now)
    sent = _sent(bundle_id)
    left_out = [
        _left(prospect.subject_name, _place(bundle_id, prospect, actor, now))
        for prospect in prospects
        if prospect.subject_id not in sent
    ]
    with transaction():
        bundle = db.session.get_one(Bundle, bundle_id, with_for_update=True)
        bundle.left_out = [row for row in left_out if row["reason"]]
    return bundle_id


def _sent(bundle_id: int) -> set[int]:
    """Ids of those who have an order in the bundle."""
    with transaction():
        return set(db.session.scalars(select(AccessRequest.subject_id).where(AccessRequest.bundle_id == bundle_id)))


def _place(bundle_id: int, prospect: Prospect, actor: Actor, now: datetime) -> str:
    """Why there is no order, or nothing."""
    if not prospect.will_be_sent:
        return prospect.text
    try:
        values = {**prospect.values, "bundle_id": bundle_id}
        ordering.place(values, actor=actor, now=now, evidence=prospect.evidence)
    except BehorigError as refusal:
        # Who sent the same form at the same time may have been first: then the order is there.
        return "" if prospect.subject_id in _sent(bundle_id) else words.refusal(refusal.reason)
    except SQLAlchemyError as fault:
        log.error("bundled_order_failed", bundle=bundle_id, error=type(fault).__name__)
        return words.refusal("order_failed")
    return ""


def _bundle(bundle_id: int) -> Bundle:
    found = db.session.get(Bundle, bundle_id, options=[joinedload(Bundle.package), joinedload(Bundle.level)])
    if found is None:
        raise NotFound()
    return found


@bp.get("/<int:bundle_id>")
@needs("bundle.show", _bundle)
def show(bundle: Bundle) -> str:
    """What became of all of them; a few statements however many they are."""
    orders = queries.of_bundle(bundle.id)
    waiting = tasks.open_of_requests([order.id for order in orders])
    rows = [presenting.order_row(order, waiting.get(order.id)) for order in orders]
    return render_template("bundle.html", bundle=bundle, orders=rows, left_out=bundle.left_out)


def seen_by(order: AccessRequest, person: Person) -> Bundle | None:
    """The bundle that the order was sent in, for somebody who may see it."""
    bundle = order.bundle
    return bundle if bundle is not None and permissions.allowed("bundle.show", person, bundle) else None
