"""What follows a move of a matter: the system's place in the catalogue, and what a renewal takes the place of."""

from __future__ import annotations

from app.db import db
from app.events import publish
from app.matters import definitions, queries, services
from app.matters.models import Matter
from workflows.events import Actor
from workflows.matter_events import MatterMoved
from workflows.system_events import LifecycleChanged

PRODUCT = "system"
PRODUCTION, PHASING_OUT, RETIRED = "production", "phasing_out", "retired"


def place_system(event: MatterMoved) -> None:
    """The system's lifecycle is what the definition says of the state (a reaction): G3 asks it at each order."""
    matter = db.session.get_one(Matter, event.matter_id)
    after = definitions.terms_of(matter).lifecycle.get(event.state_to)
    if after is None or matter.system is None:
        return
    matter.system.lifecycle_matter = matter.case_number
    if after == PHASING_OUT and matter.other_system is not None:
        matter.system.replaced_by = matter.other_system.code
    elif after == PRODUCTION:
        matter.system.replaced_by = ""
    if matter.system.lifecycle == after:
        return
    before, matter.system.lifecycle = matter.system.lifecycle, after
    db.session.flush()
    publish(LifecycleChanged(matter.system.id, matter.id, before, after, event.actor, event.at))


def replace_previous(event: MatterMoved) -> None:
    """What has been approved anew takes the place of what it renews (a reaction)."""
    matter = db.session.get_one(Matter, event.matter_id)
    if matter.previous_id is None or event.state_to not in definitions.of(matter).gives:
        return
    previous = queries.hold(matter.previous_id)
    if previous.ended_at is None and _can_be_replaced(previous):
        actor = Actor(event.actor.person_id, PRODUCT, event.actor.channel)
        services.move(previous, "replace", services.Push(actor, event.at, reason=matter.case_number))


def end_its_beginning(event: MatterMoved) -> None:
    """A system that is retired ends the matter by which it once came into use, with its exceptions (a reaction)."""
    matter = db.session.get_one(Matter, event.matter_id)
    if matter.system_id is None or definitions.terms_of(matter).lifecycle.get(event.state_to) != RETIRED:
        return
    for other in queries.alive_of_system(matter.system_id, ("system_onboarding",)):
        if other.id != matter.id and other.state in definitions.of(other).gives:
            actor = Actor(event.actor.person_id, PRODUCT, event.actor.channel)
            services.move(queries.hold(other.id), "close", services.Push(actor, event.at, reason=matter.case_number))


def _can_be_replaced(matter: Matter) -> bool:
    return any(t.trigger == "replace" and t.source == matter.state for t in definitions.of(matter).transitions)
