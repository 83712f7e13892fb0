"""Who may see and do what with reviews (rules.md C8). A part is its reviewer's; the services look again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import text

from app import clock
from app.db import rows_of
from app.directory.models import Person
from app.permissions import standing
from app.permissions.positions import auditor, coordinator, owns_a_system

STANDS_IN = text("""
SELECT 1 FROM deputyship WHERE person_id = :reviewer AND deputy_id = :me AND valid_from <= :today AND valid_to >= :today
""")


def its_reviewer(person: Person, part: Any) -> bool:
    """Whose part it is, or who was asked because nobody answered in time."""
    return person.id == part.reviewer_id or person.id in part.helper_ids


def stands_in(person: Person, part: Any) -> bool:
    """Deputy of the reviewer today."""
    return bool(rows_of(STANDS_IN, {"reviewer": part.reviewer_id, "me": person.id, "today": clock.today()}))


def owns_the_reviewed(person: Person, campaign: Any) -> bool:
    """Owner of the one system that is reviewed."""
    return campaign.system_id is not None and ("system_owner", campaign.system_id) in standing.roles(person.id)


TABLE: Mapping[str, tuple[Callable[[Person, Any], bool], ...]] = {
    "review.run": (coordinator,),
    "review.list": (owns_a_system, coordinator, auditor),
    "review.show": (owns_the_reviewed, coordinator, auditor),
    "review.sign": (owns_the_reviewed, coordinator),
    "review.answer": (its_reviewer, stands_in),
}
HIDDEN_WITHOUT: Mapping[str, str] = {}
