"""Reading findings: lists with filters, a page at a time, and a system laid beside its groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.orm import joinedload

from app.catalogue.models import AccessLevel, System
from app.db import db
from app.reconciliation.models import Finding
from workflows import findings as rules

A_PAGE = 50
SETTLED = ("resolved_removed", "resolved_regularised", "accepted_risk", "false_positive")
WITH_NAMES = (joinedload(Finding.system), joinedload(Finding.person), joinedload(Finding.resolved_by))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. ``systems`` None: all, and what is about no system; else only these. ``after``: due and id."""

    systems: frozenset[int] | None
    settled: bool = False
    type: str = ""
    severity: str = ""
    system: str = ""
    after: tuple[date, int] | None = None


def page(wanted: Wanted) -> Sequence[Finding]:
    """At most a page and one more, what is due first first."""
    found = _filtered(select(Finding), wanted).options(*WITH_NAMES)
    if wanted.after:
        found = found.where(tuple_(Finding.due_on, Finding.id) > wanted.after)
    return db.session.scalars(found.order_by(Finding.due_on, Finding.id).limit(A_PAGE + 1)).all()


def count(wanted: Wanted) -> int:
    """How many there are in all."""
    return db.session.scalar(_filtered(select(func.count()).select_from(Finding), wanted)) or 0


def counts_by_type(wanted: Wanted) -> dict[str, int]:
    """How many of each type are open, in what the reader may see."""
    only = Wanted(wanted.systems, system=wanted.system)
    found = _filtered(select(Finding.type, func.count()), only).group_by(Finding.type)
    return {type_: number for type_, number in db.session.execute(found)}


def _filtered(statement: Any, wanted: Wanted) -> Any:
    chosen = statement.where(Finding.state.in_(SETTLED if wanted.settled else rules.OPEN))
    chosen = chosen.where(Finding.type.in_(rules.KINDS))
    if wanted.systems is not None:
        chosen = chosen.where(Finding.system_id.in_(wanted.systems))
    if wanted.type:
        chosen = chosen.where(Finding.type == wanted.type)
    if wanted.severity:
        chosen = chosen.where(Finding.severity == wanted.severity)
    if wanted.system:
        chosen = chosen.where(Finding.system_id.in_(select(System.id).where(System.code == wanted.system)))
    return chosen


def open_of_person(person_id: int) -> Sequence[Finding]:
    """What is open about somebody, the gravest first."""
    wanted = select(Finding).where(
        Finding.person_id == person_id, Finding.state.in_(rules.OPEN), Finding.type.in_(rules.KINDS)
    )
    return db.session.scalars(wanted.options(*WITH_NAMES).order_by(Finding.due_on, Finding.id)).all()


def levels_in(findings: Collection[Finding]) -> dict[int, AccessLevel]:
    """The levels that the evidence names, by id; one statement."""
    ids = {int(said["level"]) for one in findings for said in one.evidence.values() if "level" in said}
    if not ids:
        return {}
    return {level.id: level for level in db.session.scalars(select(AccessLevel).where(AccessLevel.id.in_(ids)))}


def case_number(request_id: int | None) -> str:
    """Of the order that regularised it; nothing without one."""
    if request_id is None:
        return ""
    named = text("SELECT case_number FROM access_request WHERE id = :id")
    return db.session.scalar(named, {"id": request_id}) or ""


# A system's levels that have a group: who is in it with a right, without one, and who has a right and is not in it.
COMPARED = text("""
WITH RECURSIVE level AS (
  SELECT l.id, l.label, l.position, l.directory_group, g.id AS group_id, g.missing_since IS NOT NULL AS is_gone
  FROM access_level l LEFT JOIN LATERAL (SELECT id, missing_since FROM directory_group
    WHERE lower(name) = lower(l.directory_group) ORDER BY missing_since NULLS FIRST, id DESC LIMIT 1) g ON true
  WHERE l.system_id = :system AND l.active
), inside AS (
  SELECT group_id AS top, group_id AS at FROM level WHERE group_id IS NOT NULL
UNION
  SELECT i.top, c.id FROM inside i JOIN directory_membership m ON m.group_id = i.at AND m.gone_at IS NULL
  JOIN directory_group c ON c.object_guid = m.member_guid AND c.missing_since IS NULL
), member AS (
  SELECT DISTINCT l.id AS level_id, a.person_id FROM level l JOIN inside i ON i.top = l.group_id
  JOIN directory_membership m ON m.group_id = i.at AND m.gone_at IS NULL
  JOIN directory_account a ON a.object_guid = m.member_guid WHERE a.person_id IS NOT NULL
), held AS (
  SELECT g.level_id, g.subject_id AS person_id, bool_or(g.status = 'active') AS in_use
  FROM access_grant g JOIN level l ON l.id = g.level_id WHERE g.revoked_at IS NULL
    AND g.status IN ('pending_activation', 'active', 'suspended', 'revocation_pending', 'expired')
  GROUP BY g.level_id, g.subject_id
), laid AS (
  SELECT coalesce(m.level_id, h.level_id) AS level_id, m.person_id IS NOT NULL AS is_member,
    h.person_id IS NOT NULL AS has_right, coalesce(h.in_use, false) AS in_use
  FROM member m FULL JOIN held h ON h.level_id = m.level_id AND h.person_id = m.person_id
)
SELECT l.id, l.label, l.directory_group, l.group_id IS NOT NULL AND NOT l.is_gone AS is_read,
  count(*) FILTER (WHERE b.is_member AND b.has_right) AS matching,
  count(*) FILTER (WHERE b.in_use AND NOT b.is_member) AS missing,
  count(*) FILTER (WHERE b.is_member AND NOT b.has_right) AS unexplained,
  count(*) FILTER (WHERE b.has_right) AS rights
FROM level l LEFT JOIN laid b ON b.level_id = l.id
GROUP BY l.id, l.label, l.position, l.directory_group, l.group_id, l.is_gone ORDER BY l.position, l.id
""")


def compared(system_id: int) -> Sequence[Any]:
    """Each level: matching, missing and unexplained people, as last read. ``is_read``: the directory has it."""
    return db.session.execute(COMPARED, {"system": system_id}).all()
