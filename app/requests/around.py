"""Everybody and everything around an order, in one statement: every step of an order asks for it.

The tables belong to several rooms, so they are named in SQL here. Everybody appointed is given, also who has
left or is away: the rules skip them upwards (``may_act``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text

from app.catalogue.models import AccessLevel
from app.db import rows_of
from app.directory import queries as directory
from app.requests.models import AccessRequest
from app.training import queries as training
from workflows.case import Decision, EmploymentStatus, Freeze, Party
from workflows.conflict import Exemption, Holding, Mode, ToxicPair
from workflows.emergency import KIND

LINE, RECEIVING, OWNER, MANAGER, BOARD, COORDINATOR, IT, PROTECTION, ZONE = (
    "line_manager", "receiving_manager", "system_owner", "system_manager", "board_manager", "infosec_coordinator",
    "it_manager", "data_protection_officer", "zone_owner",
)  # fmt: skip
SYSTEM_BOARD = "system_board_manager"  # heads the system's nämnd; ``board_manager`` the subject's
NAMED = "role:"  # before the name of a role that only a definition knows
PEOPLE_AND_ORDERS = """
WITH RECURSIVE above AS (
  SELECT manager_id AS id, 1 AS height, ARRAY[id, manager_id] AS path
  FROM person WHERE id = :subject AND manager_id <> id
UNION ALL
  SELECT person.manager_id, height + 1, path || person.manager_id
  FROM above JOIN person ON person.id = above.id
  WHERE height < :levels AND person.manager_id <> ALL (path)
), receiving AS (
  SELECT id, 1 AS height, ARRAY[id] AS path FROM person WHERE id = :head
UNION ALL
  SELECT person.manager_id, height + 1, path || person.manager_id
  FROM receiving JOIN person ON person.id = receiving.id
  WHERE height < :levels AND person.manager_id <> ALL (path)
), answerable AS (
  SELECT 'line_manager' AS role, id AS person_id, height FROM above
UNION
  SELECT 'receiving_manager', id, height FROM receiving
UNION
  SELECT role, person_id, 0 FROM appointment
  WHERE valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
    AND (role IN ('system_owner', 'system_manager') AND system_id = :system
      OR role = 'board_manager' AND board = :board
      OR role IN ('infosec_coordinator', 'it_manager', 'data_protection_officer')
      OR role = 'zone_owner' AND post = :post)
UNION
  SELECT 'system_board_manager', person_id, 0 FROM appointment
  WHERE role = 'board_manager' AND board = :system_board
    AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
UNION
  SELECT 'role:' || role, person_id, 0 FROM appointment
  WHERE role = ANY (CAST(:roles AS text[])) AND valid_from <= :today AND (valid_to IS NULL OR valid_to >= :today)
    AND coalesce(system_id, :system) = :system AND board IN ('', :board)
), everyone AS (
  SELECT role, person_id, height, NULL AS principal, 0 AS place FROM answerable
UNION ALL
  SELECT CASE WHEN absence THEN 'absence' ELSE 'standing' END, deputy_id, 0, person_id, id FROM deputyship
  WHERE person_id IN (SELECT person_id FROM answerable) AND valid_from <= :today AND valid_to >= :today
)
SELECT (
  SELECT json_agg(json_build_array(role, principal, person.id, display_name, employment_status, starts_on, ends_on,
    employment_form, coalesce(unit.board, '')) ORDER BY height, place, sort_key, person.id)
  FROM everyone JOIN person ON person.id = person_id LEFT JOIN unit ON unit.id = person.unit_id
) AS people, EXISTS (
  SELECT 1 FROM access_grant JOIN access_level ON access_level.id = level_id
  WHERE is_base AND subject_id = :subject AND status = 'active'
) AS has_base_grant, ARRAY (
  SELECT case_number FROM access_request
  WHERE subject_id = :subject AND level_id = :level AND scope = :scope AND id IS DISTINCT FROM :order
    AND submitted_at IS NOT NULL AND ended_at IS NULL AND (kind = 'emergency') = :emergency
UNION
  SELECT case_number FROM access_request
  WHERE grant_id = :grant AND id IS DISTINCT FROM :order
    AND submitted_at IS NOT NULL AND ended_at IS NULL
UNION
  SELECT 'grant:' || id FROM access_grant
  WHERE :gives_new AND subject_id = :subject AND level_id = :level AND scope = :scope
    AND CASE WHEN :emergency THEN status IN ('active', 'suspended')
      ELSE status IN ('pending_activation', 'active', 'suspended') AND source <> 'emergency' END
) AS duplicates, (
  SELECT json_agg(json_build_array(step, decided_by_id, on_behalf_of_id, chairs, board) ORDER BY id) FROM task
  WHERE request_id = :order AND round = :round AND status = 'done' AND verdict = 'approve'
    AND decided_by_id IS NOT NULL
) AS decisions, (
  SELECT json_agg(json_build_array(pair.id, pair.mode, same_scope, other.code, other.level, held.scope, held.source,
    exemption.valid_to, owner_id, coordinator_id) ORDER BY pair.id, held.source, exemption.id)
  FROM toxic_pair AS pair
  JOIN (
    SELECT level_id, scope, 'grant:' || id AS source FROM access_grant
    WHERE subject_id = :subject AND id IS DISTINCT FROM :grant
      AND status IN ('pending_activation', 'active', 'suspended', 'revocation_pending', 'expired')
  UNION ALL
    SELECT level_id, scope, case_number FROM access_request
    WHERE subject_id = :subject AND id IS DISTINCT FROM :order
      AND state IN ('requested', 'waiting_prerequisites', 'receiving_requested', 'manager_approved',
        'other_board_requested', 'owner_approved', 'lower_proposed', 'returned')
  ) AS held ON held.level_id = CASE :level WHEN first_level_id THEN second_level_id ELSE first_level_id END
  JOIN (SELECT access_level.id, system.code, access_level.code AS level
    FROM access_level JOIN system ON system.id = system_id) AS other ON other.id = held.level_id
  LEFT JOIN toxic_exemption AS exemption ON exemption.pair_id = pair.id AND exemption.subject_id = :subject
    AND exemption.status = 'approved' AND exemption.valid_to >= :today
  WHERE pair.active AND :level IN (first_level_id, second_level_id)
) AS toxic, (
  SELECT json_agg(json_build_array(first_day, least(last_day, ended_on - 1), reason) ORDER BY first_day)
  FROM freeze_window WHERE system_id = :system AND least(last_day, ended_on - 1) >= greatest(first_day, :today)
) AS freezes, ARRAY (
  SELECT f.id::text FROM finding f
  WHERE f.person_id = :subject AND f.system_id = :system AND f.severity = 'high'
    AND f.state IN ('open', 'assigned', 'reopened') AND f.type NOT LIKE 'paper%' AND f.id IS DISTINCT FROM :finding
    AND NOT (CAST(:finding AS int) IS NOT NULL AND EXISTS (SELECT FROM access_request r
      WHERE r.finding_id = f.id AND r.submitted_at IS NOT NULL AND r.ended_at IS NULL))
  ORDER BY f.id
) AS open_findings,
"""
AROUND = text("".join((PEOPLE_AND_ORDERS, training.COLUMNS)))


@dataclass(frozen=True, slots=True)
class Around:
    """What the statement found. ``groups`` by role, nearest or by name first; deputies by whom they stand in for."""

    groups: Mapping[str, tuple[Party, ...]]
    deputies: Mapping[int, tuple[Party, ...]]
    standing_deputies: Mapping[int, tuple[Party, ...]]
    has_base_grant: bool
    duplicates: tuple[str, ...]
    decisions: tuple[Decision, ...]
    lacking: training.Lacking
    toxic_pairs: tuple[ToxicPair, ...] = ()
    holdings: tuple[Holding, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    open_findings: tuple[str, ...] = ()

    @property
    def named_roles(self) -> dict[str, tuple[Party, ...]]:
        """Who holds each of the named roles that were asked for."""
        return {role.removeprefix(NAMED): held for role, held in self.groups.items() if role.startswith(NAMED)}


def read(
    order: AccessRequest,
    today: date,
    roles: Collection[str] = (),
    post: str = "",
    *,
    level: AccessLevel | None = None,
) -> Around:
    """What surrounds the order at ``today``, a local date. An order without an id is one that is only tried out.

    ``duplicates``: case numbers of open orders and, for a new right, ``grant:<id>`` of live rights of the same
    subject, level and scope (G4); of an order about a right also the other open orders about it. An emergency and an
    ordinary order go beside each other; what is active or rests is in the way of an emergency, whatever it came by.
    ``decisions``: the approvals of the present round. ``toxic_pairs``: those that the level makes with what the subject
    has of other levels or has ordered (``holdings``), and the exemptions from them. ``lacking``: what the level asks
    for and the subject has not (G8, G9). ``roles``: the named roles that the definition asks. ``post``: that of
    whoever answers for the special zones that are ordered, empty for none. ``level``: another than the ordered one.
    ``open_findings``: grave ones about the subject in the system (G16), but for what is put right by an order from the
    finding: this one, or one beside it. What a paper form led to stops nothing (docs/decisions/0027).
    One statement; one more where a unit is named.
    """
    subject, unit = order.subject, order.receiving_unit_id
    level = level or order.level
    system = level.system
    given = {
        "subject": subject.id,
        "level": level.id,
        "scope": order.scope or "",
        "order": order.id,
        "round": order.round,
        "grant": order.grant_id,
        "emergency": order.kind == KIND,
        "gives_new": order.grant_id is None or order.kind == "change",
        "head": directory.head_of_unit(unit) if unit is not None else None,
        "system": system.id,
        "board": subject.unit.board if subject.unit else system.board,
        "system_board": system.board,
        "today": today,
        "levels": directory.LEVELS_UPWARDS,
        "roles": sorted(roles),
        "post": post,
        "finding": order.finding_id,
    }
    (row,) = rows_of(AROUND, given)
    people: list[list[Any]] = row.people or []
    deputies = _by_principal(people, "absence")
    return Around(
        groups=_by_role(people, deputies),
        deputies=deputies,
        standing_deputies=_by_principal(people, "standing"),
        has_base_grant=row.has_base_grant,
        duplicates=tuple(row.duplicates),
        decisions=tuple(_decision(*decision) for decision in row.decisions or ()),
        freezes=tuple(_freeze(*window) for window in row.freezes or ()),
        open_findings=tuple(row.open_findings),
        **_toxic(row.toxic or (), f"{system.code}.{level.code}"),
        lacking=training.lacking(level, order.kind, training.Has.of(row.courses, row.agreements, row.base_given)),
    )


def _toxic(rows: Iterable[list[Any]], level: str) -> dict[str, Any]:
    pairs: dict[int, ToxicPair] = {}
    holdings: dict[str, Holding] = {}
    exemptions: list[Exemption] = []
    for pair_id, mode, same_scope, system, code, scope, source, until, *approved_by in rows:
        pairs[pair_id] = ToxicPair(pair_id, level, f"{system}.{code}", Mode(mode), same_scope)
        holdings[source] = Holding(f"{system}.{code}", scope, source)
        if until is not None:
            exemptions.append(Exemption(pair_id, date.fromisoformat(until), tuple(approved_by)))
    return {
        "toxic_pairs": tuple(pairs.values()),
        "holdings": tuple(holdings.values()),
        "exemptions": tuple(dict.fromkeys(exemptions)),
    }


def _decision(step: str, by: int, on_behalf_of: int | None, chairs: str, board: str) -> Decision:
    return Decision(step, by, on_behalf_of, tuple(chairs.split()), board)


def _freeze(first_day: str, last_day: str, reason: str) -> Freeze:
    return Freeze(date.fromisoformat(first_day), date.fromisoformat(last_day), reason)


def _by_role(people: Iterable[list[Any]], away: Mapping[int, object]) -> dict[str, tuple[Party, ...]]:
    groups: dict[str, tuple[Party, ...]] = {}
    for role, principal, *facts in people:
        if principal is None:
            groups[role] = (*groups.get(role, ()), _party(facts, away))
    return groups


def _by_principal(people: Iterable[list[Any]], kind: str) -> dict[int, tuple[Party, ...]]:
    found: dict[int, tuple[Party, ...]] = {}
    for role, principal, *facts in people:
        if role == kind:
            found[principal] = (*found.get(principal, ()), _party(facts, {}))
    return found


def _party(facts: list[Any], away: Mapping[int, object]) -> Party:
    """Who is on leave can be asked only where a deputy answers instead."""
    person_id, name, stored_status, starts_on, ends_on, form, board = facts
    status = EmploymentStatus(stored_status)
    return Party(
        id=person_id,
        name=name,
        status=status,
        starts_on=date.fromisoformat(starts_on) if starts_on else None,
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
        employment_form=form,
        board=board,
        may_act=status is EmploymentStatus.ACTIVE or (status is EmploymentStatus.ON_LEAVE and person_id in away),
    )
