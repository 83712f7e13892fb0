"""Guards about what is ordered and by whom: the system, the level, its class, doubles, and the right to order."""

from __future__ import annotations

from workflows import emergency_guard
from workflows.case import Case, GuardResult, OrdererAuthority, Profile
from workflows.guard_results import EDITABLE, first, passed, refuses, waits

IN_ANOTHER_UNIT = "temporary_other_unit"
BEYOND_CONFIDENTIALITY = 4  # from this K nothing is ordered here at all
WHERE_ORDERER_REQUIRED = (OrdererAuthority.LINE_MANAGER, OrdererAuthority.AUTHORISED_ORDERER)


def orderable(case: Case) -> GuardResult:
    """G3: the system is open for orders, has people, a guideline, and a process that handles the level.

    Lost under way, the order waits. A post that falls vacant then does not stop it: C0.4 names who is asked
    instead, and an owner's week of leave must not hold up every order of the system.
    """
    level = case.level
    ordering = case.state in EDITABLE or case.offer is not None  # who offers or accepts it can do something else
    inputs: dict[str, object] = {
        "lifecycle": level.lifecycle,
        "active": level.active,
        "guideline_valid": level.guideline_valid,
    }
    if level.replaced_by:
        inputs["replaced_by"] = level.replaced_by
    reason = first(
        (
            (level.profile is Profile.FORBIDDEN, "forbidden"),
            (level.lifecycle != "production", "system_not_open"),
            (not level.active, "level_inactive"),
            (not level.process_installed, "process_missing"),
            (emergency_guard.is_one(case) and not level.emergency, "not_for_emergency"),
            (ordering and not any(p.may_act for p in case.system_owners), "owner_missing"),
            (ordering and not any(p.may_act for p in case.system_managers), "manager_missing"),
            (not level.guideline_valid, "guideline_missing"),
        )
    )
    if reason is None:
        return passed("G3", inputs)
    return (refuses if ordering else waits)("G3", inputs, reason, "level")


def no_duplicate(case: Case) -> GuardResult:
    """G4: no open order and no live grant of the same subject, level and scope; a change goes to another level."""
    if emergency_guard.is_one(case):
        return emergency_guard.not_again(case)
    inputs = {"existing": list(case.duplicates)}
    unchanged = _unchanged(case) if case.kind == "change" else None
    if unchanged is not None:
        return refuses("G4", inputs | {"previous_level": case.previous_level}, unchanged, "level")
    return refuses("G4", inputs, "duplicate", "level") if case.duplicates else passed("G4", inputs)


def _unchanged(case: Case) -> str | None:
    """Why the order is no change of level, or None."""
    system, _, code = case.previous_level.partition(".")
    return first(((system != case.level.system, "other_system"), (code == case.level.code, "same_level")))


def may_order(case: Case) -> GuardResult:
    """G5: self, line manager, next level, or an authorised orderer whose scope covers unit and system.

    The base order is not for oneself, who has no account yet (C1). Where an orderer is required, only
    that one and the line manager may order. What is for a time in another unit names one that is another (C2).
    """
    if emergency_guard.is_one(case):
        return emergency_guard.may_ask(case)
    authority = case.orderer_authority
    inputs = {"authority": authority.value if authority else None, "orderer_required": case.level.orderer_required}
    where = _another_unit(case)
    if where is not None:
        return refuses("G5", inputs | {"receiving_unit": case.receiving_unit}, where, "receiving_unit_id")
    ordered_for_self = case.orderer is not None and case.orderer.id == case.subject.id
    reason = first(
        (
            (authority is None or authority in emergency_guard.ONLY_THEN, "may_not_order"),
            (case.level.is_base and authority is OrdererAuthority.SELF, "base_not_for_self"),
            (case.level.orderer_required and authority not in WHERE_ORDERER_REQUIRED, "orderer_required"),
            (authority is OrdererAuthority.AUTHORISED_ORDERER and ordered_for_self, "orderer_is_subject"),
        )
    )
    return passed("G5", inputs) if reason is None else refuses("G5", inputs, reason, "subject")


def _another_unit(case: Case) -> str | None:
    """What is wrong with the unit where the right is to be used, or None."""
    if case.kind != IN_ANOTHER_UNIT:
        return None
    checks = ((not case.receiving_unit, "unit_missing"), (case.receiving_unit == case.subject.unit, "own_unit"))
    return first(checks)


def classed(case: Case) -> GuardResult:
    """G18: what is classified K4 is never ordered here."""
    inputs = {"confidentiality": case.level.confidentiality}
    if case.level.confidentiality >= BEYOND_CONFIDENTIALITY:
        return refuses("G18", inputs, "class_too_high", "level")
    return passed("G18", inputs)
