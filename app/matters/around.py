"""Everybody around a matter, in one statement: who owns and runs its systems, who holds a role, who stands in.

Everybody appointed is given, also who has left or is away: the rules skip them (``may_act``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from app.db import db
from app.directory.models import Person
from app.matters import definitions
from app.matters.models import Matter
from app.requests.facts import party
from workflows.case import Decision, Party
from workflows.definition import Workflow

OTHER_OWNER = "other_system_owner"
EVERYWHERE = ("infosec_coordinator", "it_manager", "data_protection_officer")
PEOPLE = text("""
WITH answerable AS (
  SELECT CASE WHEN role = 'system_owner' AND system_id = :other AND system_id IS DISTINCT FROM :system
    THEN 'other_system_owner' ELSE role END AS role, person_id
  FROM appointment
  WHERE valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
    AND (role = 'system_owner' AND system_id IN (:system, :other) OR role = 'system_manager' AND system_id = :system
      OR role = 'board_manager' AND board = :board OR role = ANY (:everywhere)
      OR role = ANY (:named) AND coalesce(system_id, :system) = :system)
)
SELECT role, person_id, NULL AS principal FROM answerable
UNION
SELECT CASE WHEN absence THEN 'absence' ELSE 'standing' END, deputy_id, person_id FROM deputyship
WHERE person_id IN (SELECT person_id FROM answerable) AND valid_from <= :today AND valid_to >= :today
""")
# A confirmation is no decision; where several are asked at once it counts until the state is left (machine.after).
DECISIONS = text("""
SELECT step, decided_by_id, on_behalf_of_id, chairs FROM task
WHERE matter_id = :matter AND round = :round AND status = 'done' AND decided_by_id IS NOT NULL
  AND (verdict = 'approve' OR verdict = 'confirm' AND step = ANY (:together) AND created_at >= :since)
ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class Around:
    """What was found. ``groups`` by role, by name; deputies by whom they stand in for."""

    groups: Mapping[str, tuple[Party, ...]]
    deputies: Mapping[int, tuple[Party, ...]]
    standing_deputies: Mapping[int, tuple[Party, ...]]
    decisions: tuple[Decision, ...]


def read(matter: Matter, today: date, workflow: Workflow) -> Around:
    """What surrounds the matter at ``today``, with the roles of the organisation that its definition asks.

    Where both systems are the same, or one is missing, the other's owners are nobody.
    """
    rows = db.session.execute(
        PEOPLE,
        {
            "system": matter.system_id,
            "other": matter.other_system_id,
            "board": definitions.board_of(matter),
            "today": today,
            "everywhere": list(EVERYWHERE),
            "named": sorted(workflow.roles),
        },
    ).all()
    people = {p.id: p for p in _people({row.person_id for row in rows})}
    groups: dict[str, list[Person]] = defaultdict(list)
    stand_ins: dict[str, dict[int, list[Person]]] = {"absence": defaultdict(list), "standing": defaultdict(list)}
    for role, person_id, principal in rows:
        (groups[role] if principal is None else stand_ins[role][principal]).append(people[person_id])
    return Around(
        groups={role: _by_name(found) for role, found in groups.items()},
        deputies={one: _by_name(found) for one, found in stand_ins["absence"].items()},
        standing_deputies={one: _by_name(found) for one, found in stand_ins["standing"].items()},
        decisions=_decisions(matter, workflow),
    )


def _people(ids: Collection[int]) -> list[Person]:
    return db.session.query(Person).where(Person.id.in_(ids)).all() if ids else []


def _by_name(people: list[Person]) -> tuple[Party, ...]:
    return tuple(party(person) for person in sorted(people, key=lambda person: (person.sort_key, person.id)))


def _decisions(matter: Matter, workflow: Workflow) -> tuple[Decision, ...]:
    if matter.id is None:
        return ()
    here = [step.name for step in workflow.steps if step.state == matter.state]
    asked = {"matter": matter.id, "round": matter.round, "together": here, "since": matter.state_since}
    found = db.session.execute(DECISIONS, asked)
    return tuple(Decision(step, by, behalf, tuple(chairs.split())) for step, by, behalf, chairs in found)
