"""Guard G13 (rules.md C0.3): nobody holds two levels together that one person may not have both of."""

from __future__ import annotations

from workflows import conflict
from workflows.case import Case, GuardResult

# The gravest first; the last one the orderer can mend with an earlier end date.
FAULTS = ("toxic_enforced", "toxic_unapproved", "toxic_own_exemption", "toxic_beyond_exemption")


def not_toxic(case: Case) -> GuardResult:
    """G13: no toxic pair, or one that its mode lets through. That is noted, and shown to whoever decides."""
    level = f"{case.level.system}.{case.level.code}"
    orderer = case.orderer.id if case.orderer else None
    found = conflict.clashes(level, case.scope, holdings=case.holdings, pairs=case.toxic_pairs)
    inputs = {"level": level, "subject": case.subject.id, "clashes": [_told(clash) for clash in found]}
    faults = {conflict.fault(c, case.exemptions, until=case.valid_to, orderer=orderer) for c in found}
    reason = next((fault for fault in FAULTS if fault in faults), "")
    if not reason:
        return GuardResult("G13", True, "toxic_let_through" if found else "", inputs=inputs)
    return GuardResult("G13", False, reason, "refuse", "valid_to" if reason == FAULTS[-1] else "level", inputs)


def _told(clash: conflict.Clash) -> dict[str, object]:
    held, pair = clash.holding, clash.pair
    return {"pair": pair.id, "with": held.level, "held": held.source, "mode": pair.mode.value}
