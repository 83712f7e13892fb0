"""One thing by its key, with the things that it names, in one plain statement.

What comes back is what ``session.get`` with joined loads gives: objects of the session, each once, that the code
after it finds there without asking again. It costs a fifth, because the statement is made once from the models
and no result is adapted by the ORM (docs/decisions/0039). Steps of an order use it; lists are read by the ORM.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from psycopg.rows import tuple_row
from sqlalchemy import FromClause, Select, bindparam, inspect, select
from sqlalchemy.orm import Mapper, RelationshipProperty, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app.db import Model, db, keep, rows_of

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class _Part:
    """One model in the statement: its columns stand in a row from ``start``. ``owner``: which part names it."""

    mapper: Mapper[Any]
    names: tuple[str, ...]
    start: int
    owner: int = 0
    relation: RelationshipProperty[Any] | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.names)

    def values(self, row: Sequence[Any]) -> dict[str, Any]:
        return dict(zip(self.names, row[self.start : self.end], strict=True))


class ByKey(Generic[M]):
    """Things of one model by id, each with what stands along the ``paths``: ``ByKey(Grant, "level.system")``.

    A relationship to many is a list, ordered by id; a statement may have one of them.
    """

    def __init__(self, model: type[M], *paths: str) -> None:
        self._model, self._paths = model, paths

    def get(self, key: int) -> M | None:
        """The thing, or None; no statement for one that this transaction has read already."""
        known: M | None = db.session().identity_map.get(_identity(inspect(self._model), key))
        return self.read(key) if known is None or inspect(known).expired else known

    def read(self, key: int) -> M | None:
        """As ``get``, but a list is read again when it was forgotten (``expire``)."""
        session, found, lists = db.session(), None, dict[tuple[int, str], tuple[Any, list[Any]]]()
        for row in rows_of(self._statement, {"key": key}, row_factory=tuple_row):
            things = self._things(session, row)
            found = things[0]
            for part, thing in zip(self._parts, things, strict=True):
                owner = things[part.owner]
                if part.relation is None or owner is None:
                    continue
                if part.relation.uselist:
                    _owner, several = lists.setdefault((part.owner, part.relation.key), (owner, []))
                    several += [thing] if thing is not None and thing not in several else []
                else:
                    _name(owner, part.relation.key, thing)
        for (_place, name), (owner, several) in lists.items():  # not before each row has been seen
            _name(owner, name, several)
        return found

    def _things(self, session: Session, row: Sequence[Any]) -> list[Any]:
        return [_thing(session, part, row) for part in self._parts]

    @cached_property
    def _parts(self) -> list[_Part]:
        root = inspect(self._model)
        parts, places = [_Part(root, _columns(root), 0)], {"": 0}
        for path in self._paths:
            for before, name, whole in _steps(path):
                if whole not in places:
                    relation = parts[places[before]].mapper.relationships[name]
                    places[whole] = len(parts)
                    names = _columns(relation.mapper)
                    parts.append(_Part(relation.mapper, names, parts[-1].end, places[before], relation))
        return parts

    @cached_property
    def _statement(self) -> Select[Any]:
        tables = [part.mapper.local_table.alias(f"t{place}") for place, part in enumerate(self._parts)]
        joined: FromClause = tables[0]
        lists = []
        for table, part in zip(tables, self._parts, strict=True):
            if part.relation is not None:
                ((local, remote),) = part.relation.local_remote_pairs or ()
                joined = joined.outerjoin(table, table.c[remote.name] == tables[part.owner].c[local.name])
                lists += [table.c.id] if part.relation.uselist else []
        columns = [table.c[name] for table, part in zip(tables, self._parts, strict=True) for name in part.names]
        return select(*columns).select_from(joined).where(tables[0].c.id == bindparam("key")).order_by(*lists)


def _thing(session: Session, part: _Part, row: Sequence[Any]) -> Any:
    """The session's object for a part of the row, made when it has none; None where nothing is joined."""
    key = row[part.start]
    if key is None:
        return None
    known = session.identity_map.get(_identity(part.mapper, key))
    if known is not None:
        return known
    made = part.mapper.class_manager.new_instance()
    made.__dict__.update(part.values(row))
    make_transient_to_detached(made)
    session.add(made)
    keep(session, made)
    return made


def _name(owner: Any, name: str, thing: Any) -> None:
    """Let the owner say what it names, unless it knows already."""
    if name not in owner.__dict__:
        set_committed_value(owner, name, thing)


def _identity(mapper: Mapper[Any], key: int) -> Any:
    return mapper.identity_key_from_primary_key((key,))


def _columns(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The names of the columns, which are those of the attributes; the key comes first."""
    (key,) = mapper.primary_key
    return (key.name, *(c.name for c in mapper.local_table.columns if c is not key))


def _steps(path: str) -> Iterator[tuple[str, str, str]]:
    """ "level.system" as ("", "level", "level"), ("level", "system", "level.system")."""
    before = ""
    for name in path.split("."):
        whole = f"{before}.{name}" if before else name
        yield before, name, whole
        before = whole
