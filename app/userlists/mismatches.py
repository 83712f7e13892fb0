"""F13, what differs between a list and what was granted, and F6, what nobody uses: once for each person and system."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from app import clock
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import db
from app.reconciliation import merging
from app.userlists import comparing, queries
from app.userlists.comparing import Compared
from app.userlists.models import UserList
from workflows import compliance as rules
from workflows.findings import MEDIUM_FROM

TYPES = (queries.F13, queries.F6)
LOCK = 4_502  # one judges at a time
TABLE = """
CREATE TEMP TABLE listed_mismatch (type text NOT NULL, person_id int, system_id int NOT NULL, thing text NOT NULL,
  k int NOT NULL, key text NOT NULL, detail jsonb NOT NULL) ON COMMIT DROP
"""
ADD = text("""
INSERT INTO listed_mismatch SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
  AS given (type text, person_id int, system_id int, thing text, k int, key text, detail jsonb)
""")


def compared(kept: UserList, now: datetime) -> list[Compared]:
    """The rows of a list that is kept, as they stand now."""
    listed, levels, today = queries.listed(kept.id), queries.levels_of(kept.system_id), clock.local(now).date()
    return comparing.compare(listed, levels, system_id=kept.system_id, taken_on=kept.taken_on, today=today)


def judge(kept: UserList, now: datetime, rows: Iterable[Compared] | None = None) -> dict[str, int] | None:
    """Make the findings say what the list says; how many moved. None for a list that is too old to conclude from."""
    today = clock.local(now).date()
    if not rules.is_fresh(kept.taken_on, today):
        return None
    db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    levels = {level.id: level for level in queries.levels_of(kept.system_id)}
    found = list(_found(compared(kept, now) if rows is None else rows, kept, levels))
    db.session.execute(text("DROP TABLE IF EXISTS listed_mismatch"))
    db.session.execute(text(TABLE))
    db.session.execute(ADD, {"rows": json.dumps(found)})
    merging.begin()
    for type_ in TYPES:
        given = {"cited": json.dumps({"list": kept.id}), "type": type_}
        merging.collect(type_, given, "SELECT * FROM listed_mismatch WHERE type = :type")
    values = {"now": now, "today": today, "reading": None, "read_at": now, "system": kept.system_id}
    return merging.merge(values, TYPES)


def type_of(row: Compared) -> str:
    """Of which type its finding is, if it has any."""
    return queries.F13 if row.is_mismatch else queries.F6


def thing_of(row: Compared) -> tuple[int | None, str]:
    """By what its finding is known: the person, or the account of nobody."""
    return (row.person_id, "") if row.person_id is not None else (None, row.login)


def _found(rows: Iterable[Compared], kept: UserList, levels: dict[int, AccessLevel]) -> Iterator[dict[str, Any]]:
    """As F1 by the level's confidentiality; a right without an account as F3. A piece of evidence is named once."""
    least = min(levels.values(), key=lambda level: (level.position, level.id), default=None)
    seen: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        level = levels.get(row.level_id or 0) or _of(row, levels) or least
        if level is None or not (row.is_mismatch or _is_dormant(row, level, kept)):
            continue
        person_id, thing = thing_of(row)
        is_missing = row.verdict.state == rules.MISSING
        k = MEDIUM_FROM if is_missing else catalogue.confidentiality_of(level)
        key = _key(row, level)
        type_, cause = type_of(row), row.verdict.why if row.is_mismatch else "dormant"
        detail = {"level": level.id, "account": row.login, "cause": cause, "since": str(kept.taken_on)}
        piece = {"type": type_, "person_id": person_id, "system_id": kept.system_id, "thing": thing, "k": k, "key": key}
        seen.setdefault((type_, person_id, thing, key), piece | {"detail": detail})
    yield from seen.values()


def _is_dormant(row: Compared, level: AccessLevel, kept: UserList) -> bool:
    """A right that stands, of somebody known, and nobody has used it."""
    stands = row.verdict.state in (rules.APPROVED, rules.IMPLIED) and row.person_id is not None and not row.unsure
    return stands and rules.is_dormant(row.used_on, kept.taken_on, physical=level.profile == "physical")


def _key(row: Compared, level: AccessLevel) -> str:
    """Something else about the same level is another piece: what was explained of it opens again."""
    if row.person_id is None:
        return f"{row.verdict.why}:{level.id}"
    if row.verdict.state == rules.MISSING:
        return f"missing:{level.id}"
    return f"level:{level.id}"


def _of(row: Compared, levels: dict[int, AccessLevel]) -> AccessLevel | None:
    """Of an account without a level: that of the right that it has come from."""
    code = row.verdict.right.level if row.verdict.right else ""
    return next((level for level in levels.values() if level.code == code), None)
