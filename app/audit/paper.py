"""From events of the paper routine to rows of the log (rules.md C12): one function for each kind."""

from __future__ import annotations

from typing import Any

from app.audit.services import record
from workflows import paper_events as events


def pack_made(event: events.PaperPackMade) -> None:
    """Which serials were issued, and which are void since the edition that had them is replaced."""
    data = {"system": event.system_id, "unit": event.unit_id, "digest": event.digest, **event.data}
    data |= {"issued": list(event.serials), "void": list(event.voided)}
    about: dict[str, Any] = {"object_type": "paper_pack", "object_id": event.pack_id, "data": data}
    record("paper_pack.made", actor=event.actor, at=event.at, **about)
