"""Who is told what about tags. Each function queues; nothing is sent here. Tasks have mails of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app

from app import clock
from app.directory import queries as directory
from app.notifications import premises_letters, services
from app.notifications.letter import To, iso
from app.premises import queries
from app.premises.models import Credential
from app.requests import queries as orders
from workflows.premises_events import CredentialChanged

SUBJECT, MANAGER = "subject", "manager"
# What has happened -> who is told what.
TOLD: Mapping[str, tuple[tuple[str, str], ...]] = {
    "programmed": (("to_fetch", SUBJECT),),
    "lost": (("lost", SUBJECT), ("lost", MANAGER)),
    "found": (("found", SUBJECT),),
    "not_fetched": (("not_fetched", SUBJECT), ("not_fetched", MANAGER)),
    "not_back": (("not_back", SUBJECT), ("not_back", MANAGER)),
    "handed_back": (("handed_back", SUBJECT),),
}


def credential_changed(event: CredentialChanged) -> None:
    """The holder, and the manager where C4 says so, hear what has happened; whoever did it themselves knows.

    A block is told by its cause: not fetched, not handed back.
    """
    what = str(event.data.get("why", "")) if event.what == "block_ordered" else event.what
    if what == "not_back" and event.what == "block_ordered":
        return  # told by the event of its own
    told = [(letter, _receiver(event, role)) for letter, role in TOLD.get(what, ())]
    if not told:
        return
    credential = queries.credential(event.credential_id)
    facts = _facts(credential, event)
    letters = [
        premises_letters.credential_told(to, letter, event.at.isoformat(), facts)
        for letter, to in told
        if to is not None and to.person_id != event.actor.person_id
    ]
    services.queue_all(letters, now=event.at)


def _receiver(event: CredentialChanged, role: str) -> To | None:
    if role == SUBJECT:
        return To(person_id=event.subject_id, role=SUBJECT)
    manager = next(iter(directory.line_managers(event.subject_id)), None)
    return To(person_id=manager.id, role=MANAGER) if manager else None


def _facts(credential: Credential, event: CredentialChanged) -> dict[str, Any]:
    order = orders.by_id(event.request_id) if event.request_id is not None else None
    prices = credential.system.details.get("credential_prices", {})
    closed = not clock.is_office_time(event.at)
    return {
        "credential_id": credential.id,
        "kind": credential.kind,
        "serial": credential.serial,
        "system": credential.system.name,
        "case_number": order.case_number if order else "",
        "due_on": iso(credential.due_on),
        "price": int(prices.get(credential.kind, 0)),
        "phone": current_app.extensions["settings"].on_call_phone if closed else "",
    }
