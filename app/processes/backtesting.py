"""A back-test as it is stored: numbers, and for each order that differs codes and people's numbers, no words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.processes import replaying
from app.processes.replaying import MOST, Compared
from workflows.backtest import Replay, StepChange
from workflows.definition import Workflow
from workflows.simulate import PlannedStep

SHOWN = 50


def result(since: date, workflow: Workflow) -> dict[str, Any]:
    """What the definition would have made of the orders sent from ``since``, a local date; all zero for the same one.

    ``rows``: at most 50 of those that differ, newest first. Statements: two, and one for each order.
    """
    found = replaying.since(since, workflow)
    differing = [one for one in found if one.comparison.differs]
    comparisons = [one.comparison for one in differing]
    return {
        "orders": len(found),
        "cut": len(found) >= MOST,
        "differ": len(differing),
        "more": sum(max(c.more, 0) for c in comparisons),
        "fewer": sum(max(-c.more, 0) for c in comparisons),
        "refused": sum(c.refuses for c in comparisons),
        "waiting": sum(c.stops and not c.refuses for c in comparisons),
        "rows": [_row(one) for one in differing[:SHOWN]],
    }


def _row(one: Compared) -> dict[str, Any]:
    before, after = one.comparison.before, one.comparison.after
    same = (before.outcome, before.reasons) == (after.outcome, after.reasons)
    return {
        "order": one.order.id,
        "outcome": None if same else {"before": _replay(before), "after": _replay(after)},
        "steps": [_change(change) for change in one.comparison.changes],
    }


def _replay(replay: Replay) -> dict[str, Any]:
    return {"outcome": replay.outcome, "reasons": list(replay.reasons)}


def _change(change: StepChange) -> dict[str, Any]:
    present = change.after or change.before
    assert present is not None
    return {"task": present.task, "before": _step(change.before), "after": _step(change.after)}


def _step(step: PlannedStep | None) -> Mapping[str, Any] | None:
    if step is None:
        return None
    return {"implicit": step.implicit, "who": [a.party.id for a in step.asked], "due": step.due_on.isoformat()}
