"""Reading role packages: each with its levels in the order of the catalogue file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.catalogue.models import AccessLevel, RolePackage
from app.db import db
from app.errors import NotFound


@dataclass(frozen=True, slots=True)
class Package:
    """A package with its levels; a level that is no longer in use stays in it, and is told of."""

    id: int
    name: str
    levels: tuple[AccessLevel, ...]


def all_active() -> list[Package]:
    """The packages by name; two statements however many there are."""
    rows = db.session.scalars(select(RolePackage).where(RolePackage.active).order_by(RolePackage.name)).all()
    levels = _levels({level_id for row in rows for level_id in row.level_ids})
    return [_package(row, levels) for row in rows]


def package(package_id: int) -> Package:
    """The package. Raises NotFound, for one that is not in use as well."""
    row = db.session.get(RolePackage, package_id)
    if row is None or not row.active:
        raise NotFound()
    return _package(row, _levels(set(row.level_ids)))


def _levels(ids: set[int]) -> Mapping[int, AccessLevel]:
    return {level.id: level for level in db.session.scalars(select(AccessLevel).where(AccessLevel.id.in_(ids)))}


def _package(row: RolePackage, levels: Mapping[int, AccessLevel]) -> Package:
    return Package(row.id, row.name, tuple(levels[level_id] for level_id in row.level_ids))
