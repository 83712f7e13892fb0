"""What a definition says of the right that an order leads to: how long, how often reviewed, what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# What the granting move may keep besides what every event does (rules.md C0.5, C15), and where it comes from.
ORDERED, RECEIPT = "ordered", "receipt"
RECORDS: Mapping[str, str] = MappingProxyType(
    {
        "level_text": ORDERED,
        "guideline_version": ORDERED,
        "cost_centre": ORDERED,
        "employment_form": ORDERED,
        "need_analysis_ref": ORDERED,
        "licence": ORDERED,
        "legal_ground": ORDERED,
        "courses": ORDERED,
        "agreement": ORDERED,
        "zones": ORDERED,
        "incident_number": ORDERED,
        "emergency_reason": ORDERED,
        "target_user_id": RECEIPT,
        "done_on": RECEIPT,
        "serial": RECEIPT,
    }
)


def longest(max_days: int | None, longest_days: int | None) -> int | None:
    """The days that a right may have (G10): the level's own, else the process's; None where neither says any."""
    return longest_days if max_days is None else max_days
