"""Rows of the tables that a form may ask for, each as one sentence: risks, levels, conditions, exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.matters import words
from app.templating import state_words
from workflows import form_answers


def in_words(table: str, row: Mapping[str, Any]) -> str:
    """What the row says; ``table`` is the type of its field (workflows/form_fields.py)."""
    if table == "risk_table":
        return _risk(row)
    if table == "levels":
        return _level(row)
    item = str(words.NEEDS.get(row.get("item", ""), ""))
    text = f"{item}: {row['text']}" if item else row["text"]
    return f"{text}, " + _("senast %(day)s", day=row["due"])


def _risk(row: Mapping[str, Any]) -> str:
    value = form_answers.risk_value(row)
    high = " (" + _("hög") + ")" if value >= form_answers.HIGH_RISK else ""
    measure = row.get("measure", "")
    done = _("Åtgärd: %(measure)s", measure=measure) if measure else _("Ingen åtgärd.")
    return f"{row['event']}. " + _("Riskvärde %(value)s", value=value) + f"{high}. {done}"


def _level(row: Mapping[str, Any]) -> str:
    profile, access = state_words.profile(row["profile"]).word, words.ACCESS.get(row["access"], "")
    group = row.get("directory_group")
    said = f"{row['label']} ({row['code']}): {profile}, " + _("ger rätt att") + f" {access}"
    return f"{said}, {group}" if group else said
