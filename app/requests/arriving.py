"""The base order of somebody who has come, filled in for the manager: only to be read and sent (rules.md C1)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app import clock
from app.catalogue.models import AccessLevel
from app.directory import queries as directory
from app.directory.models import Person


def fill_in(form: Any, level: AccessLevel, person_id: int | None) -> None:
    """Put in from when, and why, of a base order for this person; nothing for other levels, or for nobody."""
    person = directory.person(person_id) if level.is_base and person_id is not None else None
    if person is None:
        return
    form.valid_from.data = max(clock.today(), person.starts_on or clock.today())
    form.justification.data = _why(person)


def _why(person: Person) -> str:
    if person.starts_on is None:
        return _("Ny medarbetare enligt personalkatalogen.")
    return _("Ny medarbetare enligt personalkatalogen, anställd från %(day)s.", day=person.starts_on.isoformat())
