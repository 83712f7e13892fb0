"""A reorganisation as one decision: proposing, deciding, and whoever moves by its list (rules.md C5; decision 0056).

Callers hold the transaction. Its head of administration decides; the rights follow, and only what is secret is asked of
the new manager.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.movers import mapping, queries, reorganisation_queries, services
from app.movers.models import Mover
from app.movers.reorganisation_models import Reorganisation, ReorganisedUnit
from workflows import movers
from workflows.directory_events import PersonMoved
from workflows.events import TIME, Actor
from workflows.mover_events import MoverRowDecided, ReorganisationMoved
from workflows.personal_numbers import find_personnummer

LONGEST_NAME = 120
LONGEST = timedelta(days=183)
HEAD = "board_manager"


@dataclass(frozen=True, slots=True)
class Proposal:
    """``text``: a line for each unit, old code and new. ``last_on``: the last local day that counts."""

    name: str
    last_on: date
    text: str


def propose(said: Proposal, *, actor: Actor, now: datetime) -> Reorganisation:
    """What is to be decided by the board's head of administration; nothing happens before.

    Raises NotAllowed: name_needed, personnummer, day_has_been, last_day_too_far, nobody_heads_the_board; and
    MappingRefused with every line that is wrong.
    """
    name, today = said.name.strip(), clock.local(now).date()
    if not name or len(name) > LONGEST_NAME:
        raise NotAllowed("name_needed", field="name")
    if find_personnummer(name):
        raise NotAllowed("personnummer", field="name")
    if said.last_on < today:
        raise NotAllowed("day_has_been", field="last_on")
    if said.last_on > today + LONGEST:
        raise NotAllowed("last_day_too_far", field="last_on")
    known = reorganisation_queries.units()
    units = mapping.read(said.text, known)
    board = next(known[old].board for old in units)
    if not [head for head in catalogue.board_managers(board, today) if head.id != actor.person_id]:
        raise NotAllowed("nobody_heads_the_board", field="mapping")
    assert actor.person_id is not None
    one = Reorganisation(name=name, board=board, last_on=said.last_on, state="proposed", proposed_at=now)
    one.proposed_by_id = actor.person_id
    one.units = [ReorganisedUnit(from_unit_id=known[old].id, to_code=new) for old, new in units.items()]
    db.session.add(one)
    db.session.flush()
    _publish(one, "propose", actor, now, {"units": units, "last_on": one.last_on.isoformat()})
    return one


def decide(one: Reorganisation, *, approve: bool, actor: Actor, now: datetime) -> None:
    """The head of administration says yes or no.

    Raises NotAllowed: four_eyes, not_your_board, day_has_been; Conflict(reorganisation_decided) for the slower of two.
    """
    held, today = _held(one, "proposed"), clock.local(now).date()
    if actor.person_id == held.proposed_by_id:
        raise NotAllowed("four_eyes")
    if actor.person_id not in {head.id for head in catalogue.board_managers(held.board, today)}:
        raise NotAllowed("not_your_board")
    if approve and held.last_on < today:
        raise NotAllowed("day_has_been")
    held.decided_by_id, held.decided_at = actor.person_id, now
    _goes_to(held, "approved" if approve else "refused")
    _publish(held, "approve" if approve else "refuse", actor, now, {})


def withdraw(one: Reorganisation, *, actor: Actor, now: datetime) -> None:
    """The proposal is taken back. Raises Conflict(reorganisation_decided)."""
    held = _held(one, "proposed")
    _goes_to(held, "withdrawn")
    _publish(held, "withdraw", actor, now, {})


def close(one: Reorganisation, *, actor: Actor, now: datetime) -> None:
    """Whoever moves from now on has moved alone; what is under way goes on. Raises Conflict(reorganisation_decided)."""
    held = _held(one, "approved")
    _goes_to(held, "closed")
    _publish(held, "close", actor, now, {})


def close_over(reorganisation_id: int, now: datetime) -> None:
    """The last day has been."""
    close(reorganisation_queries.reorganisation(reorganisation_id), actor=TIME, now=now)


def takes(event: PersonMoved, now: datetime) -> bool:
    """Whether somebody has moved by an approved list: what is not secret follows, by the decision, and is written down.

    Never whoever has decided it: that one has a case as anybody.
    """
    if not movers.goes_with_unit(event.what):
        return False
    one = reorganisation_queries.matching(event.before.unit_id, event.after.unit_id, event.seen_on)
    if one is None or one.decided_by_id is None or one.decided_by_id == event.person_id:
        return False
    case = services.open_seen(event, now, reorganisation_id=one.id)
    if case is not None:
        _keep(case, one, now)
    return True


def _keep(case: Mover, one: Reorganisation, now: datetime) -> None:
    """The rights that are not secret follow by the head's decision."""
    actor = Actor(one.decided_by_id, HEAD)
    for row in queries.rows_of(case.id):
        if row.state == "open" and not row.is_secret:
            row.state, row.remove_on, row.decided_by_id, row.decided_at = "kept", None, one.decided_by_id, now
            told = {"verdict": movers.KEEP, "reorganisation": one.id}
            publish(MoverRowDecided(case.id, case.person_id, row.grant_id, "kept", actor, now, told))
    db.session.flush()
    services.settle(case, trigger="decide", actor=actor, now=now)


def _held(one: Reorganisation, state: str) -> Reorganisation:
    held = reorganisation_queries.hold(one.id)
    if held.state != state:
        raise Conflict("reorganisation_decided")
    return held


def _goes_to(held: Reorganisation, state: str) -> None:
    held.state = state
    db.session.flush()


def _publish(one: Reorganisation, trigger: str, actor: Actor, now: datetime, data: Mapping[str, Any]) -> None:
    publish(ReorganisationMoved(one.id, one.board, trigger, one.state, actor, now, {"name": one.name, **data}))
