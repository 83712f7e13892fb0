"""The circuit breaker for moves: too many at once wait for the coordinator. Callers hold the transaction (rules.md C5).

What the directory says is true all the same, and is in the log; what waits is asking the managers, and removing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import current_app

from app.config import Settings
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.movers import held_queries, queries, services
from app.movers.held_models import HeldMove
from workflows import movers
from workflows.directory_events import PersonMoved
from workflows.events import DIRECTORY, TIME, Actor
from workflows.mover_events import MovesHeld, MovesReleased
from workflows.waves import WINDOW, Limits, is_wave

Pair = tuple[int | None, int | None]  # old and new unit; None: not known


def goes_on(event: PersonMoved, now: datetime) -> bool:
    """Whether the person has a move that waits; it is the one that goes on then."""
    known = held_queries.waiting_of(event.person_id)
    if known is not None:
        _moved_on(known, event, now)
    return known is not None


def holds(event: PersonMoved, now: datetime) -> bool:
    """Whether too many move at once; the move is kept then."""
    since = now - WINDOW
    if not held_queries.held_since(since):
        moving, employed = held_queries.moving(since), held_queries.employed()
        if not is_wave(moving, employed, _limits()):
            return False
        publish(MovesHeld(moving, employed, DIRECTORY, now))
    _hold(event, now)
    return True


def release(pairs: Collection[Pair], *, actor: Actor, now: datetime) -> int:
    """Let those who move between the units be asked about one by one; returns of how many. Never one's own.

    Raises NotAllowed: nothing_chosen, not_self; Conflict(moves_settled) when nobody waits there any more.
    """
    if not pairs:
        raise NotAllowed("nothing_chosen")
    found = [move for move in held_queries.waiting(hold=True) if (move.from_unit_id, move.to_unit_id) in pairs]
    if not found:
        raise Conflict("moves_settled")
    others = [move for move in found if move.person_id != actor.person_id]
    if not others:
        raise NotAllowed("not_self")
    for move in others:
        move.state, move.released_by_id = "released", actor.person_id
    db.session.flush()
    units = tuple(
        sorted({(m.from_unit_id, m.to_unit_id) for m in others}, key=lambda pair: (pair[0] or 0, pair[1] or 0))
    )
    publish(MovesReleased(len(others), units, actor, now))
    return len(others)


def open_one(move: HeldMove, now: datetime) -> None:
    """What was released becomes a case of its own, or goes on in the one that there is."""
    settle(move, "opened", now)
    event = as_seen(move, now)
    known = queries.open_of(move.person_id)
    if known is None:
        services.open_seen(event, now)
    else:
        services.seen(known, event, now)


def leave(person_id: int, now: datetime) -> None:
    """The person has left: there is no move to ask about."""
    known = held_queries.waiting_of(person_id)
    if known is not None:
        settle(known, "undone", now)


def settle(move: HeldMove, state: str, now: datetime) -> None:
    """It does not wait any more."""
    move.state, move.settled_at = state, now
    db.session.flush()


def _moved_on(known: HeldMove, event: PersonMoved, now: datetime) -> None:
    """Yet another place, or the way back, while it waits."""
    what = movers.changed(known.before, event.after)
    if not what:
        settle(known, "undone", now)
        return
    known.what, known.why, known.evidence = list(what), event.why, dict(event.evidence)
    _arrives(known, event.after)
    db.session.flush()


def _hold(event: PersonMoved, now: datetime) -> None:
    before, after = event.before, event.after
    move = HeldMove(person_id=event.person_id, what=list(event.what), seen_on=event.seen_on, why=event.why)
    move.from_unit_id, move.from_title, move.from_manager_id = before.unit_id, before.title, before.manager_id
    _arrives(move, after)
    move.evidence, move.held_at, move.state = dict(event.evidence), now, "waiting"
    db.session.add(move)
    db.session.flush()


def _arrives(move: HeldMove, after: movers.Placement) -> None:
    move.to_unit_id, move.to_title, move.to_manager_id = after.unit_id, after.title, after.manager_id


def as_seen(move: HeldMove, now: datetime) -> PersonMoved:
    """What the directory said; the day of the change is that on which it was seen."""
    what = tuple(move.what)
    return PersonMoved(
        move.person_id, what, move.before, move.after, move.seen_on, move.why, TIME, now, dict(move.evidence)
    )


def _limits() -> Limits:
    settings: Settings = current_app.extensions["settings"]
    return Limits(settings.sync_most_moving_share, settings.sync_most_moving, settings.sync_moving_floor)
