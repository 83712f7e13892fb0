"""The report's metrics (rules.md C11 content 4), for every system at once: one statement for each table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from app.control import points
from app.control.points import Year
from app.db import rows_of

# Orders that ended in the year, by how; and the working days from sending to granting.
ORDERS = text("""
SELECT l.system_id, r.state AS name, count(*) AS number FROM access_request r JOIN access_level l ON l.id = r.level_id
WHERE r.ended_at >= :start AND r.ended_at < :end GROUP BY l.system_id, r.state
""")
# Working days by then, from a list with one number for each date: looked up by place, since a join finds no good plan.
LEAD = text("""
SELECT system_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY by_end - by_start) AS number FROM (
  SELECT l.system_id,
    (CAST(:counts AS integer[]))[1 + ((r.ended_at AT TIME ZONE :zone)::date - :earliest)] AS by_end,
    (CAST(:counts AS integer[]))[
      1 + (greatest((r.submitted_at AT TIME ZONE :zone)::date, :earliest) - :earliest)] AS by_start
  FROM access_request r JOIN access_level l ON l.id = r.level_id
  WHERE r.state = 'granted' AND r.ended_at >= :start AND r.ended_at < :end
) granted GROUP BY system_id
""")
HELD = text("""
SELECT l.system_id, l.label || ', ' || g.source AS name, count(*) AS number
FROM access_grant g JOIN access_level l ON l.id = g.level_id
WHERE g.granted_at < :end AND (g.revoked_at IS NULL OR g.revoked_at >= :end) GROUP BY l.system_id, l.label, g.source
""")
FOUND = text("""
SELECT f.system_id, f.type AS name, count(*) AS number FROM finding f
WHERE f.system_id IS NOT NULL AND f.found_at >= :start AND f.found_at < :end GROUP BY f.system_id, f.type
""")
TABLES: Mapping[str, Any] = {"orders": ORDERS, "held": HELD, "findings": FOUND}


def by_system(year: Year) -> dict[int, dict[str, Any]]:
    """Of each system: orders by outcome, rights held by level and source, findings by type, days to grant, leavers."""
    found: dict[int, dict[str, Any]] = {}
    for table, statement in TABLES.items():
        for row in rows_of(statement, _values(statement, year)):
            _of(found, row.system_id)[table][row.name] = row.number
    days, counts = points.numbered(year)
    for row in rows_of(LEAD, _values(LEAD, year) | {"earliest": days[0], "counts": counts}):
        _of(found, row.system_id)["days_to_grant"] = row.number
    for system_id, (rights, median, worst) in points.leavers(year).items():
        _of(found, system_id)["leavers"] = {"rights": rights, "median": median, "worst": worst}
    return found


def none() -> dict[str, Any]:
    """The metrics of a system in which nothing happened."""
    return {"orders": {}, "held": {}, "findings": {}, "days_to_grant": None, "leavers": None}


def _of(found: dict[int, dict[str, Any]], system_id: int) -> dict[str, Any]:
    return found.setdefault(system_id, none())


def _values(statement: Any, year: Year) -> dict[str, Any]:
    asked = statement.compile().params.keys()
    return {name: value for name, value in year.values().items() if name in asked}
