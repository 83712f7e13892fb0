"""Tags of the demonstration's people: ordered for zones, handed out, and one of them lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.catalogue import zones
from app.catalogue.models import AccessLevel
from app.grants import queries as grants
from app.premises import handing_out, losing, queries
from app.premises.handing_out import HandOver
from app.premises.models import Credential
from workflows.events import Actor


def where(story: Mapping[str, Any], level: AccessLevel) -> dict[str, Any]:
    """The zones and the time that the story orders, as columns of an order; nothing for other stories."""
    if "zones" not in story:
        return {}
    chosen = [zone for zone in zones.of_system(level.system_id) if zone.code in story["zones"]]
    times = zones.schedules_of(level.system_id)
    when = next((one for one in times if one.code == story.get("schedule")), times[0])
    return {"zone_ids": [z.id for z in chosen], "schedule_id": when.id, "scope": zones.scope_of(chosen, when)}


def hand_over(order_id: int, at: datetime) -> None:
    """The first who hands out does so, with a receipt on paper."""
    credential = _of_order(order_id)
    by = queries.who_hand_out(credential.system_id, but=credential.subject_id)[0]
    said = HandOver(credential.serial, "id_card", handing_out.PAPER, "Pärm 3 i vaktmästeriet")
    handing_out.hand_over(credential, said, actor=Actor(by.id, "hands_out"), now=at)


def lose(order_id: int, note: str, at: datetime) -> None:
    """The holder reports it."""
    credential = _of_order(order_id)
    losing.report(credential, note, actor=Actor(credential.subject_id, "subject"), now=at)


def _of_order(order_id: int) -> Credential:
    grant = grants.of_request(order_id)
    assert grant is not None
    (credential,) = queries.carrying(grant.id)
    return credential
