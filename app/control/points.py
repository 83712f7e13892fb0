"""The control points' figures from the product's own tables: one statement each, for every system at once (B5).

Each gives ``system_id``, ``sample``, ``deviations`` and ``worst``, and ``rows``: what kind of row deviates and which.
The year is the municipality's: from :start to :end, moments, and from :first to :last, local dates. What was done after
:end does not count, whenever the statement runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from app import clock
from app.db import rows_of
from workflows.internal_control import Figures

MOST_ROWS = 500
EARLIER = 400  # days before the year, in which something may have begun that ended in it
ROWS = "coalesce(jsonb_agg({id} ORDER BY {id}) FILTER (WHERE {deviates}), '[]'::jsonb) AS rows"


@dataclass(frozen=True, slots=True)
class Found:
    """A point's figures for one system, with the ids of what deviates: rows of the table that ``of`` names."""

    figures: Figures
    of: str = ""
    rows: Sequence[int] = field(default_factory=tuple)


def _counted(id_: str, deviates: str, source: str, *, by: str, worst: str = "0") -> Any:
    counts = (by, "AS system_id, count(*) AS sample, count(*) FILTER (WHERE", deviates, ") AS deviations,", worst)
    return text(" ".join(("SELECT", *counts, "AS worst,", _rows(id_, deviates), "FROM", source, "GROUP BY", by)))


def _rows(id_: str, deviates: str) -> str:
    """The ids of what deviates, as JSON."""
    return ROWS.format(id=id_, deviates=deviates)


REVOKED_ON = "(g.revoked_at AT TIME ZONE :zone)::date"
IN_GRANT = "access_grant g JOIN access_level l ON l.id = g.level_id"
POINTS: Mapping[str, tuple[str, Any]] = {
    # Levels that are to be reviewed each year (C8) and that somebody held: was one of the year's reviews of it signed?
    "IK-01": (
        "level",
        text("""
WITH reviewed AS MATERIALIZED (
  SELECT DISTINCT i.level_id FROM review_campaign c JOIN review_item i ON i.campaign_id = c.id
  WHERE c.state = 'closed' AND c.closed_at >= :start AND c.closed_at < :end
)
SELECT l.system_id, count(*) AS sample, count(*) FILTER (WHERE r.level_id IS NULL) AS deviations, 0 AS worst,
  coalesce(jsonb_agg(l.id ORDER BY l.id) FILTER (WHERE r.level_id IS NULL), '[]'::jsonb) AS rows
FROM access_level l LEFT JOIN reviewed r ON r.level_id = l.id
WHERE l.active AND l.profile <> 'basic' AND EXISTS (
  SELECT FROM access_grant g WHERE g.level_id = l.id AND g.source <> 'emergency' AND g.granted_at < :end
    AND (g.revoked_at IS NULL OR g.revoked_at >= :end))
GROUP BY l.system_id"""),
    ),
    "IK-02": (
        "finding",
        _counted(
            "f.id",
            "f.resolved_at IS NULL OR f.resolved_at >= :end",
            "finding f WHERE f.system_id IS NOT NULL AND f.found_at >= :start AND f.found_at < :end AND f.type IN "
            "('unapproved_membership', 'copied_account', 'expired_still_member', 'manual_mismatch')",
            by="f.system_id",
        ),
    ),
    "IK-03": (
        "grant",
        _counted(
            "g.id",
            f"g.revoked_at IS NULL OR g.revoked_at >= :end OR {REVOKED_ON} > t.due_on",
            f"{IN_GRANT} JOIN task t ON t.grant_id = g.id "
            "WHERE t.kind = 'revoke' AND t.due_on BETWEEN :first AND :last",
            by="l.system_id",
        ),
    ),
    "IK-04": (
        "grant",
        _counted(
            "g.id",
            "g.valid_to IS NULL OR n.told_at IS NULL OR n.told_at >= :end",
            f"{IN_GRANT} LEFT JOIN privileged_notice n ON n.grant_id = g.id WHERE l.profile = 'privileged' "
            "AND g.source <> 'emergency' AND g.granted_at < :end AND (g.revoked_at IS NULL OR g.revoked_at >= :end)",
            by="l.system_id",
        ),
    ),
    "IK-05": (
        "emergency",
        _counted(
            "e.id",
            "e.state = 'closed_deviation' OR ((e.closed_at IS NULL OR e.closed_at >= :end) AND e.close_by < :last)",
            "emergency e JOIN access_level l ON l.id = e.level_id WHERE e.granted_at >= :start AND e.granted_at < :end",
            by="l.system_id",
        ),
    ),
    "IK-08": (
        "log_check",
        _counted(
            "c.id",
            "c.done_at IS NULL OR c.done_at >= :end OR (c.done_at AT TIME ZONE :zone)::date > c.due_on",
            "log_check c WHERE c.month BETWEEN :first AND :last "
            "AND (c.due_on <= :last OR (c.done_at IS NOT NULL AND c.done_at < :end))",
            by="c.system_id",
        ),
    ),
    "IK-12": (
        "matter",
        text("""
SELECT s.id AS system_id, count(*) AS sample, count(*) FILTER (WHERE m.lacks) AS deviations, 0 AS worst,
  coalesce(jsonb_agg(m.id ORDER BY m.id) FILTER (WHERE m.lacks), '[]'::jsonb) AS rows
FROM system s JOIN LATERAL (
  SELECT m.id, m.valid_to < :last OR NOT EXISTS (
    SELECT FROM attestation a WHERE a.system_id = s.id AND a.kind = 'alarms' AND a.matter_id = m.id
      AND a.made_at < :end AND a.due_on >= :last) AS lacks
  FROM matter m WHERE m.process = 'integration' AND m.state IN ('in_test', 'in_production', 'suspended')
    AND s.id IN (m.system_id, m.other_system_id)
) m ON true GROUP BY s.id"""),
    ),
    "IK-13": (
        "activity",
        text("""
SELECT c.system_id, sum(c.sample) AS sample, sum(c.deviations) AS deviations, 0 AS worst,
  coalesce(jsonb_agg(c.id ORDER BY c.id) FILTER (WHERE c.deviations > 0), '[]'::jsonb) AS rows
FROM control_activity c WHERE c.kind = 'fixed_data' AND c.made_on BETWEEN :first AND :last AND c.recorded_at < :end
GROUP BY c.system_id"""),
    ),
}
# Working days from the last day of an employment to the removal of each right; what is left at the end counts to it.
LEAVERS = text("""
WITH days AS (SELECT d, n FROM unnest(CAST(:days AS date[]), CAST(:counts AS integer[])) AS t(d, n)),
removed AS (
  SELECT l.system_id, g.id, least(coalesce((g.revoked_at AT TIME ZONE :zone)::date, :last), :last) AS gone,
    greatest(v.last_day, :earliest) AS left_on
  FROM leaver v JOIN access_grant g ON g.subject_id = v.person_id AND g.granted_at < v.ended_at
    AND (g.revoked_at IS NULL OR g.revoked_at >= v.ended_at)
  JOIN access_level l ON l.id = g.level_id
  WHERE v.ended_at >= :start AND v.ended_at < :end
)
SELECT system_id, count(*) AS rights, max(greatest(e.n - b.n, 0)) AS worst,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY greatest(e.n - b.n, 0)) AS median
FROM removed JOIN days b ON b.d = left_on JOIN days e ON e.d = gone GROUP BY system_id
""")
TRAINED = text("""
SELECT u.board, count(*) AS sample, count(*) FILTER (WHERE NOT trained.all_done) AS deviations
FROM person p JOIN unit u ON u.id = p.unit_id CROSS JOIN LATERAL (
  SELECT NOT EXISTS (
    SELECT FROM course c WHERE c.code = ANY (CAST(:courses AS text[])) AND NOT EXISTS (
      SELECT FROM completion d WHERE d.person_id = p.id AND d.course_id = c.id AND d.completed_on <= :last
        AND d.imported_at < :end AND (d.expires_on IS NULL OR d.expires_on >= :last)
        AND (c.counts_from IS NULL OR d.completed_on >= c.counts_from))) AS all_done
) trained WHERE p.employment_status IN ('active', 'on_leave') AND u.board <> '' GROUP BY u.board
""")


@dataclass(frozen=True, slots=True)
class Year:
    """A municipality's year. ``start`` and ``end`` are its first moment and the first one after it."""

    year: int
    start: datetime
    end: datetime
    first: date
    last: date

    def values(self) -> dict[str, Any]:
        """What the statements ask for."""
        known = {name: getattr(self, name) for name in ("start", "end", "first", "last")}
        return known | {"zone": str(clock.zone())}


def year_of(year: int) -> Year:
    """The year with its moments in UTC."""
    start, end = (datetime(y, 1, 1, tzinfo=clock.zone()).astimezone(UTC) for y in (year, year + 1))
    return Year(year, start, end, date(year, 1, 1), date(year, 12, 31))


def counted(year: Year) -> dict[str, dict[int, Found]]:
    """The figures of each point by system; a system that has none is left out. A statement for each point."""
    found: dict[str, dict[int, Found]] = {}
    for code, (of, statement) in POINTS.items():
        names = statement.compile().params.keys()
        values = {name: value for name, value in year.values().items() if name in names}
        found[code] = {
            row.system_id: Found(Figures(int(row.sample), int(row.deviations)), of, row.rows[:MOST_ROWS])
            for row in rows_of(statement, values)
        }
    return found


def leavers(year: Year) -> dict[int, tuple[int, int, int]]:
    """Of those who left: rights that were to go, and the median and longest time in working days, by system."""
    days, counts = numbered(year)
    values = year.values() | {"days": days, "counts": counts, "earliest": days[0]}
    del values["first"]
    return {row.system_id: (row.rights, row.median, row.worst) for row in rows_of(LEAVERS, values)}


def numbered(year: Year) -> tuple[list[date], list[int]]:
    """Every date to the year's last, and how many working days have been by then: differences are working days."""
    calendar, days, counts, count = clock.calendar(), [], [], 0
    first = year.first - timedelta(days=EARLIER)
    for number in range((year.last - first).days + 1):
        day = first + timedelta(days=number)
        count += calendar.is_working_day(day)
        days.append(day)
        counts.append(count)
    return days, counts


def trained(year: Year, courses: Sequence[str]) -> dict[str, Figures]:
    """IK-06: of each board's people, how many lack one of the courses; by the board's code."""
    values = {"courses": list(courses), "last": year.last, "end": year.end}
    return {row.board: Figures(row.sample, row.deviations) for row in rows_of(TRAINED, values)}
