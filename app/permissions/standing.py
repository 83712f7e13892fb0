"""Where a person stands: roles today, whom they lead, what is asked of them. Each answer is read once a request.

The tables belong to rooms on higher floors, so they are named in SQL here and their models are not imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import g
from sqlalchemy import TextClause, text

from app import clock
from app.db import rows_of
from app.directory import queries

T = TypeVar("T")

ROLES = text("""
SELECT role, system_id FROM appointment
WHERE person_id = :person_id AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
""")
BOARDS = text("""
SELECT board FROM appointment WHERE role = 'board_manager' AND person_id = :person_id
  AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
""")
WORK = text("""
SELECT EXISTS (
  SELECT 1 FROM person WHERE manager_id = :person_id AND id <> :person_id
    AND employment_status IN ('active', 'on_leave', 'future')
) AS leads, (
  SELECT count(*) FROM task JOIN task_addressee ON task_addressee.task_id = task.id
  WHERE task_addressee.person_id = :person_id AND task_addressee.removed_at IS NULL AND task.status = 'open'
) AS open_tasks
""")
ASKED = text("""
SELECT EXISTS (
  SELECT 1 FROM task JOIN task_addressee ON task_addressee.task_id = task.id
  LEFT JOIN access_grant ON access_grant.id = task.grant_id
  WHERE task_addressee.person_id = :person_id
    AND (task.request_id = :request_id OR access_grant.request_id = :request_id)
)
""")
ASKED_ABOUT_MATTER = text("""
SELECT EXISTS (
  SELECT 1 FROM task JOIN task_addressee ON task_addressee.task_id = task.id
  WHERE task_addressee.person_id = :person_id AND task.matter_id = :matter_id
)
""")
ASKED_ABOUT_LOG = text("""
SELECT EXISTS (
  SELECT 1 FROM task JOIN task_addressee ON task_addressee.task_id = task.id
  WHERE task_addressee.person_id = :person_id AND task.log_check_id = :check_id
)
""")
ORDERED = text("SELECT EXISTS (SELECT 1 FROM access_request WHERE id = :request_id AND orderer_id = :person_id)")
ORDERS_FOR = text("""
WITH RECURSIVE above AS (
  SELECT id, parent_id FROM unit WHERE id = :unit_id
UNION
  SELECT unit.id, unit.parent_id FROM unit JOIN above ON unit.id = above.parent_id
)
SELECT EXISTS (
  SELECT 1 FROM appointment WHERE role = 'authorised_orderer' AND person_id = :person_id
    AND unit_id IN (SELECT id FROM above) AND (system_id IS NULL OR system_id = :system_id)
    AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
)
""")
HANDS_OUT = text("""
SELECT DISTINCT system_id FROM access_grant JOIN access_level ON access_level.id = level_id
WHERE subject_id = :person_id AND status = 'active' AND access_level.details ->> 'hands_out' = 'true'
""")
MARKED_DEMO = text("SELECT demo FROM installation")


@dataclass(frozen=True, slots=True)
class Work:
    """Whether the person leads anybody, and how many open tasks wait for the person."""

    leads: bool
    open_tasks: int


def roles(person_id: int) -> frozenset[tuple[str, int | None]]:
    """The person's roles today, each with its system or None."""

    def read() -> frozenset[tuple[str, int | None]]:
        found = rows_of(ROLES, {"person_id": person_id, "today": clock.today()})
        return frozenset((row.role, row.system_id) for row in found)

    return _once(("roles", person_id), read)


def work(person_id: int) -> Work:
    """What the frame of every page tells about the person."""

    def read() -> Work:
        (row,) = rows_of(WORK, {"person_id": person_id})
        return Work(row.leads, row.open_tasks)

    return _once(("work", person_id), read)


def boards(person_id: int) -> frozenset[str]:
    """Codes of the boards whose administration the person heads today."""
    about = {"person_id": person_id, "today": clock.today()}
    return _once(("boards", person_id), lambda: frozenset(board for (board,) in rows_of(BOARDS, about)))


def managers_above(person_id: int) -> tuple[int, ...]:
    """Ids of the line managers above the person, nearest first."""
    return _once(("above", person_id), lambda: tuple(p.id for p in queries.line_managers(person_id)))


def was_asked(person_id: int, request_id: int) -> bool:
    """True when the person is, or has been, asked on a task of the order or of the right that it led to."""
    return _holds(ASKED, {"person_id": person_id, "request_id": request_id})


def was_asked_about_matter(person_id: int, matter_id: int) -> bool:
    """True when the person is, or has been, asked on a task of the matter."""
    ((was_asked,),) = rows_of(ASKED_ABOUT_MATTER, {"person_id": person_id, "matter_id": matter_id})
    return bool(was_asked)


def was_asked_about_log(person_id: int, check_id: int) -> bool:
    """True when the person is, or has been, asked to check the log."""
    return _holds(ASKED_ABOUT_LOG, {"person_id": person_id, "check_id": check_id})


def ordered(person_id: int, request_id: int) -> bool:
    """True when the person ordered it."""
    return _holds(ORDERED, {"person_id": person_id, "request_id": request_id})


def orders_for(person_id: int, unit_id: int, system_id: int) -> bool:
    """True when the person is authorised orderer for the unit, or one above it, and for the system, or all."""
    about = {"person_id": person_id, "unit_id": unit_id, "system_id": system_id, "today": clock.today()}
    return _holds(ORDERS_FOR, about)


def hands_out(person_id: int) -> frozenset[int]:
    """Ids of the systems whose tags the person hands out and takes back."""
    about = {"person_id": person_id}
    return _once(("hands_out", person_id), lambda: frozenset(found for (found,) in rows_of(HANDS_OUT, about)))


def marked_as_demonstration() -> bool:
    """True when the demonstration's loader has marked this database."""
    return any(row.demo for row in rows_of(MARKED_DEMO, {}))


def _holds(question: TextClause, about: Mapping[str, Any]) -> bool:
    ((answer,),) = rows_of(question, about)
    return bool(answer)


def _once(key: tuple[str, int], read: Callable[[], T]) -> T:
    """What ``read`` gives, remembered until the request ends."""
    known: dict[tuple[str, int], Any] = g.setdefault("standing", {})
    if key not in known:
        known[key] = read()
    found: T = known[key]
    return found
