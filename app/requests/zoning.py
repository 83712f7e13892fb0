"""The zones of an order, as the rules see them (rules.md C4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.catalogue import zones
from app.errors import NotAllowed


def posts_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The posts whose holders are asked about the zones that ``values`` order; none, and no statement, for no zones.

    ``values``: subject, zone_ids, schedule_id.
    """
    chosen = zones.by_ids(values.get("zone_ids") or ())
    if not chosen:
        return ()
    unit = values["subject"].unit
    return zones.posts_asked(chosen, zones.schedule(values.get("schedule_id")), unit.board if unit else "")


def refuse_two_owners(values: Mapping[str, Any]) -> None:
    """One order has one decision about its special zones, so they have one owner.

    Raises NotAllowed(zones_of_two_owners).
    """
    if len(posts_of(values)) > 1:
        raise NotAllowed("zones_of_two_owners", field="zone_ids")
