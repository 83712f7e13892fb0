"""Predicates of the table about findings (rules.md C13)."""

from __future__ import annotations

from typing import Any

from app.directory.models import Person
from app.permissions.positions import coordinator


def coordinates_the_directory(person: Person, finding: Any) -> bool:
    """A finding about no one system has no owner: the coordinators answer for it."""
    return finding.system_id is None and coordinator(person, finding)
