"""Where each person was when it was last certain, and what the directory has said since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.directory.models import MOMENT
from workflows.movers import Placement as Place


class Placement(Model):
    """Unit, title and manager of somebody employed, as they were when it was last certain (rules.md C5)."""

    __tablename__ = "placement"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(server_default="")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class MoveSighting(Model):
    """Somebody seen elsewhere, once for each time; nothing follows while it is ``open``.

    ``snapshot_id`` None: seen in the changes, or by a look-up. ``state``: open, certain, or undone when the directory
    said something else meanwhile. ``why`` it is certain: seen_again or a_day_later.
    """

    __tablename__ = "move_sighting"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'certain', 'undone')", "state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", "settled"),
        CheckConstraint("(state = 'certain') = (why <> '')", "why"),
        Index("uq_move_sighting_open", "person_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime] = mapped_column(MOMENT)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("directory_snapshot.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(server_default="")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(server_default="open")
    why: Mapped[str] = mapped_column(server_default="")
    settled_at: Mapped[datetime | None] = mapped_column(MOMENT)

    @property
    def place(self) -> Place:
        """Where the person was seen."""
        return Place(self.unit_id, self.title, self.manager_id)
