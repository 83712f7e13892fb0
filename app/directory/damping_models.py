"""When the directory first said that somebody's employment had ended, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model
from app.directory.models import MOMENT
from workflows.flapping import Sighting, settles_at


class EndedSighting(Model):
    """Somebody seen as ended, once for each time. Nothing but what is most dangerous follows while it is ``open``.

    ``snapshot_id`` None: seen in the changes, or by a look-up. ``state``: open, certain, or undone when the directory
    said something else meanwhile. ``why`` it is certain: seen_again, a_day_later, or what somebody decided.
    """

    __tablename__ = "ended_sighting"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'certain', 'undone')", "state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", "settled"),
        CheckConstraint("(state = 'certain') = (why <> '')", "why"),
        Index("uq_ended_sighting_open", "person_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime] = mapped_column(MOMENT)
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("directory_snapshot.id"))
    state: Mapped[str] = mapped_column(server_default="open")
    why: Mapped[str] = mapped_column(server_default="")
    settled_at: Mapped[datetime | None] = mapped_column(MOMENT)

    @property
    def settles_at(self) -> datetime:
        """From when on any new sighting makes it certain."""
        return settles_at(Sighting(self.seen_at, self.snapshot_id))
