"""Handing in a list, saying what its columns are, and using it. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app import clock
from app.catalogue.models import System
from app.db import db
from app.errors import Conflict, NotAllowed
from app.events import publish
from app.userlists import columns, comparing, matching, mismatches, queries, reading
from app.userlists.columns import Fault, Reading
from app.userlists.comparing import Compared, Listed
from app.userlists.models import CURRENT, DRAFT, DROPPED, REPLACED, ListAccount, ListMapping, UserList
from app.userlists.reading import Table, fold
from workflows.compliance import KNOWN
from workflows.events import TIME, Actor
from workflows.list_events import UserListMoved

KEPT_FOR = timedelta(days=1)  # a draft that nobody comes back to
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would lead to. ``roles``: what stands in the column of levels; ``faults``: the list is refused."""

    reading: Reading
    roles: list[str]
    listed: list[Listed]
    faults: list[Fault]
    rows: list[Compared]
    lacks_key: bool


def upload(system: System, name: str, content: bytes, *, taken_on: date, actor: Actor, now: datetime) -> UserList:
    """Read a list and keep its rows as a draft; publishes UserListMoved.

    Raises NotAllowed beside ``file`` (as reading.read, and same_file, no_levels) and ``taken_on`` (future,
    older_than_current).
    """
    assert actor.person_id is not None
    current, digest = queries.current(system.id), sha256(content).hexdigest()
    if taken_on > clock.local(now).date():
        raise NotAllowed("future", field="taken_on")
    if current is not None and taken_on < current.taken_on:
        raise NotAllowed("older_than_current", field="taken_on")
    if current is not None and (digest, taken_on) == (current.digest, current.taken_on):
        raise NotAllowed("same_file", field="file")
    if not queries.levels_of(system.id):
        raise NotAllowed("no_levels", field="file")
    table = reading.read(content)
    kept = UserList(
        system_id=system.id,
        file_name=_name(name),
        digest=digest,
        taken_on=taken_on,
        headings=table.headings,
        hidden=table.hidden,
        cells=[[line, *cells] for line, cells in table.rows],
        rows=len(table.rows),
        counts={},
        based_on_id=current.id if current else None,
        uploaded_at=now,
        uploaded_by_id=actor.person_id,
    )
    db.session.add(kept)
    return _moved(kept, "uploaded", actor, now)


def preview(kept: UserList, today: date) -> Preview:
    """What the draft would lead to, as its columns are read now. Changes nothing."""
    table, levels = _table(kept), queries.levels_of(kept.system_id)
    saved = queries.mapping(kept.system_id)
    chosen = columns.guess(table.headings, saved.columns if saved else {})
    roles = columns.roles(table, chosen.get("level", ""))
    names = {level.id: (level.label, level.code) for level in levels}
    how = Reading(chosen, columns.guess_levels(roles, names, saved.levels if saved else {}))
    only = levels[0].id if len(levels) == 1 else None
    rows, faults = columns.accounts(table, how, only)
    lacks_key = not any(chosen.get(key) for key in columns.KEYS)
    listed = [_listed(row, found) for row, found in zip(rows, matching.match(rows), strict=True)]
    shown: list[Compared] = []
    if not faults and not lacks_key:
        shown = comparing.compare(listed, levels, system_id=kept.system_id, taken_on=kept.taken_on, today=today)
    return Preview(how, roles, listed, faults, shown, lacks_key)


def map_columns(
    kept: UserList, chosen: Mapping[str, str], levels: Mapping[str, int], *, actor: Actor, now: datetime
) -> None:
    """Keep how the system's lists are read. ``levels``: by role as written.

    Raises NotAllowed: column_twice, column_unknown, level_unknown.
    """
    held = _draft(kept.id)
    named = [heading for heading in chosen.values() if heading]
    if len(set(named)) < len(named):
        raise NotAllowed("column_twice", field="columns")
    if set(named) - set(held.headings) or set(chosen) - set(columns.FIELDS):
        raise NotAllowed("column_unknown", field="columns")
    allowed = {level.id for level in queries.levels_of(held.system_id)} | {columns.NOT_COUNTED}
    if set(levels.values()) - allowed:
        raise NotAllowed("level_unknown", field="columns")
    saved = queries.mapping(held.system_id)
    known = dict(saved.levels) if saved else {}
    values = {
        "columns": dict(chosen),
        "levels": {**known, **{fold(role): level_id for role, level_id in levels.items()}},
        "saved_at": now,
        "saved_by_id": actor.person_id,
    }
    statement = upsert(ListMapping).values(system_id=held.system_id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["system_id"], set_=values))
    db.session.expire_all()
    _moved(held, "mapped", actor, now, columns=dict(chosen), levels=dict(levels))


def apply(kept: UserList, *, actor: Actor, now: datetime) -> dict[str, int] | None:
    """Use the list: it takes the place of the one before, and findings are made of it; how many moved, as ``judge``.

    All or nothing: with one faulty row nothing is used, since an account that is left out would be missed. Raises
    NotAllowed: list_faulty, no_key_column, no_accounts; Conflict(list_overtaken) when another list came first.
    """
    db.session.execute(select(System.id).where(System.id == kept.system_id).with_for_update())  # one at a time
    held, today = _draft(kept.id), clock.local(now).date()
    before = queries.current(held.system_id)
    if (before.id if before else None) != held.based_on_id:
        raise Conflict("list_overtaken")
    seen = preview(held, today)
    if seen.lacks_key or seen.faults or not seen.listed:
        raise NotAllowed("no_key_column" if seen.lacks_key else "list_faulty" if seen.faults else "no_accounts")
    if before is not None:
        before.state = REPLACED
        db.session.execute(delete(ListAccount).where(ListAccount.list_id == before.id))
        db.session.flush()
    held.state, held.cells, held.counts = CURRENT, None, comparing.counts(seen.rows)
    held.applied_at, held.applied_by_id = now, actor.person_id
    db.session.flush()
    db.session.execute(insert(ListAccount), [_account(held.id, one) for one in seen.listed])
    _moved(held, "applied", actor, now, counts=held.counts, replaces=held.based_on_id)
    return mismatches.judge(held, now, seen.rows)


def drop(list_id: int, *, actor: Actor, now: datetime) -> None:
    """A draft is not used: its rows are gone."""
    held = _draft(list_id)
    held.state, held.cells = DROPPED, None
    _moved(held, "dropped", actor, now)


def forget(list_id: int, now: datetime) -> bool:
    """Drop a draft that nobody came back to; False when somebody has."""
    held = _held(list_id)
    if held.state != DRAFT or held.uploaded_at > now - KEPT_FOR:
        return False
    drop(list_id, actor=TIME, now=now)
    return True


def _listed(row: columns.Row, found: matching.Match) -> Listed:
    """A name is kept only where nobody was recognised."""
    name = "" if found.who == KNOWN else row.name
    return Listed(
        row.login, found.person_id, found.who, found.by, row.level_id, row.enabled, row.used_on, name, row.line
    )


def _account(list_id: int, one: Listed) -> dict[str, object]:
    return {
        "list_id": list_id, "line": one.line, "login": one.login, "name": one.name, "person_id": one.person_id,
        "who": one.who, "matched_by": one.matched_by, "level_id": one.level_id, "enabled": one.enabled,
        "used_on": one.used_on,
    }  # fmt: skip


def _table(kept: UserList) -> Table:
    return Table(list(kept.headings), [(line, cells) for line, *cells in kept.cells or ()], list(kept.hidden))


def _name(written: str) -> str:
    """The file's name without a path; what looks like a personnummer in it is not kept."""
    bare = reading.safe(written.replace("\\", "/").rpartition("/")[2].strip())
    return bare[:LONGEST_NAME] or "-"


def _held(list_id: int) -> UserList:
    """Of two at once the slower sees what the faster has stored."""
    return db.session.get_one(UserList, list_id, with_for_update={"of": UserList}, populate_existing=True)


def _draft(list_id: int) -> UserList:
    held = _held(list_id)
    if held.state != DRAFT:
        raise Conflict("list_settled")
    return held


def _moved(kept: UserList, what: str, actor: Actor, now: datetime, **more: object) -> UserList:
    db.session.flush()
    about = {"file": kept.file_name, "digest": kept.digest, "taken_on": kept.taken_on.isoformat(), "rows": kept.rows}
    publish(UserListMoved(kept.id, kept.system_id, what, actor, now, {**about, **more}))
    return kept
