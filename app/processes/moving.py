"""Moving an order under way to another version of its process: an explicit act, with a reason, on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from app import clock, permissions
from app.db import db
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.requests import definitions, facts, queries
from app.requests.models import AccessRequest
from workflows import moving
from workflows.definition import Workflow
from workflows.events import Actor
from workflows.process_events import RequestMovedToVersion


def move(order: AccessRequest, *, reason: str, actor: Actor, now: datetime) -> None:
    """Let the order follow the version that is active now. Whoever is asked is asked anew, as that version says.

    Earlier approvals of the round count on. Raises NotAllowed where the version has no place for the order
    (``workflows.moving`` says why not), Conflict where the order follows it already, or changed meanwhile.
    """
    permissions.require("administration", db.session.get_one(Person, actor.person_id))
    if not reason.strip():
        raise NotAllowed("reason_needed", field="reason")
    queries.hold(order.id)
    db.session.refresh(order)
    new = definitions.active(order.process)
    if order.submitted_at is None or order.ended_at is not None:
        raise Conflict("order_ended", order_id=order.id)
    if new is None or new.version == order.definition_version:
        raise Conflict("version_is_followed", order_id=order.id)
    case = facts.case_for(order, now=now, actor_id=None, evidence=None)
    why_not = moving.hindrance(new, case)
    if why_not:
        raise NotAllowed(why_not, order_id=order.id)
    before = order.definition_version
    _store(order, new, now)
    publish(
        RequestMovedToVersion(
            request_id=order.id,
            trigger="move_version",
            state_from=order.state,
            state_to=order.state,
            actor=actor,
            at=now,
            round=order.round,
            reason=reason.strip(),
            data={"version_from": before, "version_to": new.version},
            case=facts.case_for(order, now=now, actor_id=None, evidence=None),
        )
    )


def _store(order: AccessRequest, new: Workflow, now: datetime) -> None:
    """A waiting order gets the new version's time from today; everything else of the order is as it was."""
    lapse, today = new.states[order.state].lapse, clock.local(now).date()
    values: dict[str, Any] = {
        "definition_version": new.version,
        "version": order.version + 1,
        "lapses_on": clock.calendar().add(max(today, order.valid_from or today), lapse) if lapse else None,
    }
    db.session.execute(update(AccessRequest).where(AccessRequest.id == order.id).values(values))
    for name, value in values.items():
        set_committed_value(order, name, value)
