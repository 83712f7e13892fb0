"""Reading findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.errors import NotFound
from app.reconciliation.models import ACCEPTABLE, OPEN, TYPES, Finding

WITH_NAMES = (joinedload(Finding.system), joinedload(Finding.person), joinedload(Finding.resolved_by))


def finding(finding_id: int) -> Finding:
    """The finding with its system and people. Raises NotFound."""
    found = db.session.get(Finding, finding_id, options=WITH_NAMES)
    if found is None:
        raise NotFound()
    return found


def by_ids(finding_ids: Collection[int]) -> Sequence[Finding]:
    """These findings, oldest first; no statement when there are none."""
    if not finding_ids:
        return []
    wanted = select(Finding).where(Finding.id.in_(finding_ids)).options(*WITH_NAMES)
    return db.session.scalars(wanted.order_by(Finding.id)).all()


def is_open(finding: Finding) -> bool:
    """True while somebody must do something about it."""
    return finding.state in OPEN


def is_acceptable(finding: Finding) -> bool:
    """True while an owner may decide to live with it for a time."""
    return is_open(finding) and finding.type in ACCEPTABLE


def open_ids() -> Sequence[int]:
    """Every finding of the paper routine that somebody must do something about."""
    wanted = select(Finding.id).where(Finding.state.in_(OPEN), Finding.type.in_(TYPES))
    return db.session.scalars(wanted.order_by(Finding.id)).all()


def lapsed_ids(today: date) -> Sequence[int]:
    """Findings whose risk was accepted to a day that has passed."""
    return db.session.scalars(select(Finding.id).where(Finding.accepted_until < today).order_by(Finding.id)).all()


def of_type(type_: str, system_ids: Collection[int]) -> Sequence[Finding]:
    """Findings of one type in these systems, oldest first; no statement when there are no systems."""
    if not system_ids:
        return []
    wanted = select(Finding).where(Finding.type == type_, Finding.system_id.in_(system_ids)).options(*WITH_NAMES)
    return db.session.scalars(wanted.order_by(Finding.id)).all()
