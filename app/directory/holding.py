"""The circuit breaker: a reading that is too strange is held, and only two people together let it through.

What is released is not the reading, which grows old, but what was strange about it: the next whole reading may end
those who were on the list, or be as short as this one, and nobody else's employment with them (field.md B6).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text, update

from app import clock
from app.config import Settings
from app.db import db
from app.directory import applying
from app.directory.answers import Mark, Source
from app.directory.run_models import OF_DIRECTORY, DirectoryLeaver, DirectoryRun, RunKind, RunState
from app.errors import BehorigError, Conflict, NotAllowed
from app.events import publish
from workflows.directory_events import ReadingHeld, ReadingReleased
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer

RELEASE_LASTS = timedelta(hours=24)
TOLD_AGAIN_AFTER = timedelta(hours=20)
SHORTEST_REASON = 20


class ReadingIsHeld(BehorigError):
    """The directory said something that is likelier a fault than the truth. Nothing was applied."""

    status, reason = 409, "reading_held"


class MassLeave(ReadingIsHeld):
    """So many people would end at once that a fault is likelier than the truth. Nothing was applied."""

    reason = "mass_leave"


def doubt(run: DirectoryRun, source: Source, employed: int, settings: Settings, known: Mark | None) -> str:
    """Why the reading is not to be believed, a stable code; nothing when it is. Sets ``run.leaving``.

    ``employed``: how many people are employed now, ``known``: how far the same server had been read before.
    """
    released = released_holds(run.family)
    accepted = {hold.held_because for hold in released}
    run.leaving = applying.leaving(run, [hold.id for hold in released])
    found = []
    if run.leaving > most_ending(employed, settings):
        found.append("mass_leave")
    if source.ahead is not None and abs(source.ahead) > settings.sync_clock_seconds:
        found.append("clock_differs")
    if run.is_whole and known and source.mark and known.copy == source.mark.copy:
        found += ["reading_old"] if source.mark.changes < known.changes else []
    if run.is_whole and is_short(run, released, settings):
        found.append("reading_short")
    return next((why for why in found if why == "mass_leave" or why not in accepted), "")


def hold(run: DirectoryRun, why: str, keep_leavers: Callable[[DirectoryRun], None] = applying.keep_leavers) -> None:
    """Apply nothing of ``run``, keep who it would end, and tell; the hold before it is overtaken.

    One that somebody has begun to release stays: then the new one is only noted.
    """
    before = open_hold(run.family)
    run.held_because, run.finished_at = why, clock.now()
    if before is not None and before.proposed_at is not None:
        run.state = RunState.ABANDONED
        return
    if before is not None:
        before.state = RunState.ABANDONED
        db.session.flush()
    run.state = RunState.HELD
    db.session.flush()
    keep_leavers(run)
    if before is None or before.held_because != why or before.read_at < run.read_at - TOLD_AGAIN_AFTER:
        publish(ReadingHeld(run.id, why, run.server, run.leaving, run.read_at, run.kind))


def refuse(run: DirectoryRun, employed: int) -> None:
    """Raises ReadingIsHeld (MassLeave) for a run that was held, or noted beside an open hold."""
    if run.state not in (RunState.HELD, RunState.ABANDONED) or not run.held_because:
        return
    if run.held_because == "mass_leave":
        raise MassLeave(leaving=run.leaving, employed=employed)
    raise ReadingIsHeld(run.held_because, server=run.server, accounts=run.accounts)


def propose(run: DirectoryRun, reason: str, *, actor: Actor, now: datetime) -> None:
    """The first of two: it is true. Raises NotAllowed for the reason, or for who is on the list themselves."""
    _check_open(run)
    _check_actor(run, actor)
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotAllowed("reason_needed", field="reason")
    if find_personnummer(reason):
        raise NotAllowed("personnummer", field="reason")
    if run.proposed_at is not None:
        raise Conflict("already_proposed")
    run.proposed_by_id, run.proposed_at, run.release_reason = actor.person_id, now, reason.strip()
    publish(ReadingReleased(run.id, "proposed", run.release_reason, actor, now))


def release(run: DirectoryRun, *, actor: Actor, now: datetime) -> None:
    """The second of two: the next whole reading may do what this one would have. Never the same person."""
    _check_open(run)
    _check_actor(run, actor)
    if run.proposed_at is None:
        raise Conflict("not_proposed")
    if run.proposed_by_id == actor.person_id:
        raise NotAllowed("four_eyes")
    run.released_by_id, run.released_at = actor.person_id, now
    publish(ReadingReleased(run.id, "released", run.release_reason, actor, now))


def withdraw(run: DirectoryRun, *, actor: Actor, now: datetime) -> None:
    """It was not true after all: nobody has let it through."""
    _check_open(run)
    if run.proposed_at is None:
        raise Conflict("not_proposed")
    reason, run.release_reason = run.release_reason, ""
    run.proposed_by_id = run.proposed_at = None
    publish(ReadingReleased(run.id, "withdrawn", reason, actor, now))


def open_hold(family: Collection[RunKind] = OF_DIRECTORY) -> DirectoryRun | None:
    """The reading that is held and that nobody has let through yet."""
    held = select(DirectoryRun).where(
        DirectoryRun.kind.in_(family), DirectoryRun.state == RunState.HELD, DirectoryRun.released_at.is_(None)
    )
    return db.session.scalars(held.order_by(DirectoryRun.id.desc()).limit(1)).first()


def released_holds(family: Collection[RunKind] = OF_DIRECTORY) -> Sequence[DirectoryRun]:
    """What two people have let through, until a whole reading has been applied or a day has passed."""
    held = select(DirectoryRun).where(DirectoryRun.kind.in_(family), DirectoryRun.state == RunState.HELD)
    return db.session.scalars(held.where(DirectoryRun.released_at > clock.now() - RELEASE_LASTS)).all()


def settle(family: Collection[RunKind] = OF_DIRECTORY) -> None:
    """A whole reading was applied: whatever was held before is past."""
    held = update(DirectoryRun).where(DirectoryRun.kind.in_(family), DirectoryRun.state == RunState.HELD)
    db.session.execute(held.values(state=RunState.ABANDONED))


def most_ending(employed: int, settings: Settings) -> float:
    """How many of the ``employed`` one reading may end."""
    share = max(settings.sync_ending_floor, employed * settings.sync_most_ending_share)
    return min(share, max(settings.sync_most_ending, settings.sync_ending_floor))


def is_short(run: DirectoryRun, released: Sequence[DirectoryRun], settings: Settings) -> bool:
    """Far fewer than the last time; what was let through may be as short as it was."""
    accounts = run.accounts
    done = select(DirectoryRun.accounts).where(DirectoryRun.state == RunState.DONE, DirectoryRun.kind == run.kind)
    last = db.session.scalar(done.order_by(DirectoryRun.id.desc()).limit(1)) or 0
    before = min([last, *(hold.accounts for hold in released)])
    return accounts < before * settings.sync_fewest_share and before - accounts > settings.sync_ending_floor


def _check_open(run: DirectoryRun) -> None:
    db.session.execute(text("SELECT FROM directory_run WHERE id = :id FOR UPDATE"), {"id": run.id})
    db.session.refresh(run)
    if run.state != RunState.HELD or run.released_at is not None:
        raise Conflict("hold_is_past")


def _check_actor(run: DirectoryRun, actor: Actor) -> None:
    """Nobody lets their own end through, or stops it by doing so for the others."""
    listed = select(DirectoryLeaver.person_id).where(
        DirectoryLeaver.run_id == run.id, DirectoryLeaver.person_id == actor.person_id
    )
    if db.session.scalar(listed) is not None:
        raise NotAllowed("not_self")
