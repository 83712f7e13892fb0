"""Guard G17 (rules.md C0.3, C1): somebody without an employment gets something only by an assignment.

Off unless the municipality has opted in. An assignment has a sponsor who is employed, an agreement, and a hard end.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from workflows.case import EmploymentStatus, GuardResult, Party

MOST_MONTHS = 12
KINDS = ("elected", "trainee", "consultant", "care_provider")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What G17 sees of an assignment. Dates are local and inclusive."""

    kind: str
    sponsor: Party
    agreement_ref: str
    starts_on: date
    ends_on: date | None


def assigned(assignment: Assignment | None, *, opted_in: bool, subject_id: int, today: date) -> GuardResult:
    """G17: opted in, sponsor employed and somebody else, agreement named, end within twelve months and not passed."""
    inputs = {"opted_in": opted_in, "today": str(today), "ends_on": str(assignment.ends_on or "") if assignment else ""}
    reason = _fault(assignment, opted_in, subject_id, today)
    if reason:
        return GuardResult("G17", False, reason, "refuse", "subject", inputs)
    return GuardResult("G17", True, inputs=inputs)


def latest_end(starts_on: date) -> date:
    """The last day that an assignment may have: the same day of the month a year on, or that month's last."""
    year = starts_on.year + MOST_MONTHS // 12
    return date(year, starts_on.month, min(starts_on.day, monthrange(year, starts_on.month)[1]))


def _fault(assignment: Assignment | None, opted_in: bool, subject_id: int, today: date) -> str:
    if not opted_in:
        return "assignments_off"
    if assignment is None:
        return "assignment_missing"
    if assignment.kind not in KINDS:
        return "assignment_kind"
    if assignment.sponsor.id == subject_id:
        return "sponsor_is_subject"
    if assignment.sponsor.status is not EmploymentStatus.ACTIVE or not assignment.sponsor.may_act:
        return "sponsor_not_employed"
    if not assignment.agreement_ref.strip():
        return "agreement_ref_missing"
    if assignment.ends_on is None or assignment.ends_on > latest_end(assignment.starts_on):
        return "assignment_too_long"
    return "assignment_over" if assignment.ends_on < max(today, assignment.starts_on) else ""
