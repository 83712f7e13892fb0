"""Which definition the life of a role, a deputy, a handover or a paper form follows: the version that it began with.

They are stored and changed beside those of orders. Where none is stored yet, the one that came with the product says
what has held all along (docs/decisions/0036).
"""

from __future__ import annotations

from flask_babel import get_locale

from app.requests import definitions
from app.templating import state_words
from app.templating.state_words import Look
from workflows import life
from workflows.definition import Step, Workflow
from workflows.form_fields import Text

ORDERER, HANDOVER, DEPUTY, PAPER = "authorised_orderer", "role_handover", "deputy", "paper_routine"
LEAVER, MOVER, ABSENCE = "leaver", "mover", "absence"


def beginning(process: str) -> Workflow:
    """The version that begins now; one statement."""
    return definitions.active(process) or definitions.installed()[process]


def following(process: str, number: int) -> Workflow:
    """The version that something began with; one statement the first time. Raises LookupError for an unknown one."""
    shipped = definitions.installed()[process]
    try:
        return definitions.version(process, number)
    except LookupError:
        if shipped.version != number:
            raise
        return shipped


def step(workflow: Workflow, state: str) -> Step | None:
    """What is asked at once in ``state``; None where nothing is, or only once a year."""
    found = life.asked_in(workflow, state)
    return found if found is not None and not found.yearly else None


def look(workflow: Workflow, state: str) -> Look:
    """Word, colour and icon of a state, the word from the definition."""
    said = workflow.words.states.get(state)
    kind = workflow.states[state].kind if state in workflow.states else ""
    tone, icon = state_words.life_tone(state, "given" if state in workflow.gives else kind)
    return Look(in_language(said) if said else state, tone, icon)


def in_language(text: Text) -> str:
    """The text in the reader's language."""
    return text.get(str(get_locale() or "sv")[:2]) or text["sv"]
