"""A second person compares what was registered with the scan (rules.md C12). Callers hold the transaction."""

from __future__ import annotations

from datetime import datetime

from app.directory.evidence import Evidence
from app.errors import NotAllowed
from app.outages import judging, registering
from app.outages.paper_models import PaperOrder
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer

SHORTEST_QUESTION = 5


def verify(paper: PaperOrder, *, evidence: Evidence, actor: Actor, now: datetime) -> None:
    """It says what the scan says: now the rules judge it.

    Raises NotAllowed: not_self for the subject, own_registration for who registered it, no_such_move when it is done.
    """
    held = registering.hold(paper.id)
    check_second_person(held, actor.person_id)
    before = registering.step(held, "verify")
    held.verified_by_id, held.verified_at = actor.person_id, now
    registering.moved(held, "verify", actor, now, state_from=before)
    judging.judge(held, evidence, now)


def send_back(paper: PaperOrder, question: str, *, actor: Actor, now: datetime) -> None:
    """It does not say what the scan says: whoever registers corrects it. Raises as ``verify``, and question_needed."""
    held = registering.hold(paper.id)
    check_second_person(held, actor.person_id)
    if len(question.strip()) < SHORTEST_QUESTION:
        raise NotAllowed("question_needed", field="question")
    if find_personnummer(question):
        raise NotAllowed("personnummer", field="question")
    before = registering.step(held, "return")
    held.question = question.strip()
    registering.moved(held, "return", actor, now, state_from=before, reason=held.question)


def check_second_person(paper: PaperOrder, person_id: int | None) -> None:
    """Never the registrar and never the subject. Raises NotAllowed: own_registration, not_self."""
    if person_id == paper.subject_id:
        raise NotAllowed("not_self", field="state")
    if person_id == paper.registered_by_id:
        raise NotAllowed("own_registration", field="state")
