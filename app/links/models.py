"""A question mailed to one person. Only the hash of its token is stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, func
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.db import Model
from app.directory.models import MOMENT


class DecisionLink(Model):
    """Bound to task, person, round and the request's version (email-decisions.md, point 4).

    ``incarnation`` names the database that the link was made in: in a restored copy of it the link is dead.
    """

    __tablename__ = "decision_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    round: Mapped[int]
    request_version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    expires_at: Mapped[datetime] = mapped_column(MOMENT)
    used_at: Mapped[datetime | None] = mapped_column(MOMENT)
    revoked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    incarnation: Mapped[str] = mapped_column(server_default=func.database_incarnation())
    is_of_this_database: Mapped[bool] = column_property(incarnation == func.database_incarnation())
