"""A refusal beside its field."""

from __future__ import annotations

from typing import Any

from app.control import report_words, words
from app.errors import NotAllowed


def beside(form: Any, refused: NotAllowed, otherwise: str) -> None:
    """The refusal as an error beside its field; ``otherwise`` names the field of what has none of its own."""
    name = str(refused.details.get("field", ""))
    said = {**report_words.REFUSALS, **words.REFUSALS}[refused.reason]
    form[name if name in form else otherwise].errors = [str(said)]
