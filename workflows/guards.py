"""The guards of rules.md C0.3: named predicates over a frozen Case, each with its inputs and its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from workflows.case import OWNER_PROFILES, Case, EmploymentStatus, GuardResult, OrdererAuthority, Profile
from workflows.freezing import not_frozen
from workflows.personal_numbers import find_personnummer
from workflows.purpose_guard import purpose
from workflows.toxic_guard import not_toxic

__all__ = ["GUARDS", "Guard", "find_personnummer"]

Guard = Callable[[Case], GuardResult]
Inputs = Mapping[str, Any]
Reason = TypeVar("Reason")

FUTURE_DAYS = 60
AHEAD_DAYS = 366  # an order for a start further away is a slip of the pen
EDITABLE = ("draft", "returned")  # the orderer can still mend what a guard finds
ENDLESS_CONFIDENTIALITY = 2  # up to this K a permanent employee's right may be without an end date
SECRET_CONFIDENTIALITY = 3  # from this K nothing is given across nämnder
IN_ANOTHER_UNIT = "temporary_other_unit"
MONTHS_IN_ANOTHER_UNIT = 3  # rules.md C2
MANAGERS_ANSWER = ("requested", "receiving_requested")  # meanwhile the subject trains and signs (rules.md C0.6)
WHERE_ORDERER_REQUIRED = (OrdererAuthority.LINE_MANAGER, OrdererAuthority.AUTHORISED_ORDERER)
EMPLOYMENT_WAITS = MappingProxyType(
    {
        EmploymentStatus.NOT_FOUND: "employment_missing",
        EmploymentStatus.FUTURE: "employment_future",
        EmploymentStatus.UNKNOWN: "directory_unavailable",
        EmploymentStatus.AMBIGUOUS: "employment_ambiguous",
        EmploymentStatus.ON_LEAVE: "on_leave",
    }
)


def _passed(guard: str, inputs: Inputs, reason: str = "") -> GuardResult:
    return GuardResult(guard, True, reason, inputs=inputs)


def _waits(guard: str, inputs: Inputs, reason: str, field: str) -> GuardResult:
    return GuardResult(guard, False, reason, "wait", field, inputs)


def _refuses(guard: str, inputs: Inputs, reason: str, field: str | None = None) -> GuardResult:
    return GuardResult(guard, False, reason, "refuse", field, inputs)


def _first(checks: Iterable[tuple[bool, Reason]]) -> Reason | None:
    """The reason of the first check that is true."""
    return next((reason for failed, reason in checks if failed), None)


def employed(case: Case) -> GuardResult:
    """G1: active, or starting within 60 days. Unknown is not no: it waits."""
    subject = case.subject
    inputs = {"status": subject.status.value, "starts_on": str(subject.starts_on or ""), "today": str(case.today)}
    if subject.status is EmploymentStatus.ACTIVE:
        return _passed("G1", inputs)
    latest = case.today + timedelta(days=FUTURE_DAYS)
    if subject.status is EmploymentStatus.FUTURE and subject.starts_on and subject.starts_on <= latest:
        return _passed("G1", inputs, "future")
    if subject.status is EmploymentStatus.ENDED:
        consequence = "refuse" if case.state in EDITABLE else "cancel"
        return GuardResult("G1", False, "employment_ended", consequence, "subject", inputs)
    return _waits("G1", inputs, EMPLOYMENT_WAITS[subject.status], "subject")


def based(case: Case) -> GuardResult:
    """G2: an active base grant, except for the base order itself."""
    inputs = {"has_base_grant": case.has_base_grant, "is_base": case.level.is_base}
    if case.level.is_base or case.has_base_grant:
        return _passed("G2", inputs)
    return _waits("G2", inputs, "base_grant_missing", "subject")


def orderable(case: Case) -> GuardResult:
    """G3: the system is open for orders, has people, a guideline, and a process that handles the level.

    Lost under way, the order waits. A post that falls vacant then does not stop it: C0.4 names who is asked
    instead, and an owner's week of leave must not hold up every order of the system.
    """
    level = case.level
    ordering = case.state in EDITABLE
    inputs = {"lifecycle": level.lifecycle, "active": level.active, "guideline_valid": level.guideline_valid}
    reason = _first(
        (
            (level.profile is Profile.FORBIDDEN, "forbidden"),
            (level.lifecycle != "production", "system_not_open"),
            (not level.active, "level_inactive"),
            (not level.process_installed, "process_missing"),
            (ordering and not any(p.may_act for p in case.system_owners), "owner_missing"),
            (ordering and not any(p.may_act for p in case.system_managers), "manager_missing"),
            (not level.guideline_valid, "guideline_missing"),
        )
    )
    if reason is None:
        return _passed("G3", inputs)
    return (_refuses if ordering else _waits)("G3", inputs, reason, "level")


def no_duplicate(case: Case) -> GuardResult:
    """G4: no open order and no live grant of the same subject, level and scope; a change goes to another level."""
    inputs = {"existing": list(case.duplicates)}
    unchanged = _unchanged(case) if case.kind == "change" else None
    if unchanged is not None:
        return _refuses("G4", inputs | {"previous_level": case.previous_level}, unchanged, "level")
    return _refuses("G4", inputs, "duplicate", "level") if case.duplicates else _passed("G4", inputs)


def _unchanged(case: Case) -> str | None:
    """Why the order is no change of level, or None."""
    system, _, code = case.previous_level.partition(".")
    return _first(((system != case.level.system, "other_system"), (code == case.level.code, "same_level")))


def may_order(case: Case) -> GuardResult:
    """G5: self, line manager, next level, or an authorised orderer whose scope covers unit and system.

    The base order is not for oneself, who has no account yet (C1). Where an orderer is required, only
    that one and the line manager may order. What is for a time in another unit names one that is another (C2).
    """
    authority = case.orderer_authority
    inputs = {"authority": authority.value if authority else None, "orderer_required": case.level.orderer_required}
    where = _another_unit(case)
    if where is not None:
        return _refuses("G5", inputs | {"receiving_unit": case.receiving_unit}, where, "receiving_unit_id")
    ordered_for_self = case.orderer is not None and case.orderer.id == case.subject.id
    reason = _first(
        (
            (authority is None, "may_not_order"),
            (case.level.is_base and authority is OrdererAuthority.SELF, "base_not_for_self"),
            (case.level.orderer_required and authority not in WHERE_ORDERER_REQUIRED, "orderer_required"),
            (authority is OrdererAuthority.AUTHORISED_ORDERER and ordered_for_self, "orderer_is_subject"),
        )
    )
    return _passed("G5", inputs) if reason is None else _refuses("G5", inputs, reason, "subject")


def _another_unit(case: Case) -> str | None:
    """What is wrong with the unit where the right is to be used, or None."""
    if case.kind != IN_ANOTHER_UNIT:
        return None
    checks = ((not case.receiving_unit, "unit_missing"), (case.receiving_unit == case.subject.unit, "own_unit"))
    return _first(checks)


def not_self(case: Case) -> GuardResult:
    """G6: nobody decides about their own access, nor about an order of their own."""
    actor, orderer = _ids(case)
    inputs = {"actor": actor, "subject": case.subject.id, "orderer": orderer}
    if actor is None or actor in (case.subject.id, orderer):
        return _refuses("G6", inputs, "not_self")
    return _passed("G6", inputs)


def four_eyes(case: Case) -> GuardResult:
    """G7: sensitive and privileged need different people, also behind deputies; standard is let through and flagged."""
    actor, orderer = _ids(case)
    behind = {d.on_behalf_of for d in case.decisions if d.on_behalf_of is not None}
    deciders = sorted({d.person_id for d in case.decisions} | behind)
    inputs = {"actor": actor, "orderer": orderer, "deciders": deciders}
    if actor is not None and actor != orderer and actor not in deciders:
        return _passed("G7", inputs)
    if case.level.profile in OWNER_PROFILES:
        return _refuses("G7", inputs, "four_eyes")
    return _passed("G7", inputs, "same_person_granted")


def trained(case: Case) -> GuardResult:
    """G8: the courses that the level asks for are completed, and have not run out on the day of the move."""
    inputs = {"missing": list(case.courses_missing), "today": str(case.today)}
    return _beside_managers("G8", case, inputs, "training_missing" if case.courses_missing else "")


def confidential(case: Case) -> GuardResult:
    """G9: the subject has signed the agreement that the level asks for, in the version in force."""
    inputs = {"missing": case.agreement_missing, "today": str(case.today)}
    return _beside_managers("G9", case, inputs, "confidentiality_missing" if case.agreement_missing else "")


def _beside_managers(guard: str, case: Case, inputs: Inputs, missing: str) -> GuardResult:
    """What the subject does while the managers answer is noted until they have, and waited for after that (C0.6)."""
    if not missing:
        return _passed(guard, inputs)
    if case.state in EDITABLE or case.resume_state in MANAGERS_ANSWER:
        return _passed(guard, inputs, missing)
    return _waits(guard, inputs, missing, "subject")


def _ids(case: Case) -> tuple[int | None, int | None]:
    return case.actor.id if case.actor else None, case.orderer.id if case.orderer else None


def period(case: Case) -> GuardResult:
    """G10: from <= to, no back-dating, not beyond the employment or the level's longest term.

    The base order needs no end date: it follows the employment by itself (C1). What is for a time in another
    unit always has one, at most three months on (C2).
    """
    start, end, level, subject = case.valid_from, case.valid_to, case.level, case.subject
    hourly = subject.employment_form in ("hourly", "substitute") and level.max_days_hourly is not None
    longest = level.max_days_hourly if hourly else level.max_days
    inputs = {
        "from": str(start or ""),
        "to": str(end or ""),
        "employment_end": str(subject.ends_on or ""),
        "longest_days": longest,
    }
    endless = longest is None and level.confidentiality <= ENDLESS_CONFIDENTIALITY
    elsewhere = case.kind == IN_ANOTHER_UNIT
    may_be_open = level.is_base or (endless and subject.employment_form == "permanent" and not elsewhere)
    days = (end - start).days if start and end else 0  # not start + longest: the calendar ends in the year 9999
    fault = _first(
        (
            (start is None, ("start_missing", "valid_from")),
            (start is not None and start < case.today, ("back_dated", "valid_from")),
            (_after(start, case.today + timedelta(days=AHEAD_DAYS)), ("too_far_ahead", "valid_from")),
            (_after(start, end), ("period_reversed", "valid_to")),
            (end is None and not may_be_open, ("end_date_needed", "valid_to")),
            (_after(end, subject.ends_on), ("beyond_employment", "valid_to")),
            (elsewhere and _beyond(start, end, MONTHS_IN_ANOTHER_UNIT), ("over_three_months", "valid_to")),
            (longest is not None and days > longest, ("too_long", "valid_to")),
        )
    )
    return _passed("G10", inputs) if fault is None else _refuses("G10", inputs, *fault)


def _after(day: date | None, limit: date | None) -> bool:
    """True when ``day`` is later than ``limit``; an open end is no limit."""
    return day is not None and limit is not None and day > limit


def _beyond(start: date | None, end: date | None, months: int) -> bool:
    """True when ``end`` is later than the day of the same number ``months`` on, or that month's last day.

    So is a time in months counted by law (lag 1930:173, 2 §): from 30 November three months last to the end
    of February, of 28 days or 29.
    """
    if start is None or end is None:
        return False
    passed = (end.year - start.year) * 12 + end.month - start.month
    return passed > months or (passed == months and end.day > start.day)


def same_board(case: Case) -> GuardResult:
    """G12: K3 is denied across nämnder, for secrecy holds between them; unknown on either side is not the same.

    The exception by both owners and a stated legal ground (C0.3) needs two owners, whom no process asks yet.
    """
    subject, system = case.subject.board, case.level.board
    inputs = {"subject_board": subject, "system_board": system, "confidentiality": case.level.confidentiality}
    if case.level.confidentiality < SECRET_CONFIDENTIALITY or (subject and subject == system):
        return _passed("G12", inputs)
    return _refuses("G12", inputs, "cross_board", "level")


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "G1": employed,
        "G2": based,
        "G3": orderable,
        "G4": no_duplicate,
        "G5": may_order,
        "G6": not_self,
        "G7": four_eyes,
        "G8": trained,
        "G9": confidential,
        "G10": period,
        "G11": purpose,
        "G12": same_board,
        "G13": not_toxic,
        "G15": not_frozen,
    }
)
