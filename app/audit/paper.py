"""From events of the paper routine to rows of the log (rules.md C12): one function for each kind."""

from __future__ import annotations

from typing import Any

from app.audit.services import record
from workflows import paper_events as events
from workflows.events import TIME


def pack_made(event: events.PaperPackMade) -> None:
    """Which serials were issued, and which are void since the edition that had them is replaced."""
    data = {"system": event.system_id, "unit": event.unit_id, "digest": event.digest, **event.data}
    data |= {"issued": list(event.serials), "void": list(event.voided)}
    about: dict[str, Any] = {"object_type": "paper_pack", "object_id": event.pack_id, "data": data}
    record("paper_pack.made", actor=event.actor, at=event.at, **about)


def outage_changed(event: events.OutageChanged) -> None:
    """An outage was declared or ended, or measures were decided."""
    about: dict[str, Any] = {"object_type": "outage", "object_id": event.outage_id, "data": dict(event.data)}
    record(f"outage.{event.what}", actor=event.actor, at=event.at, **about)


def outage_lasts(event: events.OutageLasts) -> None:
    """Who was told on day 3 or 5."""
    data = {"day": event.day, "told": list(event.tell)}
    record("outage.lasts", actor=TIME, at=event.at, object_type="outage", object_id=event.outage_id, data=data)
