"""The guards of rules.md C0.3: named predicates over a frozen Case, each with its inputs and its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from workflows.case import Case, EmploymentStatus, GuardResult, OrdererAuthority, Profile
from workflows.personal_numbers import find_personnummer

Guard = Callable[[Case], GuardResult]

FUTURE_DAYS = 60
LONGEST_JUSTIFICATION = 4000
SHORTEST_JUSTIFICATION = 20
OWNER_PROFILES = (Profile.SENSITIVE, Profile.PRIVILEGED)
EMPLOYMENT_WAITS = MappingProxyType(
    {
        EmploymentStatus.NOT_FOUND: "employment_missing",
        EmploymentStatus.FUTURE: "employment_future",
        EmploymentStatus.UNKNOWN: "directory_unavailable",
        EmploymentStatus.AMBIGUOUS: "employment_ambiguous",
        EmploymentStatus.ON_LEAVE: "on_leave",
    }
)


def _passed(guard: str, reason: str = "", **inputs: Any) -> GuardResult:
    return GuardResult(guard, True, reason, inputs=inputs)


def _failed(guard: str, consequence: str, reason: str, field: str | None = None, **inputs: Any) -> GuardResult:
    return GuardResult(guard, False, reason, consequence, field, inputs)


def employed(case: Case) -> GuardResult:
    """G1: active, or starting within 60 days. Unknown is not no: it waits."""
    subject = case.subject
    inputs = {"status": subject.status.value, "starts_on": str(subject.starts_on or ""), "today": str(case.today)}
    if subject.status is EmploymentStatus.ACTIVE:
        return _passed("G1", **inputs)
    latest = case.today + timedelta(days=FUTURE_DAYS)
    if subject.status is EmploymentStatus.FUTURE and subject.starts_on and subject.starts_on <= latest:
        return _passed("G1", "future", **inputs)
    if subject.status is EmploymentStatus.ENDED:
        consequence = "refuse" if case.state in ("draft", "returned") else "cancel"
        return _failed("G1", consequence, "employment_ended", "subject", **inputs)
    return _failed("G1", "wait", EMPLOYMENT_WAITS[subject.status], "subject", **inputs)


def based(case: Case) -> GuardResult:
    """G2: an active base grant, except for the base order itself."""
    if case.level.is_base or case.has_base_grant:
        return _passed("G2", has_base_grant=case.has_base_grant, is_base=case.level.is_base)
    return _failed("G2", "wait", "base_grant_missing", "subject", has_base_grant=False)


def orderable(case: Case) -> GuardResult:
    """G3: the system is open for orders, has people, a guideline, and a process that handles the level."""
    level = case.level
    checks = (
        (level.profile is Profile.FORBIDDEN, "forbidden"),
        (level.lifecycle != "production", "system_not_open"),
        (not level.active, "level_inactive"),
        (not level.process_installed, "process_missing"),
        (not any(p.may_act for p in case.system_owners), "owner_missing"),
        (not any(p.may_act for p in case.system_managers), "manager_missing"),
        (not level.guideline_valid, "guideline_missing"),
    )
    inputs = {"lifecycle": level.lifecycle, "active": level.active, "guideline_valid": level.guideline_valid}
    for failed, reason in checks:
        if failed:
            consequence = "refuse" if case.state in ("draft", "returned") else "wait"
            return _failed("G3", consequence, reason, "level", **inputs)
    return _passed("G3", **inputs)


def no_duplicate(case: Case) -> GuardResult:
    """G4: no open order and no live grant of the same subject, level and scope."""
    if case.duplicates:
        return _failed("G4", "refuse", "duplicate", "level", existing=list(case.duplicates))
    return _passed("G4")


def may_order(case: Case) -> GuardResult:
    """G5: self, line manager, next level, or an authorised orderer whose scope covers unit and system."""
    authority = case.orderer_authority
    inputs = {"authority": authority.value if authority else None, "orderer_required": case.level.orderer_required}
    if authority is None:
        return _failed("G5", "refuse", "may_not_order", "subject", **inputs)
    if case.level.is_base and authority is OrdererAuthority.SELF:
        return _failed("G5", "refuse", "base_not_for_self", "subject", **inputs)
    if case.level.orderer_required and authority in (OrdererAuthority.SELF, OrdererAuthority.NEXT_LEVEL_MANAGER):
        return _failed("G5", "refuse", "orderer_required", "subject", **inputs)
    if authority is OrdererAuthority.AUTHORISED_ORDERER and case.orderer and case.orderer.id == case.subject.id:
        return _failed("G5", "refuse", "orderer_is_subject", "subject", **inputs)
    return _passed("G5", **inputs)


def not_self(case: Case) -> GuardResult:
    """G6: nobody decides about their own access, nor about an order of their own."""
    actor = case.actor.id if case.actor else None
    inputs = {"actor": actor, "subject": case.subject.id, "orderer": case.orderer.id if case.orderer else None}
    if actor is None or actor in (inputs["subject"], inputs["orderer"]):
        return _failed("G6", "refuse", "not_self", **inputs)
    return _passed("G6", **inputs)


def four_eyes(case: Case) -> GuardResult:
    """G7: sensitive and privileged need different people; standard is let through and flagged."""
    actor = case.actor.id if case.actor else None
    deciders = sorted({d.person_id for d in case.decisions})
    inputs = {"actor": actor, "deciders": deciders}
    if actor not in deciders:
        return _passed("G7", **inputs)
    if case.level.profile in OWNER_PROFILES:
        return _failed("G7", "refuse", "four_eyes", **inputs)
    return _passed("G7", "same_person_granted", **inputs)


def period(case: Case) -> GuardResult:
    """G10: from <= to, no back-dating, not beyond the employment or the level's longest term."""
    start, end = case.valid_from, case.valid_to
    inputs = {"from": str(start or ""), "to": str(end or ""), "employment_end": str(case.subject.ends_on or "")}
    level, form = case.level, case.subject.employment_form
    hourly = form in ("hourly", "substitute") and level.max_days_hourly is not None
    longest = level.max_days_hourly if hourly else level.max_days
    if start is None:
        return _failed("G10", "refuse", "start_missing", "valid_from", **inputs)
    if start < case.today and case.state in ("draft",):
        return _failed("G10", "refuse", "back_dated", "valid_from", **inputs)
    if end is not None and end < start:
        return _failed("G10", "refuse", "period_reversed", "valid_to", **inputs)
    if end is None and (longest is not None or case.level.confidentiality > 2 or form != "permanent"):
        return _failed("G10", "refuse", "end_date_needed", "valid_to", **inputs)
    if end is not None and case.subject.ends_on is not None and end > case.subject.ends_on:
        return _failed("G10", "refuse", "beyond_employment", "valid_to", **inputs)
    if end is not None and longest is not None and end > start + timedelta(days=longest):
        return _failed("G10", "refuse", "too_long", "valid_to", longest_days=longest, **inputs)
    return _passed("G10", **inputs)


def purpose(case: Case) -> GuardResult:
    """G11: a justification of sensible length, without personnummer. The text itself is not stored as input."""
    text = case.justification.strip()
    inputs = {"length": len(text)}
    demanding = case.level.confidentiality >= 2 or case.level.profile in OWNER_PROFILES
    if find_personnummer(text):
        return _failed("G11", "refuse", "personnummer", "justification", **inputs)
    if len(text) < (SHORTEST_JUSTIFICATION if demanding else 1):
        return _failed("G11", "refuse", "justification_too_short", "justification", **inputs)
    if len(text) > LONGEST_JUSTIFICATION:
        return _failed("G11", "refuse", "justification_too_long", "justification", **inputs)
    return _passed("G11", **inputs)


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "G1": employed,
        "G2": based,
        "G3": orderable,
        "G4": no_duplicate,
        "G5": may_order,
        "G6": not_self,
        "G7": four_eyes,
        "G10": period,
        "G11": purpose,
    }
)
