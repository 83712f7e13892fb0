"""Guard G17 (rules.md C0.3, C1): somebody without an employment gets something only by an assignment.

Off unless the municipality has opted in. An assignment has a sponsor who is employed, an agreement, and a hard end.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from workflows.case import Assignment, Case, EmploymentStatus, GuardResult, Party
from workflows.guard_results import EDITABLE

FORM = "assignment"  # what stands where employees have a form of employment
MOST_MONTHS = 12
KINDS = ("elected", "trainee", "consultant", "volunteer", "care_provider")
SPONSOR_GRACE = 10  # working days without a sponsor, after which rights rest
# What the directory has of accounts that are nobody's employment.
NO_ACCOUNT, USABLE, UNUSABLE = "none", "usable", "unusable"


def under_assignment(case: Case) -> GuardResult:
    """G17 of an order: nothing to ask of the employed; of others, see ``assigned``.

    A refusal while the orderer can mend it; under way the order waits for a sponsor, and ends with the assignment.
    """
    if case.assignment is None and case.subject.employment_form != FORM:
        return GuardResult("G17", True, inputs={"employment_form": case.subject.employment_form})
    found = assigned(case.assignment, opted_in=case.assignments_on, subject_id=case.subject.id, today=case.today)
    if found.passed or case.state in EDITABLE:
        return found
    consequence = "cancel" if found.reason == "assignment_over" else "wait"
    return GuardResult("G17", False, found.reason, consequence, found.field, found.inputs)


def assigned(assignment: Assignment | None, *, opted_in: bool, subject_id: int, today: date) -> GuardResult:
    """G17: opted in, sponsor employed and somebody else, agreement named, end within twelve months and not passed."""
    inputs = {"opted_in": opted_in, "today": str(today), "ends_on": str(assignment.ends_on or "") if assignment else ""}
    reason = _fault(assignment, opted_in, subject_id, today)
    if reason:
        return GuardResult("G17", False, reason, "refuse", "subject", inputs)
    return GuardResult("G17", True, inputs=inputs)


def status_under(
    said: EmploymentStatus, account: str, assignment: Assignment | None, *, opted_in: bool, today: date
) -> EmploymentStatus:
    """The employment status of somebody with an assignment: never stronger than what the directory says.

    Only of whom the directory knows no employment (``not_found``) the assignment says anything: who is employed needs
    none, who has left has left, and unknown stays unknown. Without an account it is not found still, nor before the
    first day with one that is not yet opened; after that, an account that may not be used has ended what it was for.
    """
    if said is not EmploymentStatus.NOT_FOUND or assignment is None or not opted_in:
        return said
    begun = assignment.starts_on <= today
    if assignment.ends_on is None or assignment.ends_on < today or (account == UNUSABLE and begun):
        return EmploymentStatus.ENDED
    if account != USABLE:
        return EmploymentStatus.NOT_FOUND
    return EmploymentStatus.ACTIVE if begun else EmploymentStatus.FUTURE


def latest_end(starts_on: date) -> date:
    """The last day that an assignment may have: the same day of the month a year on, or that month's last."""
    year = starts_on.year + MOST_MONTHS // 12
    return date(year, starts_on.month, min(starts_on.day, monthrange(year, starts_on.month)[1]))


def answers(sponsor: Party) -> bool:
    """True for a sponsor who is employed and at work, or away for a time: unknown is not employed, leave is."""
    return sponsor.status is EmploymentStatus.ON_LEAVE or (
        sponsor.status is EmploymentStatus.ACTIVE and sponsor.may_act
    )


def _fault(assignment: Assignment | None, opted_in: bool, subject_id: int, today: date) -> str:
    if not opted_in:
        return "assignments_off"
    if assignment is None:
        return "assignment_missing"
    if assignment.kind not in KINDS:
        return "assignment_kind"
    if assignment.sponsor.id == subject_id:
        return "sponsor_is_subject"
    if not answers(assignment.sponsor):
        return "sponsor_not_employed"
    if not assignment.agreement_ref.strip():
        return "agreement_ref_missing"
    if assignment.ends_on is None or assignment.ends_on > latest_end(assignment.confirmed_on or assignment.starts_on):
        return "assignment_too_long"
    return "assignment_over" if assignment.ends_on < max(today, assignment.starts_on) else ""
