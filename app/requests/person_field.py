"""A field that names somebody: by name, login or employee number. What is kept is who it is."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import func, select
from wtforms import StringField

from app.db import db
from app.directory import queries as directory
from app.directory.models import Person

NUMBER = re.compile(r"\(([^()]+)\)\s*$")


class PersonField(StringField):
    """``data`` is what was written; ``named`` the person's id, or the text where it names nobody, or several."""

    def process_data(self, value: Any) -> None:
        """Shows a known person as their name with their number, which is read again."""
        person = db.session.get(Person, value) if isinstance(value, int) else None
        self.data = written(person) if person else value

    @property
    def named(self) -> Any:
        """Who is meant; an empty text where nothing is written."""
        text = (self.data or "").strip()
        found = find(text) if text else None
        return found.id if found else text


def written(person: Person) -> str:
    """A person as the field shows one."""
    return f"{person.display_name} ({person.employee_number or person.login})"


def find(text: str) -> Person | None:
    """The one person who is meant; None for nobody, and for a name that several have."""
    inside = NUMBER.search(text)
    for words in (inside.group(1), text) if inside else (text,):
        exact = directory.by_number(words) or directory.by_login(words)
        if exact is not None:
            return exact
    name = unicodedata.normalize("NFC", text).lower()
    called = select(Person).where(func.lower(Person.display_name) == name)
    found = db.session.scalars(called.where(Person.employment_status.in_(directory.PRESENT)).limit(2)).all()
    return found[0] if len(found) == 1 else None
