"""What is special about emergencies in the guards: who may ask, for what, and not twice for the same (rules.md C7)."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.case import Case, GuardResult, OrdererAuthority
from workflows.emergency import KIND, REASONS
from workflows.personal_numbers import find_personnummer

LONGEST_NUMBER = 100
ONLY_THEN = (OrdererAuthority.MANAGER, OrdererAuthority.SYSTEM_MANAGER, OrdererAuthority.DUTY_OFFICER)


def is_one(case: Case) -> bool:
    """True for an order of emergency access."""
    return case.kind == KIND


def may_ask(case: Case) -> GuardResult:
    """G5: any manager, whoever is on duty, or the system's manager, and always for somebody else."""
    authority = case.orderer_authority
    inputs = {"authority": authority.value if authority else None, "kind": KIND}
    if authority is OrdererAuthority.SELF:
        return GuardResult("G5", False, "emergency_for_self", "refuse", "subject", inputs)
    if authority is None:
        return GuardResult("G5", False, "may_not_ask_emergency", "refuse", "subject", inputs)
    return GuardResult("G5", True, inputs=inputs)


def not_again(case: Case) -> GuardResult:
    """G4: not what the person has, nor what is asked for already; and not twice in 30 days for the same need."""
    inputs = {"existing": list(case.duplicates), "earlier": case.earlier_emergency}
    if case.duplicates:
        return GuardResult("G4", False, "duplicate", "refuse", "level", inputs)
    if case.earlier_emergency:
        return GuardResult("G4", False, "emergency_again", "refuse", "level", inputs)
    return GuardResult("G4", True, inputs=inputs)


def faults_of_purpose(case: Case) -> Iterator[tuple[str, str]]:
    """G11: besides the text, a reason from the list and the number of the incident. Reasons and fields."""
    number = case.incident_number.strip()
    if case.emergency_reason not in REASONS:
        yield "emergency_reason_missing", "emergency_reason"
    if not number:
        yield "incident_missing", "incident_number"
    if len(number) > LONGEST_NUMBER:
        yield "incident_too_long", "incident_number"
    if find_personnummer(number):
        yield "personnummer", "incident_number"
