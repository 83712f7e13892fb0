"""What people hold: seeing, ending, extending and changing it. All pages are of one blueprint."""

from __future__ import annotations

from flask import Blueprint

from app.errors import NotFound
from app.grants import queries
from app.grants.models import Grant

bp = Blueprint("grants", __name__, url_prefix="/grants")


def by_id(grant_id: int) -> Grant:
    """The right that an address names. Raises NotFound."""
    found = queries.grant(grant_id)
    if found is None:
        raise NotFound()
    return found
