"""Guard G11 (rules.md C0.3): what the right is for is said, and what the definition asks besides is answered (C3)."""

from __future__ import annotations

from collections.abc import Iterator

from workflows import emergency, emergency_guard, form_answers
from workflows.case import OWNER_PROFILES, Case, GuardResult
from workflows.personal_numbers import find_personnummer

LONGEST_JUSTIFICATION = 4000
SHORTEST_JUSTIFICATION = 20
DEMANDING_CONFIDENTIALITY = 2  # from this K the justification must say something
ANSWER = "answer_"  # begins the name of the field that asks a definition's question in an order's form
SAID = {"needed": "answer_missing", "personnummer": "personnummer"}
ON_PAPER = frozenset({"need_analysis_ref", "is_licensed", "has_siths"})  # what the printed form has lines for (C12)


def purpose(case: Case) -> GuardResult:
    """G11: a justification of sensible length, good answers to what is asked besides, and no personnummer anywhere.

    Here and not in a form: packages, batches and changes order the same levels by other forms. The texts themselves
    are not stored as inputs.
    """
    inputs = {"length": len(case.justification.strip()), "answered": sorted(case.answers)}
    reason, field = next(_faults(case), ("", None))
    if not reason:
        return GuardResult("G11", True, inputs=inputs)
    return GuardResult("G11", False, reason, "refuse", field, inputs)


def _of_answers(case: Case) -> Iterator[tuple[str, str]]:
    """What is wrong with the answers to what is asked besides. A paper form has lines for some of it (C12)."""
    asked = [one for one in case.questions if case.written_on is None or one.name in ON_PAPER]
    for name, fault in form_answers.faults(asked, case.answers, case.today).items():
        yield SAID.get(fault, "answer_faulty"), ANSWER + name
    if case.written_on is None:
        yield from ((fault, ANSWER + name) for name, fault in case.account_faults.items())


def _faults(case: Case) -> Iterator[tuple[str, str]]:
    text, level = case.justification.strip(), case.level
    demanding = level.confidentiality >= DEMANDING_CONFIDENTIALITY or level.profile in OWNER_PROFILES
    if find_personnummer(text):
        yield "personnummer", "justification"
    if len(text) < (SHORTEST_JUSTIFICATION if demanding else 1):
        yield "justification_too_short", "justification"
    if len(text) > LONGEST_JUSTIFICATION:
        yield "justification_too_long", "justification"
    if case.kind == emergency.KIND:
        yield from emergency_guard.faults_of_purpose(case)
    yield from _of_answers(case)
