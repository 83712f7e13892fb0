"""Systems and their access levels, and who holds which role: owner, manager, orderer, deputy."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person, Unit


class System(Model):
    """A business system. ``details`` keeps what the catalogue file says beyond the columns that are queried.

    ``lifecycle_matter``: the case number of what has set the lifecycle, and what it is replaced by; a file that is
    loaded afterwards leaves both alone. A system that is planned is set up step by step (onboarding.py).
    """

    __tablename__ = "system"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    board: Mapped[str]
    lifecycle: Mapped[str] = mapped_column(default="production")
    lifecycle_matter: Mapped[str] = mapped_column(default="", server_default="")
    confidentiality: Mapped[int]
    integrity: Mapped[int]
    availability: Mapped[int]
    personal_data: Mapped[str] = mapped_column(default="none")
    owner_role: Mapped[str] = mapped_column(default="")
    min_managers: Mapped[int] = mapped_column(default=2)
    max_outage_wd: Mapped[int | None]
    orderer_required: Mapped[bool] = mapped_column(default=False)
    guideline_required: Mapped[bool] = mapped_column(default=False)
    guideline_version: Mapped[str] = mapped_column(default="")
    guideline_url: Mapped[str] = mapped_column(default="")
    guideline_valid_to: Mapped[date | None]
    functional_mailbox: Mapped[str] = mapped_column(default="")
    replaced_by: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    search: Mapped[str] = mapped_column(default="")

    levels: Mapped[list[AccessLevel]] = relationship(back_populates="system", order_by="AccessLevel.position")


class AccessLevel(Model):
    """What is ordered. The protection profile belongs here, not to the system (domain README, trap 6).

    ``access``, weakest first: read, write, admin. A level that does not say is one that writes (G15).
    """

    __tablename__ = "access_level"
    __table_args__ = (UniqueConstraint("system_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"), index=True)
    code: Mapped[str]
    label: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    profile: Mapped[str]
    access: Mapped[str] = mapped_column(default="write", server_default=text("'write'"))
    is_base: Mapped[bool] = mapped_column(default=False)
    scope_kind: Mapped[str] = mapped_column(default="system")
    max_days: Mapped[int | None]
    max_days_hourly: Mapped[int | None]
    review_months: Mapped[int | None]
    emergency_allowed: Mapped[bool] = mapped_column(default=False)
    provisioning: Mapped[str] = mapped_column(default="manual")
    directory_group: Mapped[str] = mapped_column(default="")
    courses: Mapped[list[str]] = mapped_column(JSONB, default=list)
    agreement: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    system: Mapped[System] = relationship(back_populates="levels", lazy="joined")


class ToxicPair(Model):
    """Two levels that one person may not hold together (G13); the lower id comes first.

    ``mode`` is workflows/conflict.py's. ``same_scope``: only where both have the same scope. A pair that the
    catalogue file has dropped is inactive, not gone: exemptions and the log point at it.
    """

    __tablename__ = "toxic_pair"
    __table_args__ = (
        UniqueConstraint("first_level_id", "second_level_id"),
        CheckConstraint("first_level_id < second_level_id", "two_levels"),
        CheckConstraint("mode IN ('record', 'approve', 'enforce')", "mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_level_id: Mapped[int] = mapped_column(ForeignKey("access_level.id"))
    second_level_id: Mapped[int] = mapped_column(ForeignKey("access_level.id"), index=True)
    mode: Mapped[str] = mapped_column(default="approve")
    same_scope: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    first: Mapped[AccessLevel] = relationship(foreign_keys=[first_level_id])
    second: Mapped[AccessLevel] = relationship(foreign_keys=[second_level_id])


class RolePackage(Model):
    """A named set of levels, which becomes one order for each; it replaces "the same as my colleague"."""

    __tablename__ = "role_package"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    level_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    active: Mapped[bool] = mapped_column(default=True)


class FreezeWindow(Model):
    """Local dates, both inclusive, on which a system gives no new write levels (rules.md C0.3 G15).

    ``source``: catalogue (planned from the file's rules) or person. ``ended_on`` is the first day on which it does not
    hold any more, when it was ended early or withdrawn; ``ended_by_id`` None then means: the file does not say it.
    """

    __tablename__ = "freeze_window"
    __table_args__ = (
        Index("ix_freeze_window_system", "system_id", "last_day"),
        Index(
            "uq_freeze_window_planned",
            "system_id",
            "first_day",
            "last_day",
            unique=True,
            postgresql_where=text("source = 'catalogue'"),
        ),
        CheckConstraint("last_day >= first_day", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str]
    source: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_on: Mapped[date | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_reason: Mapped[str] = mapped_column(default="")

    system: Mapped[System] = relationship()
    created_by: Mapped[Person | None] = relationship(foreign_keys=[created_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])


class Zone(Model):
    """Where a tag opens doors, as the catalogue file says (rules.md C4). Lists of them are secrecy-marked.

    ``owner_post`` is the post whose holder is asked about the zone where it is special; workflows/premises.py says what
    ``kind`` and ``board`` mean. A zone that the file has dropped is inactive, not gone.
    """

    __tablename__ = "zone"
    __table_args__ = (UniqueConstraint("system_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="ordinary")
    owner_post: Mapped[str]
    board: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class TimeSchedule(Model):
    """When a tag opens doors. ``is_default`` is what the order form proposes; ``after_hours``: evenings or weekends."""

    __tablename__ = "time_schedule"
    __table_args__ = (UniqueConstraint("system_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"))
    code: Mapped[str]
    name: Mapped[str]
    is_default: Mapped[bool] = mapped_column(default=False)
    after_hours: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)


class Course(Model):
    """A course that levels may ask for (G8).

    A completion counts for ``valid_months`` (None: for ever), and not at all when it is from before ``counts_from``,
    the first day of a new version that everybody must take.
    """

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    valid_months: Mapped[int | None]
    counts_from: Mapped[date | None]


class Agreement(Model):
    """One version of a confidentiality agreement that levels may ask for (G9). What people have signed never changes.

    Of each ``type`` the version with the latest ``valid_from`` that has come is in force.
    """

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("type", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    version: Mapped[str]
    name: Mapped[str]
    legal_ground: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    valid_from: Mapped[date]


class Appointment(Model):
    """A dated role of a person: for a system, for a unit, for a board, or for the whole municipality.

    Roles: system_owner, system_manager (``system_id``); authorised_orderer (``unit_id`` with all below it,
    ``system_id`` or all systems, or all up to ``max_confidentiality``); board_manager (``board``); zone_owner
    (``post``, for the zones whose owner_post it is); infosec_coordinator, it_manager,
    data_protection_officer, auditor, administrator, duty_officer (IT-jour). Dates are local and inclusive.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_role_system", "role", "system_id"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    board: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="")
    max_confidentiality: Mapped[int | None]
    post: Mapped[str] = mapped_column(default="", server_default="")

    person: Mapped[Person] = relationship()
    system: Mapped[System | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Deputyship(Model):
    """``deputy`` acts for ``person`` between two local dates, inclusive (W16). No chains.

    ``absence`` true: the deputy receives instead, while the person is away. False: a standing deputy,
    who is asked as well when the person has not answered (the first escalation).
    """

    __tablename__ = "deputyship"
    __table_args__ = (
        CheckConstraint("person_id <> deputy_id", "not_self"),
        CheckConstraint("valid_to >= valid_from", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    absence: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id])


class Installation(Model):
    """What this database is. The mark ``demo`` is set by the demonstration's loader and by nothing else."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", "one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default=text("1"))
    demo: Mapped[bool] = mapped_column(default=False)
