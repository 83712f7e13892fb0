"""What happens to appointments when something happens elsewhere."""

from __future__ import annotations

from app import clock
from app.appointments import drafts, orderer_queries, orderers
from app.catalogue import services as catalogue
from workflows import leaving
from workflows.directory_events import EmploymentEnded
from workflows.role_events import OrdererMoved


def employment_ended(event: EmploymentEnded) -> None:
    """Who has left stands in for nobody and orders for nobody; what they had to complete passes on (C6, C9, W16)."""
    now, reason, actor = event.at, leaving.reason_of(event.why), event.actor
    catalogue.end_deputies_of(event.person_id, reason=reason, actor=actor, now=now, today=clock.local(now).date())
    for one in orderer_queries.of_person(event.person_id):
        orderers.end(one, reason=reason, actor=actor, now=now)
    catalogue.end_all_of(event.person_id, reason=reason, actor=actor, now=now, today=clock.local(now).date())
    drafts.follow_leaver(event.person_id, actor, now)


def orderer_moved(event: OrdererMoved) -> None:
    """Who may not order any more leaves what is unfinished to the line manager (rules.md C9, scenario 35)."""
    if event.trigger in ("end", "suspend"):
        drafts.follow(event.person_id, event.actor, event.at)
