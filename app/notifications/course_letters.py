"""Mails about courses that are of no order: like ``letters``, one function and one template each.

| Function | Template | To | What it tells |
|---|---|---|---|
| courses_ending | courses_ending | who has completed them | courses that run out soon, or have run out |
| base_courses | base_courses | the newcomer; their manager after 60 working days | base courses that are missing (C1) |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.notifications.letter import Letter, iso

URL_PATH = "/training"


@dataclass(frozen=True, slots=True)
class Ending:
    """A course with the last day on which it counts."""

    name: str
    last_day: date
    is_over: bool


def courses_ending(person_id: int, day: date, courses: Sequence[Ending]) -> Letter:
    """Courses that run out within 20 working days, or have run out; those that end first on top."""
    lines = [
        {"name": c.name, "last_day": iso(c.last_day), "is_over": c.is_over}
        for c in sorted(courses, key=lambda c: (c.last_day, c.name))
    ]
    data = {"courses": lines, "url_path": URL_PATH, "role": "subject"}
    return Letter(
        key=f"courses_ending:{iso(day)}:{person_id}", template="courses_ending", recipient_id=person_id, data=data
    )


def base_courses(
    person_id: int, role: str, receiver_id: int, after: int, *, missing: Sequence[str], due_on: date
) -> Letter:
    """Base courses are missing ``after`` working days; ``role``: subject, or manager (whom no name is told)."""
    path = URL_PATH if role == "subject" else "/grants/team"
    data = {"missing": list(missing), "due_on": iso(due_on), "url_path": path, "role": role, "after": after}
    key = f"base_courses:{person_id}:{after}:{role}:{receiver_id}"
    return Letter(key=key, template="base_courses", recipient_id=receiver_id, data=data)
