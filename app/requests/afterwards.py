"""An order afterwards, of what somebody has and nobody ordered: ``?finding=ID`` in the address (rules.md C13)."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from flask import request
from flask_babel import lazy_gettext as _
from sqlalchemy import text

from app import permissions
from app.auth import current_person
from app.catalogue.models import AccessLevel
from app.db import rows_of
from app.errors import Conflict, NotFound

WHAT_IT_DOES = _(
    "Beställs i efterhand: behörigheten finns redan. När den är tilldelad är avvikelsen åtgärdad. "
    "Avslås den tas behörigheten bort."
)
OF_SOMEBODY_ELSE = _("Avvikelsen gäller någon annan. Välj den personen.")
# Levels may share a group: then any of them gives what was found.
FINDING = text("""
SELECT f.id, f.person_id, f.system_id, f.state IN ('open', 'assigned', 'reopened') AS is_open
FROM finding f JOIN access_level l ON l.id = :level AND l.system_id = f.system_id
WHERE f.id = :finding AND f.person_id IS NOT NULL AND EXISTS (
  SELECT FROM jsonb_each(f.evidence) e JOIN access_level seen ON seen.id = (e.value ->> 'level')::int
  WHERE seen.id = l.id OR (l.directory_group <> '' AND lower(seen.directory_group) = lower(l.directory_group)))
""")


@dataclass(frozen=True, slots=True)
class Found:
    """What the permission is about, and whether anything is left to put right."""

    id: int
    person_id: int
    system_id: int
    is_open: bool


def asked() -> int | None:
    """The finding that the address names; None for an ordinary order."""
    return request.args.get("finding", type=int)


def finding(level: AccessLevel) -> Found | None:
    """The finding that an order of the level would put right; None for an ordinary order.

    Raises NotFound where there is none of the level that the reader may order from, Conflict when it is settled.
    """
    number = asked()
    if number is None:
        return None
    rows = rows_of(FINDING, {"finding": number, "level": level.id})
    found = Found(*rows[0]) if rows else None
    if found is None or not permissions.allowed("finding.order", current_person(), found):
        raise NotFound()
    if not found.is_open:
        raise Conflict("finding_settled")
    return found


def notices(found: Found | None, person_id: int | None) -> list[SimpleNamespace]:
    """What the form says of it: what the order is for, or that it is for somebody else."""
    if found is None:
        return []
    if person_id != found.person_id:
        return [SimpleNamespace(tone="stop", text=OF_SOMEBODY_ELSE)]
    return [SimpleNamespace(tone="wait", text=WHAT_IT_DOES)]
