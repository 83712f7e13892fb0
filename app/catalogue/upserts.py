"""The few statements that make the database say what a catalogue file says. A row that is right is not written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import ColumnClause, Table, false, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app.catalogue.definition import LevelDefinition, SystemDefinition
from app.catalogue.models import AccessLevel, System
from app.catalogue.searching import search_text
from app.db import db

SYSTEM = cast(Table, System.__table__)
LEVEL = cast(Table, AccessLevel.__table__)


@dataclass(frozen=True, slots=True)
class Written:
    """The keys of the rows that an upsert added and changed."""

    added: frozenset[Any]
    changed: frozenset[Any]


def write_systems(systems: Sequence[SystemDefinition]) -> Written:
    """Insert or change the systems; one statement. Keys are system codes."""
    return _upsert(SYSTEM, [_system_row(system) for system in systems], ("code",))


def system_ids(codes: Iterable[str]) -> dict[str, int]:
    """The row ids of the systems with these codes."""
    rows = db.session.execute(select(SYSTEM.c.code, SYSTEM.c.id).where(SYSTEM.c.code.in_(list(codes))))
    return {code: id_ for code, id_ in rows}


def write_levels(levels: Sequence[tuple[int, LevelDefinition]]) -> Written:
    """Insert or change the levels; one statement. Keys are (system id, level code)."""
    rows = [{**asdict(level), "system_id": system_id, "courses": list(level.courses)} for system_id, level in levels]
    return _upsert(LEVEL, rows, ("system_id", "code"))


def deactivate_other_levels(system_ids: Iterable[int], kept: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Make the systems' levels that are not ``kept`` inactive, never deleted: grants and history point at them."""
    key = tuple_(LEVEL.c.system_id, LEVEL.c.code)
    gone = (
        update(LEVEL)
        .where(LEVEL.c.active, LEVEL.c.system_id.in_(list(system_ids)), key.not_in(list(kept)))
        .values(active=false())
        .returning(LEVEL.c.system_id, LEVEL.c.code)
    )
    return [(system_id, code) for system_id, code in db.session.execute(gone)]


def _system_row(system: SystemDefinition) -> dict[str, Any]:
    row = asdict(system)
    del row["levels"]
    return {**row, "search": search_text(system)}


def _upsert(table: Table, rows: Sequence[dict[str, Any]], key: tuple[str, ...]) -> Written:
    if not rows:
        return Written(frozenset(), frozenset())
    statement = insert(table).values(list(rows))
    columns = [name for name in rows[0] if name not in key]
    old = tuple_(*(table.c[name] for name in columns))
    new = tuple_(*(statement.excluded[name] for name in columns))
    # PostgreSQL: a row that was there before carries the number of the transaction that changed it
    inserted: ColumnClause[bool] = literal_column("xmax = 0")
    keys = [table.c[name] for name in key]
    done = statement.on_conflict_do_update(
        index_elements=list(key),
        set_={name: statement.excluded[name] for name in columns},
        where=old.is_distinct_from(new),
    ).returning(inserted, *keys)
    found: dict[bool, set[Any]] = {True: set(), False: set()}
    for is_new, *values in db.session.execute(done):
        found[is_new].add(values[0] if len(values) == 1 else tuple(values))
    return Written(frozenset(found[True]), frozenset(found[False]))
