"""Guard G11 (rules.md C0.3): what the right is for is said, and for a sensitive one what that rests on (C3)."""

from __future__ import annotations

from collections.abc import Iterator

from workflows import emergency, emergency_guard, form_answers
from workflows.case import OWNER_PROFILES, Case, GuardResult, Profile
from workflows.personal_numbers import find_personnummer

LONGEST_JUSTIFICATION = 4000
SHORTEST_JUSTIFICATION = 20
DEMANDING_CONFIDENTIALITY = 2  # from this K the justification must say something
ANSWER = "answer_"  # begins the name of the field that asks a definition's question in an order's form
SAID = {"needed": "answer_missing", "personnummer": "personnummer"}
GIVES_A_LEVEL = ("new", "change")  # to have a level longer rests on what was said when it was ordered


def purpose(case: Case) -> GuardResult:
    """G11: a justification of sensible length and no personnummer anywhere; of a sensitive level the need analysis.

    Here and not in a form: packages, batches and changes order the same levels by other forms. The texts themselves
    are not stored as inputs.
    """
    inputs = {"length": len(case.justification.strip()), "analysis": bool(case.need_analysis_ref.strip())}
    reason, field = next(_faults(case), ("", None))
    if not reason:
        return GuardResult("G11", True, inputs=inputs)
    return GuardResult("G11", False, reason, "refuse", field, inputs)


def _of_answers(case: Case) -> Iterator[tuple[str, str]]:
    """What is wrong with the answers to the definition's own questions. A paper form has none (C12)."""
    if case.written_on is None:
        for name, fault in form_answers.faults(case.questions, case.answers, case.today).items():
            yield SAID.get(fault, "answer_faulty"), ANSWER + name


def _faults(case: Case) -> Iterator[tuple[str, str]]:
    text, analysis, level = case.justification.strip(), case.need_analysis_ref.strip(), case.level
    demanding = level.confidentiality >= DEMANDING_CONFIDENTIALITY or level.profile in OWNER_PROFILES
    if find_personnummer(text):
        yield "personnummer", "justification"
    if len(text) < (SHORTEST_JUSTIFICATION if demanding else 1):
        yield "justification_too_short", "justification"
    if len(text) > LONGEST_JUSTIFICATION:
        yield "justification_too_long", "justification"
    if find_personnummer(analysis):
        yield "personnummer", "need_analysis_ref"
    if case.kind == emergency.KIND:
        yield from emergency_guard.faults_of_purpose(case)
    yield from _of_answers(case)
    if level.profile is not Profile.SENSITIVE or case.kind not in GIVES_A_LEVEL:
        return
    if not analysis:
        yield "analysis_missing", "need_analysis_ref"
    if level.licensed_staff and not case.is_licensed:
        yield "licence_missing", "is_licensed"
    if level.licensed_staff and not case.has_siths:
        yield "siths_missing", "has_siths"
