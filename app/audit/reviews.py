"""What is on record of reviews of what people have (rules.md C8, IK-01)."""

from __future__ import annotations

from typing import Any

from app.audit.services import record
from workflows.review_events import ReviewAnswered, ReviewApplied, ReviewMoved


def moved(event: ReviewMoved) -> None:
    """A campaign opened, ended, applied, stopped, was released, closed or cancelled."""
    _record(event, event.what, reason=event.reason, data=dict(event.data))


def answered(event: ReviewAnswered) -> None:
    """Who answered what for which rights, how long it took, and whether it was one answer for several."""
    data = {"answers": [dict(a) for a in event.answers], "seconds": round(event.seconds), "bulk": event.is_bulk}
    _record(event, "answered", reason="", data=data)


def applied(event: ReviewApplied) -> None:
    """What became of which rights."""
    _record(event, "applied", reason="", data={"outcomes": {name: list(ids) for name, ids in event.outcomes.items()}})


def _record(event: Any, what: str, *, reason: str, data: dict[str, Any]) -> None:
    about = {"object_type": "review", "object_id": event.campaign_id}
    record(f"review.{what}", actor=event.actor, at=event.at, reason=reason, data=data, **about)
