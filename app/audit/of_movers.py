"""Who moves, in the log (rules.md C5, C15): where from and to, what it rests on, and each answer."""

from __future__ import annotations

from dataclasses import asdict

from app.audit.services import record
from workflows.directory_events import PersonMoved
from workflows.mover_events import MoverMoved, MoverRowDecided, MovesHeld, MovesReleased, ReorganisationMoved


def person_moved(event: PersonMoved) -> None:
    """It is certain that somebody works elsewhere, whether or not it is asked about."""
    data = {"what": list(event.what), "from": asdict(event.before), "to": asdict(event.after)}
    data |= {"seen_on": event.seen_on.isoformat()}
    record(
        "person.moved",
        actor=event.actor,
        at=event.at,
        object_type="person",
        object_id=event.person_id,
        reason=event.why,
        evidence=dict(event.evidence),
        data=data,
    )


def moved(event: MoverMoved) -> None:
    """Opened, another day or place, or a move of the definition."""
    record(
        f"mover.{event.trigger}",
        actor=event.actor,
        at=event.at,
        object_type="mover",
        object_id=event.mover_id,
        state_from=event.state_from,
        state_to=event.state_to,
        data={"person": event.person_id, **event.data},
    )


def row_decided(event: MoverRowDecided) -> None:
    """What was answered about one right, or that nobody did."""
    record(
        f"mover.row_{event.what}",
        actor=event.actor,
        at=event.at,
        object_type="grant",
        object_id=event.grant_id,
        data={"mover": event.mover_id, "person": event.person_id, **event.data},
    )


def reorganisation_moved(event: ReorganisationMoved) -> None:
    """Proposed with its units, decided, withdrawn or closed."""
    record(
        f"reorganisation.{event.trigger}",
        actor=event.actor,
        at=event.at,
        object_type="reorganisation",
        object_id=event.reorganisation_id,
        state_to=event.state,
        data={"board": event.board, **event.data},
    )


def held(event: MovesHeld) -> None:
    """So many move at once that nobody is asked; who it is stands in the list."""
    data = {"moving": event.moving, "employed": event.employed}
    record("moves.held", actor=event.actor, at=event.at, object_type="held_move", data=data)


def released(event: MovesReleased) -> None:
    """From which units to which, and how many people."""
    units = [{"from_unit": old, "to_unit": new} for old, new in event.units]
    data = {"people": event.people, "units": units}
    record("moves.released", actor=event.actor, at=event.at, object_type="held_move", data=data)
