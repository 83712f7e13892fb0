"""The course that an authorised orderer must have completed (rules.md C9)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, select

from app.catalogue.models import Course
from app.db import db
from app.training import queries as training

COURSE = "BESTALLARE-INTRO"


def is_missing(person_id: int, today: date) -> bool:
    """True when the catalogue has the course and the person no completion of it in force on ``today``."""
    is_given = db.session.scalar(select(exists().where(Course.code == COURSE)))
    return bool(is_given) and COURSE not in training.has(person_id, today).courses
