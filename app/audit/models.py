"""What happened, for ever. The database refuses UPDATE, DELETE and TRUNCATE (migration 0001)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person


class AuditEvent(Model):
    """rules.md C0.5. ``previous_hash`` and ``hash`` are filled by the sealing, which comes later.

    ``guards`` holds each evaluation of a guard with its inputs; ``evidence`` what the directory said.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_request", "request_id", "id"),
        Index("ix_audit_event_object", "object_type", "object_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(MOMENT)
    event: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_role: Mapped[str] = mapped_column(default="")
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[int | None]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("access_request.id"))
    state_from: Mapped[str] = mapped_column(default="")
    state_to: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    round: Mapped[int | None]
    guards: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    documents: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    previous_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[Person | None] = relationship(foreign_keys=[on_behalf_of_id])
