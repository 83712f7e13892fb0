"""Orders. A request ends; what it led to is a grant, with a life of its own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import AccessLevel, RolePackage
from app.db import Model
from app.directory.models import MOMENT, Employment, Person, Unit
from app.grants.models import Grant

UNDER_WAY = "submitted_at IS NOT NULL AND ended_at IS NULL"  # whatever a process calls its states


class WorkflowVersion(Model):
    """A process definition, word for word: requests keep the version that they started with.

    ``status`` is proposed, active (at most one for each process), superseded or withdrawn. Whoever is None is the
    product itself: what it brings. One person proposes and another activates; the database refuses anything else,
    and refuses to change a text that is stored (migration 0006).
    """

    __tablename__ = "workflow_version"
    __table_args__ = (
        UniqueConstraint("process", "version"),
        Index("uq_workflow_version_active", "process", unique=True, postgresql_where=text("status = 'active'")),
        CheckConstraint("status IN ('proposed', 'active', 'superseded', 'withdrawn')", "status"),
        CheckConstraint("proposed_by_id <> activated_by_id", "two_people"),
        CheckConstraint("(status IN ('active', 'superseded')) = (activated_at IS NOT NULL)", "activated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    process: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    source: Mapped[str]
    status: Mapped[str] = mapped_column(default="proposed")
    why: Mapped[str] = mapped_column(default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(MOMENT)
    activated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    activated_at: Mapped[datetime | None] = mapped_column(MOMENT)

    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    activated_by: Mapped[Person | None] = relationship(foreign_keys=[activated_by_id])


class Bundle(Model):
    """Orders that one person sent together: a role package for somebody, or one level for many. Each lives by itself.

    ``key`` comes with the form, so that what is sent twice is one bundle. ``left_out``: who or what got no order
    when it was sent, as JSON: ``about`` (a name to show) and ``reason`` (a code).
    """

    __tablename__ = "order_bundle"
    __table_args__ = (UniqueConstraint("orderer_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    orderer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str]
    package_id: Mapped[int | None] = mapped_column(ForeignKey("role_package.id"))
    level_id: Mapped[int | None] = mapped_column(ForeignKey("access_level.id"))
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    left_out: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)

    orderer: Mapped[Person] = relationship()
    package: Mapped[RolePackage | None] = relationship()
    level: Mapped[AccessLevel | None] = relationship()


class AccessRequest(Model):
    """One subject, one level, one scope. ``version`` counts writes: the slower of two deciders loses.

    ``grant_id`` is the right that the order is about: what it extends, or what ends when it is granted (change).
    ``receiving_unit_id`` is where the right is to be used for a time (``temporary_other_unit``).
    ``proposed_level_id`` is the lower level that the orderer is asked about, and ``question`` why (rules.md C2).
    ``resume_state`` is where a waiting order goes on; ``wait_reason`` why it waits.
    ``zone_ids`` and ``schedule_id``: where and when a tag is to open doors (rules.md C4); ``scope`` says it in words.
    ``valid_from`` and ``valid_to`` are local dates, inclusive. It is under way from ``submitted_at`` to ``ended_at``:
    granting ends it too, and so do rejecting and whatever else leads to a final state of its process.
    ``emergency_reason`` (a code of workflows/emergency.py) and ``incident_number`` are of emergencies (rules.md C7).
    ``finding_id``: what it puts right afterwards: somebody had it already and nobody had ordered it (rules.md C13).
    ``answers``: to the questions of the definition's own form, by name (workflows/form_answers.py says of what kind).
    """

    __tablename__ = "access_request"
    __table_args__ = (
        Index("ix_access_request_state", "state"),
        Index(
            "uq_access_request_open",
            "subject_id",
            "level_id",
            "scope",
            unique=True,
            postgresql_where=text(
                f"{UNDER_WAY} AND kind <> 'emergency' AND (kind IN ('new', 'change') OR grant_id IS NULL)"
            ),
        ),
        Index(
            "uq_access_request_open_emergency",
            "subject_id",
            "level_id",
            "scope",
            unique=True,
            postgresql_where=text(f"{UNDER_WAY} AND kind = 'emergency'"),
        ),
        Index(
            "uq_access_request_open_on_grant",
            "grant_id",
            unique=True,
            postgresql_where=text(f"{UNDER_WAY} AND grant_id IS NOT NULL"),
        ),
        Index(
            "uq_access_request_open_in_bundle",
            "bundle_id",
            "subject_id",
            "level_id",
            unique=True,
            postgresql_where=text("bundle_id IS NOT NULL"),
        ),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(unique=True)
    process: Mapped[str]
    definition_version: Mapped[int]
    kind: Mapped[str] = mapped_column(default="new")
    state: Mapped[str] = mapped_column(default="draft")
    resume_state: Mapped[str | None]
    wait_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=1)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    orderer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    orderer_authority: Mapped[str] = mapped_column(default="self")
    level_id: Mapped[int] = mapped_column(ForeignKey("access_level.id"), index=True)
    proposed_level_id: Mapped[int | None] = mapped_column(ForeignKey("access_level.id"))
    employment_id: Mapped[int | None] = mapped_column(ForeignKey("employment.id"))
    scope: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    justification: Mapped[str] = mapped_column(default="")
    cost_centre: Mapped[str] = mapped_column(default="")
    remote_access: Mapped[bool] = mapped_column(default=False)
    emergency_reason: Mapped[str] = mapped_column(default="", server_default="")
    incident_number: Mapped[str] = mapped_column(default="", server_default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    guideline_version: Mapped[str] = mapped_column(default="")
    receiving_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    zone_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list, server_default=text("'{}'"))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("time_schedule.id"))
    question: Mapped[str] = mapped_column(default="")
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("access_grant.id", use_alter=True))
    bundle_id: Mapped[int | None] = mapped_column(ForeignKey("order_bundle.id"))
    base_request_id: Mapped[int | None] = mapped_column(ForeignKey("access_request.id"))
    finding_id: Mapped[int | None] = mapped_column(
        ForeignKey("finding.id", use_alter=True, name="fk_access_request_finding_id_finding"), index=True
    )
    lapses_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    submitted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    state_since: Mapped[datetime] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    subject: Mapped[Person] = relationship(foreign_keys=[subject_id])
    orderer: Mapped[Person] = relationship(foreign_keys=[orderer_id])
    level: Mapped[AccessLevel] = relationship(foreign_keys=[level_id])
    proposed_level: Mapped[AccessLevel | None] = relationship(foreign_keys=[proposed_level_id])
    employment: Mapped[Employment | None] = relationship()
    receiving_unit: Mapped[Unit | None] = relationship()
    bundle: Mapped[Bundle | None] = relationship()
    grant: Mapped[Grant | None] = relationship(foreign_keys=[grant_id])

    @property
    def replaces(self) -> str:
        """The level that ends when a change is granted; empty for other orders."""
        return self.grant.level.label if self.kind == "change" and self.grant else ""
