"""Guards about whom an order is for: employed, based, trained, bound to secrecy, protected, without findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from workflows.case import Case, EmploymentStatus, GuardResult
from workflows.guard_results import EDITABLE, Inputs, passed, waits

FUTURE_DAYS = 60
MANAGERS_ANSWER = ("requested", "receiving_requested")  # meanwhile the subject trains and signs (rules.md C0.6)
EMPLOYMENT_WAITS: Mapping[EmploymentStatus, str] = MappingProxyType(
    {
        EmploymentStatus.NOT_FOUND: "employment_missing",
        EmploymentStatus.FUTURE: "employment_future",
        EmploymentStatus.UNKNOWN: "directory_unavailable",
        EmploymentStatus.AMBIGUOUS: "employment_ambiguous",
        EmploymentStatus.ON_LEAVE: "on_leave",
    }
)


def employed(case: Case) -> GuardResult:
    """G1: active, or starting within 60 days. Unknown is not no: it waits."""
    subject = case.subject
    inputs = {"status": subject.status.value, "starts_on": str(subject.starts_on or ""), "today": str(case.today)}
    if subject.status is EmploymentStatus.ACTIVE:
        return passed("G1", inputs)
    latest = case.today + timedelta(days=FUTURE_DAYS)
    if subject.status is EmploymentStatus.FUTURE and subject.starts_on and subject.starts_on <= latest:
        return passed("G1", inputs, "future")
    if subject.status is EmploymentStatus.ENDED:
        consequence = "refuse" if case.state in EDITABLE else "cancel"
        return GuardResult("G1", False, "employment_ended", consequence, "subject", inputs)
    return waits("G1", inputs, EMPLOYMENT_WAITS[subject.status], "subject")


def based(case: Case) -> GuardResult:
    """G2: an active base grant, except for the base order itself."""
    inputs = {"has_base_grant": case.has_base_grant, "is_base": case.level.is_base}
    if case.level.is_base or case.has_base_grant:
        return passed("G2", inputs)
    return waits("G2", inputs, "base_grant_missing", "subject")


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
        return passed(guard, inputs)
    if case.state in EDITABLE or case.resume_state in MANAGERS_ANSWER:
        return passed(guard, inputs, missing)
    return waits(guard, inputs, missing, "subject")


def protected(case: Case) -> GuardResult:
    """G14: somebody with a protected identity is let through, with the note that names are masked."""
    inputs = {"protected": case.subject.protected}
    return passed("G14", inputs, "identity_masked" if case.subject.protected else "")


def clean(case: Case) -> GuardResult:
    """G16: no grave finding about the subject is open in the same system; until it is dealt with, the order waits."""
    inputs = {"findings": list(case.open_findings)}
    return waits("G16", inputs, "finding_open", "subject") if case.open_findings else passed("G16", inputs)
