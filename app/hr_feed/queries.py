"""The files that came from HR."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.directory.hr_models import HrFile
from app.errors import NotFound

LATEST = 30


def latest() -> Sequence[HrFile]:
    """The latest files, newest first."""
    return db.session.scalars(select(HrFile).order_by(HrFile.id.desc()).limit(LATEST)).all()


def file(file_id: int) -> HrFile:
    """The file. Raises NotFound."""
    found = db.session.get(HrFile, file_id)
    if found is None:
        raise NotFound()
    return found
