"""What the manager writes down besides what the product knows. Callers hold the transaction."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import NotAllowed
from app.leavers import services
from app.leavers.models import KINDS, Leaver, LeaverItem
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer


def add(one: Leaver, kind: str, what: str, *, actor: Actor) -> LeaverItem:
    """Write it down. Raises NotAllowed: not_self, item_needs_words, personnummer; no_such_move when it is closed."""
    held = services.hold(one.id)
    said = what.strip()
    if actor.person_id is None or actor.person_id == held.person_id:
        raise NotAllowed("not_self", field="what")
    if not said or kind not in KINDS:
        raise NotAllowed("item_needs_words", field="what")
    if find_personnummer(said):
        raise NotAllowed("personnummer", field="what")
    if held.state in ("closed", "withdrawn"):
        raise NotAllowed("no_such_move", field="what")
    item = LeaverItem(leaver_id=held.id, kind=kind, what=said, added_by_id=actor.person_id)
    db.session.add(item)
    db.session.flush()
    return item


def done(item: LeaverItem, *, actor: Actor, now: datetime) -> None:
    """It is handed back or over. A second time changes nothing. Raises NotAllowed(not_self)."""
    if actor.person_id == item.subject_id:
        raise NotAllowed("not_self")
    held = db.session.get_one(LeaverItem, item.id, with_for_update=True, populate_existing=True)
    if held.done_at is None:
        held.done_by_id, held.done_at = actor.person_id, now
        db.session.flush()
