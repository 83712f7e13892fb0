"""A sensitive level reaches the holder's own unit, by its name, and no further (rules.md C3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.catalogue.models import AccessLevel

OWN = ("unit", "school")


def is_own_unit(level: AccessLevel) -> bool:
    """True for a level whose scope nobody chooses: it is the unit where the holder works."""
    return level.profile == "sensitive" and level.scope_kind in OWN


def scope_of(values: Mapping[str, Any]) -> str:
    """The scope of the order that ``values`` describe: the subject's own unit, or what is said in the form.

    What extends a right keeps the scope that the right has.
    """
    subject = values["subject"]
    if values.get("kind") == "extend" or not is_own_unit(values["level"]):
        return str(values.get("scope") or "")
    return subject.unit.name if subject.unit else ""
