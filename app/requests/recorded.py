"""What a definition wants the granting move to keep (``records``), as plain values for the log (rules.md C15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.requests import definitions
from app.requests.models import AccessRequest
from workflows.terms import RECEIPT, RECORDS


def _answer(order: AccessRequest, name: str) -> Any:
    return (order.answers or {}).get(name, "")


OF_ORDER: Mapping[str, Callable[[AccessRequest], Any]] = {
    "level_text": lambda order: order.level.description,
    "guideline_version": lambda order: order.guideline_version,
    "cost_centre": lambda order: order.cost_centre,
    "employment_form": lambda order: order.subject.employment_form,
    "need_analysis_ref": lambda order: _answer(order, "need_analysis_ref"),
    "legal_ground": lambda order: _answer(order, "legal_ground"),
    "licence": lambda order: {name: _answer(order, name) == "yes" for name in ("is_licensed", "has_siths")},
    "courses": lambda order: list(order.level.courses or ()),
    "agreement": lambda order: order.level.agreement or "",
    "zones": lambda order: list(order.zone_ids or ()),
    "incident_number": lambda order: order.incident_number,
    "emergency_reason": lambda order: order.emergency_reason,
}


def with_answers(order: AccessRequest, trigger: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the log keeps of an act; of an order that is sent also what it answers to its definition's questions."""
    sent = trigger in ("submit", "resubmit") and order.answers
    return {**data, "answers": dict(order.answers)} if sent else data


def of(order: AccessRequest, receipt: Mapping[str, Any]) -> dict[str, Any]:
    """What the order's definition names, by name; what the receipt should have and has not is empty."""
    named = definitions.of(order).records
    return {name: receipt.get(name, "") if RECORDS[name] == RECEIPT else OF_ORDER[name](order) for name in named}
