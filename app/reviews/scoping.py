"""From what somebody has written to what a campaign is of."""

from __future__ import annotations

from sqlalchemy import func, select

from app.catalogue.models import System
from app.db import db
from app.directory.models import Person, Unit
from app.errors import NotAllowed
from app.reviews.opening import Scope

FOUND = {
    "system": lambda code: select(System.id).where(func.lower(System.code) == code.lower()),
    "unit": lambda code: select(Unit.id).where(func.lower(Unit.code) == code.lower()),
    "person": lambda code: select(Person.id).where(Person.employee_number == code),
}


def scope(kind: str, code: str) -> Scope:
    """The system, unit or person with that code. Raises NotAllowed no_such_scope."""
    wanted = FOUND.get(kind)
    found = db.session.scalar(wanted(code.strip())) if wanted else None
    if found is None:
        raise NotAllowed("no_such_scope", field="code")
    return Scope(kind, found)
