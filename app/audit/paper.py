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


def paper_order_moved(event: events.PaperOrderMoved) -> None:
    """One move of a registered form, with the guards that judged it and what they rested on."""
    data = {"serial": event.serial, **event.data}
    about: dict[str, Any] = {"object_type": "paper_order", "object_id": event.paper_id, "data": data}
    about |= {"state_from": event.state_from, "state_to": event.state_to, "reason": event.reason}
    about |= {"guards": list(event.guards), "evidence": dict(event.evidence)}
    record(f"paper_order.{event.trigger}", actor=event.actor, at=event.at, **about)


def scan_fetched(event: events.PaperScanFetched) -> None:
    """Who has fetched the scan of a form."""
    data = {"scan": event.scan_id, "digest": event.digest}
    about: dict[str, Any] = {"object_type": "paper_order", "object_id": event.paper_id, "data": data}
    record("paper_order.scan_fetched", actor=event.actor, at=event.at, **about)


def asked(event: events.PaperAsked) -> None:
    """Who was asked about forms, a closing, a finding or a drill, or reminded of it."""
    kinds = {
        "registration": "paper_registration",
        "closing": "outage",
        "finding": "finding",
        "drill": "continuity_test",
    }
    data = {"act": event.act, "told": list(event.tell), "due_on": event.due_on.isoformat()}
    about: dict[str, Any] = {"object_type": kinds[event.about], "object_id": event.thing_id, "data": data}
    record(f"{kinds[event.about]}.told", actor=TIME, at=event.at, **about)


def finding_moved(event: events.FindingMoved) -> None:
    """A finding was opened, added to, or settled."""
    about: dict[str, Any] = {"object_type": "finding", "object_id": event.finding_id, "data": dict(event.data)}
    about |= {"state_from": event.state_from, "state_to": event.state_to, "reason": event.reason}
    record("finding.moved" if event.state_from else "finding.opened", actor=event.actor, at=event.at, **about)


def continuity_tested(event: events.ContinuityTested) -> None:
    """A drill of the paper routine was held."""
    data = {"system": event.system_id, **event.data}
    about: dict[str, Any] = {"object_type": "continuity_test", "object_id": event.test_id, "data": data}
    record("continuity_test.held", actor=event.actor, at=event.at, **about)
