"""Reading the log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.models import AuditEvent
from app.db import db


def of_request(request_id: int) -> Sequence[AuditEvent]:
    """Every event about an order, oldest first, with who did it."""
    statement = (
        select(AuditEvent)
        .where(AuditEvent.request_id == request_id)
        .options(joinedload(AuditEvent.actor), joinedload(AuditEvent.on_behalf_of))
        .order_by(AuditEvent.id)
    )
    return db.session.scalars(statement).unique().all()


def of_matter(matter_id: int) -> Sequence[AuditEvent]:
    """Every event about a matter, oldest first, with who did it."""
    statement = (
        select(AuditEvent)
        .where(AuditEvent.object_type == "matter", AuditEvent.object_id == matter_id)
        .options(joinedload(AuditEvent.actor), joinedload(AuditEvent.on_behalf_of))
        .order_by(AuditEvent.id)
    )
    return db.session.scalars(statement).unique().all()
