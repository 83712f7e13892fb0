"""Who has a role no more is asked nothing more in it: the open tasks go to whoever has it today (rules.md W15, C6)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import text

from app import clock
from app.appointments import standing_in
from app.db import db
from workflows.events import AppointmentChanged

# Deputies follow whom they stand in for; who was passed a task has it for themselves, as whoever passed it on meant it.
WITHOUT_ROLE = text("""
SELECT task.id, asked.person_id FROM task_addressee AS asked
JOIN task ON task.id = asked.task_id AND task.status = 'open'
LEFT JOIN access_request ON access_request.id = task.request_id
LEFT JOIN access_grant ON access_grant.id = task.grant_id
LEFT JOIN access_level ON access_level.id = coalesce(access_request.level_id, access_grant.level_id)
LEFT JOIN log_check ON log_check.id = task.log_check_id
WHERE asked.removed_at IS NULL AND coalesce(access_level.system_id, log_check.system_id) IS NOT NULL
  AND asked.role NOT IN ('deputy', 'reassigned')
  AND asked.why IN ('system_manager', 'system_owner', 'board_manager', 'system_board_manager', 'coordinator',
    'it_manager')
  AND NOT EXISTS (
    SELECT FROM appointment WHERE appointment.person_id = asked.person_id
      AND role = CASE asked.why WHEN 'coordinator' THEN 'infosec_coordinator' WHEN 'system_board_manager'
        THEN 'board_manager' ELSE asked.why END
      AND (appointment.system_id IS NULL
        OR appointment.system_id = coalesce(access_level.system_id, log_check.system_id))
      AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
  )
ORDER BY task.id, asked.id
""")
STANDING_IN = text("""
SELECT person_id FROM task_addressee WHERE task_id = :task_id AND on_behalf_of_id = :person_id AND removed_at IS NULL
""")


def asked_without_role(today: date) -> list[tuple[int, int]]:
    """Task and person, where somebody is asked in a role that they do not have on the local date ``today``."""
    return [(row.id, row.person_id) for row in db.session.execute(WITHOUT_ROLE, {"today": today})]


def ask_others(event: AppointmentChanged) -> None:
    """A role that has ended is left at once (a reaction). One that ends later is found by the job on its day.

    Where somebody takes the role over, the handover moves the tasks itself.
    """
    if event.what != "ended" or event.data.get("handed_over"):
        return
    for task_id, person_id in asked_without_role(clock.local(event.at).date()):
        if person_id == event.person_id:
            leave(task_id, person_id, event.at)


def leave(task_id: int, person_id: int, now: datetime) -> bool:
    """Stop asking the person and whoever stands in for them; whoever the rules name is asked if nobody else is.

    False when the task is not open any more.
    """
    known = db.session.scalars(STANDING_IN, {"task_id": task_id, "person_id": person_id}).all()
    left = [standing_in.take_back(task_id, one, now) for one in (*known, person_id)]
    return any(left)
