"""Sample data for every page: ordinary, empty, full, late and wrong. The day is Wednesday 25 November 2026."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.templates.samples.catalogue import ADMIN, BIST, KATALOG, LAN, MICROMARC, PROCAPITA, level
from tests.templates.samples.orders import GRANTS, HARD_ORDER, JUSTIFICATION, LONG_JUSTIFICATION, held, order, row
from tests.templates.samples.paths import (
    CLOCK,
    EVENTS,
    GUARDS,
    HISTORY,
    ORDERED,
    PATH,
    PATH_AHEAD,
    PATH_HARD,
    PATH_STOPPED,
    step,
)
from tests.templates.samples.rows import (
    CAST,
    COMPLETE_ROWS,
    DECIDE_ROWS,
    ENDED_ROWS,
    GRANT_ROWS,
    HARD,
    LATE,
    ORDER_ROWS,
    REVOKE_ROWS,
    task_row,
)

__all__ = [
    "ADMIN",
    "BIST",
    "CAST",
    "CLOCK",
    "COMPLETE_ROWS",
    "DECIDE_ROWS",
    "ENDED_ROWS",
    "EVENTS",
    "GRANTS",
    "GRANT_ROWS",
    "GUARDS",
    "HARD",
    "HARD_ORDER",
    "HISTORY",
    "JUSTIFICATION",
    "KATALOG",
    "LAN",
    "LATE",
    "LONG_JUSTIFICATION",
    "MICROMARC",
    "ORDERED",
    "ORDER_ROWS",
    "PATH",
    "PATH_AHEAD",
    "PATH_HARD",
    "PATH_STOPPED",
    "PROCAPITA",
    "REVOKE_ROWS",
    "TODAY",
    "held",
    "level",
    "order",
    "row",
    "step",
    "task_row",
]

TODAY = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
