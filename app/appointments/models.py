"""Appointments on their way: who is to order for others. What counts meanwhile are the rows of ``catalogue``."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalogue.models import System
from app.db import Model
from app.directory.models import MOMENT, Person, Unit

OrdererUnit = Table(
    "orderer_unit",
    Model.metadata,
    Column("orderer_id", ForeignKey("orderer_appointment.id"), primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), primary_key=True),
)
OrdererSystem = Table(
    "orderer_system",
    Model.metadata,
    Column("orderer_id", ForeignKey("orderer_appointment.id"), primary_key=True),
    Column("system_id", ForeignKey("system.id"), primary_key=True),
)


class OrdererAppointment(Model):
    """The way of one authorised orderer from nomination to end (rules.md C9; states: authorised_orderer.yaml).

    ``systems`` empty: all up to K2. ``home_unit_id``: where the orderer worked when nominated; another unit later is a
    move, which ends it. ``definition_version`` is the one that it follows to its end. ``asked_on``, a local date, is
    when the present question was put; ``due_on`` is by when it is to be answered, None when nothing is asked;
    ``reminded`` counts its reminders. ``registered_on``: since when the orderer is active.
    The rights that follow are rows of ``appointment`` with ``source``.
    """

    __tablename__ = "orderer_appointment"
    __table_args__ = (
        CheckConstraint("person_id <> nominator_id", "not_self"),
        CheckConstraint("valid_to >= valid_from", "period"),
        Index(
            "ix_orderer_appointment_open",
            "person_id",
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_version: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nominator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    registrar_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    home_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    nominated_at: Mapped[datetime] = mapped_column(MOMENT)
    asked_on: Mapped[date]
    due_on: Mapped[date | None]
    lapses_on: Mapped[date | None]
    reminded: Mapped[int] = mapped_column(default=0)
    duties_version: Mapped[str] = mapped_column(default="")
    accepted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    registered_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    end_reason: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    nominator: Mapped[Person] = relationship(foreign_keys=[nominator_id])
    registrar: Mapped[Person | None] = relationship(foreign_keys=[registrar_id])
    units: Mapped[list[Unit]] = relationship(secondary=OrdererUnit, order_by=Unit.name)
    systems: Mapped[list[System]] = relationship(secondary=OrdererSystem, order_by=System.name)

    @property
    def source(self) -> str:
        """What the rows of ``appointment`` are marked with."""
        return f"orderer:{self.id}"


class RoleHandover(Model):
    """A dated handover of one role from one person to another (rules.md W15; states: role_handover.yaml).

    ``role`` with ``system_id``, ``board`` or nothing as in ``appointment``; line_manager with ``unit_id``, where the
    directory has the role and this only the date. ``on_date`` is the successor's first day, a local date.
    """

    __tablename__ = "role_handover"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", "not_self"),
        Index("ix_role_handover_open", "state", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_version: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[str]
    role: Mapped[str]
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    board: Mapped[str] = mapped_column(default="")
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    on_date: Mapped[date]
    proposed_at: Mapped[datetime] = mapped_column(MOMENT)
    asked_on: Mapped[date]
    due_on: Mapped[date]
    reminded: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    predecessor: Mapped[Person] = relationship(foreign_keys=[from_id])
    successor: Mapped[Person] = relationship(foreign_keys=[to_id])
    proposer: Mapped[Person] = relationship(foreign_keys=[proposer_id])
    system: Mapped[System | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
