"""Who is asked and told what about handovers of roles. Each function queues; nothing is sent here."""

from __future__ import annotations

from datetime import datetime

from app.appointments import handover_queries
from app.appointments.emails import name
from app.appointments.models import RoleHandover
from app.notifications import role_letters, services
from app.notifications.role_letters import Handover
from workflows.role_events import HandoverMoved

OUTCOMES = {
    "accept": "accepted", "decline": "declined", "lapse": "lapsed", "complete": "completed", "withdraw": "withdrawn",
}  # fmt: skip


def handover_moved(event: HandoverMoved) -> None:
    """The successor is asked; afterwards everybody but whoever acted hears what became of it."""
    one = handover_queries.handover(event.handover_id)
    if event.trigger == "propose":
        asked(one, event.at)
        return
    told = {one.to_id, one.from_id, one.proposer_id} - {event.actor.person_id}
    about, outcome = _about(one), OUTCOMES[event.trigger]
    found = [role_letters.handover_told(p, about, outcome, own=p == one.to_id) for p in sorted(told)]
    services.queue_all(found, now=event.at)


def asked(one: RoleHandover, now: datetime) -> None:
    """The question to the successor, or a reminder of it."""
    letter = role_letters.handover_asked(one.to_id, _about(one), due_on=one.due_on, reminder=one.reminded)
    services.queue(letter, now=now)


def _about(one: RoleHandover) -> Handover:
    place = one.system.name if one.system else one.unit.name if one.unit else one.board
    return Handover(
        handover_id=one.id,
        role_code=one.role,
        place=place,
        from_name=name(one.from_id),
        to_name=name(one.to_id),
        on_date=one.on_date,
    )
