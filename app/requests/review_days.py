"""When a right is reviewed next: by its level, and by the definition that its order followed (rules.md C8)."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.catalogue.models import AccessLevel
from app.catalogue.queries import confidentiality_of, process_of
from app.grants.models import Grant
from app.requests import definitions
from app.requests.models import AccessRequest
from workflows import reviewing
from workflows.case import Profile

LIVE = ("active", "suspended", "pending_activation")


def of_grant(grant: Grant | None, order: AccessRequest) -> date | None:
    """The last day for the next review of the right that the order led to.

    None for what is over, and for what ends by itself or with the employment: an emergency, the base.
    """
    if grant is None or grant.status not in LIVE or grant.source == "emergency" or order.level.is_base:
        return None
    return _day(order.level, grant.granted_at, definitions.of(order).review_months)


def rhythm_of(level: AccessLevel) -> int | None:
    """How many months apart rights of the level are reviewed, by the definition that is active; one statement."""
    process = None if level.review_months is not None else definitions.active(process_of(level))
    return reviewing.rhythm(level.review_months, process.review_months if process else None)


def of_level(level: AccessLevel, granted_at: datetime, months: int | None) -> date | None:
    """The last day for the next review of a right of the level; ``months``: its rhythm."""
    return None if level.is_base else _day(level, granted_at, months)


def _day(level: AccessLevel, granted_at: datetime, months: int | None) -> date | None:
    yearly = reviewing.every_year(Profile(level.profile), confidentiality_of(level))
    rhythm = reviewing.rhythm(level.review_months, months)
    return reviewing.next_review(clock.local(granted_at).date(), rhythm, yearly=yearly)
