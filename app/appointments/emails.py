"""Who is told what about deputies. Each function queues; nothing is sent here."""

from __future__ import annotations

from app.db import db
from app.directory.models import Person
from app.notifications import role_letters, services
from app.notifications.role_letters import Standing
from workflows.leaving import TERMINATED
from workflows.role_events import DeputyEnded, DeputyNamed


def deputy_named(event: DeputyNamed) -> None:
    """The deputy hears for whom, from when to when, and what it means."""
    services.queue(role_letters.deputy_named(_standing(event)), now=event.at)


def deputy_ended(event: DeputyEnded) -> None:
    """The deputy hears that it is over, and whoever has lost a deputy hears that too, unless they did it.

    Of somebody who is ended at once nobody hears (rules.md C6).
    """
    if event.reason == TERMINATED:
        return
    both = role_letters.deputy_ended(_standing(event), event.reason)
    services.queue_all([letter for letter in both if letter.recipient_id != event.actor.person_id], now=event.at)


def _standing(event: DeputyNamed) -> Standing:
    return Standing(
        deputyship_id=event.deputyship_id,
        person_id=event.person_id,
        deputy_id=event.deputy_id,
        person_name=name(event.person_id),
        deputy_name=name(event.deputy_id),
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        absence=event.absence,
    )


def name(person_id: int | None) -> str:
    """The name for a mail; empty for somebody with protected identity, and for the product itself."""
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person.display_name if person and not person.protected_identity else ""
