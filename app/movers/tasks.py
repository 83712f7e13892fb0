"""What time does about movers: begin on the day, remove what nobody has answered about, verify, and tell (C5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from app import clock
from app.db import db, transaction
from app.directory import services as directory
from app.directory.models import Person
from app.movers import emails, held, held_queries, queries, reorganisation_queries, reorganising, rows, services
from app.movers.held_models import HeldMove
from app.movers.models import WAITING
from workflows.case import EmploymentStatus as Status
from workflows.events import TIME

log = structlog.get_logger(__name__)
HERE = (Status.ACTIVE, Status.ON_LEAVE)


def follow() -> int:
    """All of it; returns how many cases went on. Each in a transaction of its own; safe to repeat.

    Where the directory cannot say that the person is here, nothing happens to that case.
    """
    _close_reorganisations()
    done = _of_held(held_queries.released(), _open_one) + _of_held(reorganisation_queries.waiting_by_list(), _by_list)
    done += _partly_over(clock.now())
    done += _each("announced", act=_begin)
    done += _each("deciding", "removing", act=_go_on)
    done += _each("removing", act=_close)
    if clock.is_sending_time(clock.now()):
        with transaction():
            emails.tell(clock.now())
    return done


def _each(*states: str, act: Callable[[int, datetime], bool]) -> int:
    """Do it to every case there; one that fails is told of and holds nobody else up."""
    done = 0
    for mover_id in queries.in_states(*states):
        try:
            with transaction():
                done += act(mover_id, clock.now())
        except Exception:
            log.exception("mover_failed", mover=mover_id)
    return done


def _close_reorganisations() -> None:
    for reorganisation_id in reorganisation_queries.over(clock.today()):
        with transaction():
            reorganising.close_over(reorganisation_id, clock.now())


def _of_held(move_ids: Sequence[int], act: Callable[[HeldMove, datetime], bool]) -> int:
    """Of the moves that waited: what the coordinator has let go, and what belongs to an approved reorganisation."""
    done = 0
    for move_id in move_ids:
        try:
            with transaction():
                done += _if_here(move_id, act, clock.now())
        except Exception:
            log.exception("held_move_failed", move=move_id)
    return done


def _if_here(move_id: int, act: Callable[[HeldMove, datetime], bool], now: datetime) -> bool:
    if not _is_here(db.session.get_one(HeldMove, move_id).person_id, now):
        return False
    return act(held_queries.hold(move_id), now)


def _open_one(move: HeldMove, now: datetime) -> bool:
    if move.state != "released":
        return False
    held.open_one(move, now)
    return True


def _by_list(move: HeldMove, now: datetime) -> bool:
    if move.state != "waiting" or not reorganising.takes(held.as_seen(move, now), now):
        return False
    held.settle(move, "opened", now)
    return True


def _partly_over(now: datetime) -> int:
    done = 0
    for row in db.session.execute(queries.PARTLY_OVER, {"today": clock.local(now).date()}).all():
        with transaction():
            if _is_here(row.person_id, now) and queries.open_of(row.person_id) is None:
                services.open_partly_over(row.person_id, row.employment_id, row.ends_on, now)
                done += 1
    return done


def _begin(mover_id: int, now: datetime) -> bool:
    """An announced day has come. What only the new manager has said waits for the directory to show it."""
    one = queries.mover(mover_id)
    if not one.by_day or one.change_on > clock.local(now).date() or not _is_here(one.person_id, now):
        return False
    held = queries.hold(mover_id)
    if held.state != "announced" or held.change_on > clock.local(now).date():
        return False
    services.begin(held, now)
    return True


def _go_on(mover_id: int, now: datetime) -> bool:
    """What has had its day is ordered removed, once the directory says that the person is here still."""
    if not queries.due(mover_id, clock.local(now).date()) or not _is_here(queries.mover(mover_id).person_id, now):
        return False
    held = queries.hold(mover_id)
    if held.state not in ("deciding", "removing"):
        return False
    rows.remove_due(held, now)
    services.settle(held, trigger="silence", actor=TIME, now=now)
    return True


def _close(mover_id: int, now: datetime) -> bool:
    """All is decided, what was removed is confirmed, and the directory shows it."""
    held = queries.hold(mover_id)
    if held.state != "removing":
        return False
    rows.remove_due(held, now)
    if queries.remains(mover_id) or any(row.state in WAITING for row in queries.rows_of(mover_id)):
        return False
    services.step(held, "close", actor=TIME, now=now)
    return True


def _is_here(person_id: int, now: datetime) -> bool:
    """Whether the directory says so now; asked before any row is held. Unknown is not yes, and removes nothing."""
    answer = directory.lookup(db.session.get_one(Person, person_id), now)
    directory.record(answer)
    if answer.status is Status.UNKNOWN:
        log.warning("mover_waits_for_the_directory", person=person_id, reason=answer.reason)
    return answer.status in HERE
