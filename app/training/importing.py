"""From a file of completed courses to rows, and a report of every row that was refused. The rest is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text

from app import clock
from app.catalogue.models import Course
from app.db import db
from app.directory.models import Person
from app.events import publish
from app.training.completions_file import FileRow, day_of, may_be_personnummer, read, shown
from app.training.models import TrainingImport
from workflows.events import Actor
from workflows.personal_numbers import find_personnummer
from workflows.training_events import TrainingImported

# The last day counts: the day of the same number so many months on, or that month's last (29 February, 12 months: 28).
ADD = text("""
INSERT INTO completion (person_id, course_id, completed_on, expires_on, source, imported_at)
SELECT given.person_id, given.course_id, given.completed_on,
  (given.completed_on + make_interval(months => course.valid_months))::date, :source, :now
FROM unnest(CAST(:people AS integer[]), CAST(:courses AS integer[]), CAST(:days AS date[]))
  AS given (person_id, course_id, completed_on)
JOIN course ON course.id = given.course_id
ON CONFLICT (person_id, course_id, completed_on) DO NOTHING RETURNING person_id
""")
KNOWN = text("""
SELECT count(*) FROM completion
JOIN unnest(CAST(:people AS integer[]), CAST(:courses AS integer[]), CAST(:days AS date[]))
  AS given (person, course, day) ON (person_id, course_id, completed_on) = (given.person, given.course, given.day)
""")
RECOUNT = text("""
UPDATE completion SET expires_on = (completed_on + make_interval(months => course.valid_months))::date
FROM course WHERE course.id = course_id
  AND expires_on IS DISTINCT FROM (completed_on + make_interval(months => course.valid_months))::date
""")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken. ``value`` is what stood in ``column``; empty where it may not be repeated."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a file led to. ``known``: rows that were there from before. ``digest``: the file's SHA-256."""

    digest: str
    added: int
    known: int
    refused: tuple[RefusedRow, ...]
    import_id: int | None = None


Taken = tuple[int, int, date]  # person, course, day


def load(content: bytes, *, source: str, actor: Actor, now: datetime) -> Report:
    """Keep what the file says, with a report of each refused row; publishes TrainingImported.

    The same file again adds nothing. Raises NotAllowed when the file as a whole cannot be read.
    """
    taken, refused = _sorted_out(content, clock.local(now).date())
    people = list(db.session.scalars(ADD, _columns(taken) | {"source": source, "now": now}))
    digest, known = sha256(content).hexdigest(), len(taken) - len(people)
    kept = TrainingImport(
        read_at=now,
        read_by_id=actor.person_id,
        digest=digest,
        added=len(people),
        known=known,
        refused=[asdict(row) for row in refused],
    )
    db.session.add(kept)
    db.session.flush()
    concerned = tuple(sorted(set(people)))
    publish(TrainingImported(kept.id, len(people), known, len(refused), digest, concerned, actor, now))
    return Report(digest, len(people), known, refused, kept.id)


def look(content: bytes, today: date) -> Report:
    """What ``load`` would do; changes nothing."""
    taken, refused = _sorted_out(content, today)
    known = db.session.scalar(KNOWN, _columns(taken)) or 0
    return Report(sha256(content).hexdigest(), len(taken) - known, known, refused)


def recount() -> None:
    """Let every completion count as long as its course says now: the catalogue may have changed the months."""
    db.session.execute(RECOUNT)


def _columns(taken: Mapping[Taken, int]) -> dict[str, Any]:
    rows = list(taken)
    return {name: [row[n] for row in rows] for n, name in enumerate(("people", "courses", "days"))}


def _sorted_out(content: bytes, today: date) -> tuple[dict[Taken, int], tuple[RefusedRow, ...]]:
    """The rows to keep, each with the line where it stands first, and those that are refused."""
    rows = read(content)
    known = _Known.of(rows)
    taken: dict[Taken, int] = {}
    refused = []
    for row in rows:
        fault = known.fault(row, today)
        if fault is None:
            one = known.people[row.number], known.courses[row.course.upper()], _day(row)
            fault = ("day", row.day, "duplicate") if one in taken else None
            taken.setdefault(one, row.line)
        if fault is not None:
            column, value, reason = fault
            refused.append(RefusedRow(row.line, column, shown(value), reason))
    return taken, tuple(refused)


def _day(row: FileRow) -> date:
    found = day_of(row.day)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """Ids of the people and courses that a file names."""

    people: Mapping[str, int]
    courses: Mapping[str, int]

    @classmethod
    def of(cls, rows: Iterable[FileRow]) -> _Known:
        numbers = {row.number for row in rows}
        people = select(Person.employee_number, Person.id).where(Person.employee_number.in_(numbers))
        return cls(
            people={number: id_ for number, id_ in db.session.execute(people)},
            courses={code: id_ for code, id_ in db.session.execute(select(Course.code, Course.id))},
        )

    def fault(self, row: FileRow, today: date) -> tuple[str, str, str] | None:
        """Column, value and reason of what is first wrong with the row."""
        return next(self._faults(row, day_of(row.day), today), None)

    def _faults(self, row: FileRow, day: date | None, today: date) -> Iterator[tuple[str, str, str]]:
        is_person = row.number in self.people
        if not row.number:
            yield "number", "", "number_missing"
        if find_personnummer(row.number) or (not is_person and may_be_personnummer(row.number)):
            yield "number", "", "personnummer"
        if not is_person:
            yield "number", row.number, "unknown_person"
        if row.course.upper() not in self.courses:
            yield "course", row.course, "unknown_course" if row.course else "course_missing"
        if day is None:
            yield "day", row.day, "not_a_date" if row.day else "day_missing"
        elif day > today:
            yield "day", row.day, "future"
