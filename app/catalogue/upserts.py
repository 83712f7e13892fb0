"""The few statements that make the database say what a catalogue file says. A row that is right is not written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import product
from typing import Any, cast

from sqlalchemy import ColumnClause, Table, false, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app.catalogue.definition import (
    Agreement,
    Course,
    LevelDefinition,
    RolePackage,
    SystemDefinition,
    ToxicPair,
)
from app.catalogue.models import AccessLevel, System
from app.catalogue.models import Agreement as AgreementRow
from app.catalogue.models import Course as CourseRow
from app.catalogue.models import RolePackage as PackageRow
from app.catalogue.models import ToxicPair as PairRow
from app.catalogue.searching import search_text
from app.db import db

SYSTEM = cast(Table, System.__table__)
LEVEL = cast(Table, AccessLevel.__table__)
PAIR = cast(Table, PairRow.__table__)
PACKAGE = cast(Table, PackageRow.__table__)
COURSE = cast(Table, CourseRow.__table__)
AGREEMENT = cast(Table, AgreementRow.__table__)
PARTS = ("levels", "zones", "schedules")  # of a system's definition: rows of their own


@dataclass(frozen=True, slots=True)
class Written:
    """The keys of the rows that an upsert added and changed."""

    added: frozenset[Any]
    changed: frozenset[Any]


def write_systems(systems: Sequence[SystemDefinition]) -> Written:
    """Insert or change the systems; two statements. Keys are system codes.

    How far a system has come is left as it is where a matter has decided it (rules.md C14).
    """
    decided = _lifecycles()
    rows = [_system_row(system) | decided.get(system.code, {}) for system in systems]
    return upsert(SYSTEM, rows, ("code",))


def _lifecycles() -> dict[str, dict[str, str]]:
    """What matters have decided, by system code."""
    wanted = select(SYSTEM.c.code, SYSTEM.c.lifecycle, SYSTEM.c.replaced_by).where(SYSTEM.c.lifecycle_matter != "")
    return {
        code: {"lifecycle": lifecycle, "replaced_by": replaced_by}
        for code, lifecycle, replaced_by in db.session.execute(wanted)
    }


def system_ids(codes: Iterable[str]) -> dict[str, int]:
    """The row ids of the systems with these codes."""
    rows = db.session.execute(select(SYSTEM.c.code, SYSTEM.c.id).where(SYSTEM.c.code.in_(list(codes))))
    return {code: id_ for code, id_ in rows}


def write_levels(levels: Sequence[tuple[int, LevelDefinition]]) -> Written:
    """Insert or change the levels; one statement. Keys are (system id, level code)."""
    rows = [{**asdict(level), "system_id": system_id, "courses": list(level.courses)} for system_id, level in levels]
    return upsert(LEVEL, rows, ("system_id", "code"))


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


def level_ids(system_ids: Iterable[int]) -> dict[str, int]:
    """The row ids of all levels of the systems, by SYSTEM.LEVEL."""
    wanted = select(SYSTEM.c.code, LEVEL.c.code, LEVEL.c.id).join_from(SYSTEM, LEVEL)
    rows = db.session.execute(wanted.where(LEVEL.c.system_id.in_(list(system_ids))))
    return {f"{system}.{level}": id_ for system, level, id_ in rows}


def write_pairs(pairs: Sequence[ToxicPair], ids: Mapping[str, int]) -> Written:
    """Insert or change the pairs of two levels, and make those that the file has dropped inactive.

    ``ids`` are the file's levels; ``*.LEVEL`` stands for one of each system. A duty is no level and has no row.
    Keys are (lower level id, higher level id).
    """
    rows = {(row["first_level_id"], row["second_level_id"]): row for row in _pair_rows(pairs, ids)}
    written = upsert(PAIR, list(rows.values()), ("first_level_id", "second_level_id"))
    ours = list(ids.values())
    sides = PAIR.c.first_level_id, PAIR.c.second_level_id
    dropped = (
        update(PAIR)
        .where(PAIR.c.active, sides[0].in_(ours), sides[1].in_(ours), tuple_(*sides).not_in(list(rows)))
        .values(active=false())
        .returning(*sides)
    )
    return Written(written.added, written.changed | {tuple(row) for row in db.session.execute(dropped)})


def _pair_rows(pairs: Sequence[ToxicPair], ids: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for pair in pairs:
        for first, second in product(_named(pair.first, ids), _named(pair.second, ids)):
            if first != second:
                yield {
                    "first_level_id": min(first, second),
                    "second_level_id": max(first, second),
                    "mode": pair.mode,
                    "same_scope": pair.when == "same_scope",
                    "reason": pair.reason,
                    "active": True,
                }


def _named(name: str, ids: Mapping[str, int]) -> list[int]:
    system, _, code = name.partition(".")
    if system == "*":
        return [id_ for known, id_ in ids.items() if known.endswith(f".{code}")]
    return [ids[name]] if name in ids else []


def write_packages(packages: Sequence[RolePackage], ids: Mapping[str, int]) -> Written:
    """Insert or change the role packages, and make those whose levels are all the file's, and that it has dropped,
    inactive. Keys are package codes.
    """
    rows = [
        {"code": p.code, "name": p.name, "level_ids": [ids[name] for name in p.levels], "active": True}
        for p in packages
    ]
    written = upsert(PACKAGE, rows, ("code",))
    dropped = (
        update(PACKAGE)
        .where(PACKAGE.c.active, PACKAGE.c.level_ids.contained_by(list(ids.values())))
        .where(PACKAGE.c.code.not_in([p.code for p in packages]))
        .values(active=false())
        .returning(PACKAGE.c.code)
    )
    return Written(written.added, written.changed | set(db.session.scalars(dropped)))


def write_courses(courses: Sequence[Course]) -> Written:
    """Insert or change the courses; one statement. Keys are course codes."""
    rows = [
        {"code": c.code, "name": c.name, "valid_months": c.valid_months, "counts_from": c.version_from} for c in courses
    ]
    return upsert(COURSE, rows, ("code",))


def add_agreements(agreements: Sequence[Agreement], today: date) -> Written:
    """Insert the versions that are new; one statement. Keys are (type, version). A stored version is never changed."""
    rows = [
        {
            "type": a.code,
            "version": a.version,
            "name": a.name,
            "legal_ground": a.legal_ground,
            "text": a.text,
            "valid_from": a.valid_from or today,
        }
        for a in agreements
    ]
    if not rows:
        return Written(frozenset(), frozenset())
    adding = insert(AGREEMENT).values(rows).on_conflict_do_nothing()
    added = db.session.execute(adding.returning(AGREEMENT.c.type, AGREEMENT.c.version))
    return Written(frozenset((type_, version) for type_, version in added), frozenset())


def stored_agreements(types: Iterable[str]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Name, legal ground and text of every stored version, by type and version."""
    wanted = select(AGREEMENT).where(AGREEMENT.c.type.in_(list(types)))
    return {(a.type, a.version): (a.name, a.legal_ground, a.text) for a in db.session.execute(wanted)}


def _system_row(system: SystemDefinition) -> dict[str, Any]:
    row = asdict(system)
    for part in PARTS:
        del row[part]
    return {**row, "search": search_text(system)}


def upsert(table: Table, rows: Sequence[dict[str, Any]], key: tuple[str, ...]) -> Written:
    """Insert or change the rows by their key; one statement. A row that is right is not written."""
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
