"""One change of work, from when it is announced or seen until all is decided and removed; and each right of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.directory.models import MOMENT, Person, Unit
from app.grants.models import Grant
from workflows.movers import Placement

OPEN_STATES = ("announced", "deciding")
UNDER_WAY = (*OPEN_STATES, "removing")
ROW_STATES = ("open", "kept", "anew", "changing", "ending", "removed", "gone", "stays", "supported")
WAITING = ("open", "anew", "changing", "ending")  # what goes on its day unless something else comes of it


class Mover(Model):
    """One change of work; a person has one at a time that is announced or decided about.

    ``what``: unit, title, manager, employment. ``source``: directory, notice, or employment (one of several has ended).
    ``change_on`` is local, the first day in the new work; ``asked_on`` when the managers were asked. ``by_day``: it
    begins on its day, whatever the directory says then. ``from_...`` and ``to_...`` None or empty: not known.
    ``reminded`` counts the reminders to the new manager. ``ended_at``: a final state.
    ``reorganisation_id``: moved with the whole unit, and not alone since.
    """

    __tablename__ = "mover"
    __table_args__ = (
        CheckConstraint("source IN ('directory', 'notice', 'employment')", "source"),
        CheckConstraint(
            "opened_by_id <> person_id AND old_manager_id <> person_id AND new_manager_id <> person_id", "not_self"
        ),
        CheckConstraint("(state IN ('closed', 'withdrawn', 'overtaken')) = (ended_at IS NOT NULL)", "ended"),
        Index("uq_mover_open", "person_id", unique=True, postgresql_where=text("state IN ('announced', 'deciding')")),
        Index("ix_mover_under_way", "state", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    definition_version: Mapped[int]
    source: Mapped[str]
    what: Mapped[list[str]] = mapped_column(JSONB)
    state: Mapped[str]
    change_on: Mapped[date]
    by_day: Mapped[bool] = mapped_column(server_default="false")
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    from_title: Mapped[str] = mapped_column(server_default="")
    to_title: Mapped[str] = mapped_column(server_default="")
    from_manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    employment_id: Mapped[int | None] = mapped_column(ForeignKey("employment.id"))
    old_manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    new_manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reorganisation_id: Mapped[int | None] = mapped_column(ForeignKey("reorganisation.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(MOMENT)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_on: Mapped[date | None]
    told_new_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    told_old_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reminded: Mapped[int] = mapped_column(server_default="0")
    escalated_on: Mapped[date | None]
    noticed_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    from_unit: Mapped[Unit | None] = relationship(foreign_keys=[from_unit_id])
    to_unit: Mapped[Unit | None] = relationship(foreign_keys=[to_unit_id])
    old_manager: Mapped[Person | None] = relationship(foreign_keys=[old_manager_id])
    new_manager: Mapped[Person | None] = relationship(foreign_keys=[new_manager_id])
    opened_by: Mapped[Person | None] = relationship(foreign_keys=[opened_by_id])

    @property
    def subject_id(self) -> int:
        """Whom it is about, as the table of permissions asks."""
        return self.person_id

    @property
    def came_from(self) -> Placement:
        """Where the person worked before."""
        return Placement(self.from_unit_id, self.from_title, self.from_manager_id)


class MoverRow(Model):
    """One right of a change of work.

    ``state``: open; kept; anew, changing or ending, until ``remove_on``; removed, when its removal is ordered, ``why``
    decided, silence, change_date or overlap_over; gone, when something else has ended it; stays, when the change did
    not come about; supported, when another employment gives it. ``remove_on`` is the local day on which it is ordered
    removed unless something else comes of it. ``until``: the last day of an overlap, ``overlap_reason`` why.
    """

    __tablename__ = "mover_row"
    __table_args__ = (
        CheckConstraint(f"state IN {ROW_STATES}", "state"),
        CheckConstraint("(state IN ('open', 'anew', 'changing', 'ending')) <= (remove_on IS NOT NULL)", "day"),
        CheckConstraint("(state = 'removed') = (why <> '')", "why"),
        Index("uq_mover_row", "mover_id", "grant_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mover_id: Mapped[int] = mapped_column(ForeignKey("mover.id"))
    grant_id: Mapped[int] = mapped_column(ForeignKey("access_grant.id"), index=True)
    is_secret: Mapped[bool]
    state: Mapped[str] = mapped_column(server_default="open")
    why: Mapped[str] = mapped_column(server_default="")
    remove_on: Mapped[date | None]
    until: Mapped[date | None]
    overlap_reason: Mapped[str] = mapped_column(server_default="")
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(MOMENT)

    mover: Mapped[Mover] = relationship()
    grant: Mapped[Grant] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
