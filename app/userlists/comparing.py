"""A list of accounts laid beside what was granted: each account and each right without one, with its state.

Nothing is stored of it, so that it says what is true now: a removal that has just been ordered shows at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from app import clock
from app.catalogue.models import AccessLevel
from app.db import rows_of
from app.userlists.reading import fold
from workflows import compliance as rules
from workflows.compliance import Account, Right, Verdict

RIGHTS = text("""
SELECT g.id, g.subject_id, l.code, l.id AS level_id, g.status, g.source,
  CAST(g.granted_at AT TIME ZONE :zone AS date) AS granted_on,
  CASE WHEN g.status = 'revoked' THEN CAST(g.revoked_at AT TIME ZONE :zone AS date)
    WHEN g.status IN ('revocation_pending', 'expired')
    THEN coalesce(t.due_on, CAST(g.revoke_ordered_at AT TIME ZONE :zone AS date)) END AS ended_on
FROM access_grant g JOIN access_level l ON l.id = g.level_id
LEFT JOIN LATERAL (SELECT max(due_on) AS due_on FROM task
  WHERE task.grant_id = g.id AND kind = 'revoke' AND status = 'open') t
  ON g.status IN ('revocation_pending', 'expired')
WHERE l.system_id = :system AND (g.revoked_at IS NULL OR g.subject_id = ANY (:people)) ORDER BY g.id DESC
""")
PEOPLE = text("""
SELECT p.id, p.display_name, p.employee_number, p.employment_status, p.ends_on, coalesce(u.name, '') AS unit,
  EXISTS (SELECT FROM ended_sighting e WHERE e.person_id = p.id AND e.state = 'open') AS in_doubt
FROM person p LEFT JOIN unit u ON u.id = p.unit_id WHERE p.id = ANY (:people)
""")
SERVICES = text("""
SELECT s.login, s.until, p.employment_status IN ('active', 'on_leave') AS works, p.display_name
FROM service_account s JOIN person p ON p.id = s.responsible_id WHERE s.system_id = :system
""")
UNSURE = ("unknown", "ambiguous")  # of them nothing is concluded


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as it is compared: of a list that is kept, or of one that is only looked at."""

    login: str
    person_id: int | None
    who: str
    matched_by: str
    level_id: int | None
    enabled: bool
    used_on: date | None = None
    name: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """One row. ``login`` is empty for a right without an account; ``unsure``: the directory cannot tell who it is."""

    login: str
    person_id: int | None
    name: str
    number: str
    unit: str
    level_id: int | None
    level: str
    matched_by: str
    verdict: Verdict
    used_on: date | None = None
    unsure: bool = False
    responsible: str = ""

    @property
    def is_mismatch(self) -> bool:
        """True for what is to be a finding."""
        return self.verdict.state in rules.MISMATCHES and not self.unsure


@dataclass(frozen=True, slots=True)
class _Around:
    levels: Mapping[int, AccessLevel]
    people: Mapping[int, Any]
    rights: Mapping[int, list[Right]]
    services: Mapping[str, Any]


def compare(
    listed: Sequence[Listed], levels: Sequence[AccessLevel], *, system_id: int, taken_on: date, today: date
) -> list[Compared]:
    """Every account and every missing right, what is wrong first, then by name; three statements.

    ``levels``: those of the system that the list is about.
    """
    around = _read(listed, levels, system_id)
    rows: list[Compared] = []
    by_person: dict[int, list[tuple[Account, Verdict]]] = defaultdict(list)
    for one in listed:
        account = _account(one, around, today)
        person = around.people.get(one.person_id) if one.person_id else None
        verdict = rules.judge(account, around.rights.get(one.person_id or 0, ()), taken_on, today)
        if one.person_id is not None:
            by_person[one.person_id].append((account, verdict))
        rows.append(_row(one, verdict, person, around))
    rows += _missing(by_person, around, taken_on)
    order = {state: n for n, state in enumerate(rules.STATES)}
    return sorted(rows, key=lambda row: (order[row.verdict.state], fold(row.name or row.login), row.login))


def counts(rows: Iterable[Compared]) -> dict[str, int]:
    """How many there are in each state, also those without any."""
    found = Counter(row.verdict.state for row in rows)
    return {state: found[state] for state in rules.STATES}


def _read(listed: Sequence[Listed], levels: Sequence[AccessLevel], system_id: int) -> _Around:
    people = {one.person_id for one in listed if one.person_id is not None}
    covers: dict[str, set[str]] = defaultdict(set)
    for level in levels:
        for higher in level.details.get("gives_less_than", ()):
            covers[higher].add(level.code)
    rights: dict[int, list[Right]] = defaultdict(list)
    given = {"system": system_id, "people": sorted(people), "zone": clock.zone().key}
    known = {level.id for level in levels}
    for row in rows_of(RIGHTS, given):
        if row.level_id in known:
            more = frozenset(covers[row.code])
            rights[row.subject_id].append(
                Right(row.id, row.code, row.status, row.source, row.granted_on, row.ended_on, more)
            )
    found = {row.id: row for row in rows_of(PEOPLE, {"people": sorted(people | rights.keys())})}
    services = {row.login: row for row in rows_of(SERVICES, {"system": system_id})}
    return _Around({level.id: level for level in levels}, found, rights, services)


def _account(one: Listed, around: _Around, today: date) -> Account:
    person = around.people.get(one.person_id) if one.person_id else None
    level = around.levels.get(one.level_id) if one.level_id else None
    service = around.services.get(fold(one.login)) if one.person_id is None else None
    until = None if service is None else service.until if service.works else date.min
    return Account(
        level=level.code if level else rules.ANY,
        is_enabled=one.enabled,
        who=one.who,
        has_left=person is not None and person.employment_status == "ended" and not person.in_doubt,
        left_on=person.ends_on if person is not None else None,
        service_until=until,
    )


def _row(one: Listed, verdict: Verdict, person: Any, around: _Around) -> Compared:
    level = around.levels.get(one.level_id) if one.level_id else None
    service = around.services.get(fold(one.login)) if verdict.why == "service" else None
    return Compared(
        login=one.login,
        person_id=one.person_id,
        name=person.display_name if person else one.name,
        number=person.employee_number if person else "",
        unit=person.unit if person else "",
        level_id=one.level_id,
        level=level.label if level else "",
        matched_by=one.matched_by,
        verdict=verdict,
        used_on=one.used_on,
        unsure=_is_unsure(person),
        responsible=service.display_name if service else "",
    )


def _missing(
    by_person: Mapping[int, list[tuple[Account, Verdict]]], around: _Around, taken_on: date
) -> Iterable[Compared]:
    by_code = {level.code: level for level in around.levels.values()}
    for person_id, rights in around.rights.items():
        person = around.people[person_id]
        if person.employment_status == "ended":
            continue  # what a leaver keeps is found in another way (F5)
        for right, why in rules.missing(rights, by_person.get(person_id, ()), taken_on):
            level = by_code[right.level]
            who = person.display_name, person.employee_number, person.unit
            verdict = Verdict(rules.MISSING, why, right)
            yield Compared("", person_id, *who, level.id, level.label, "", verdict, unsure=_is_unsure(person))


def _is_unsure(person: Any) -> bool:
    return person is not None and (person.employment_status in UNSURE or person.in_doubt)
