"""Writes of the catalogue room. All take part in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import clock
from app.catalogue import zones
from app.catalogue.appointing import NewAppointment, appoint, end_all_of, end_appointment, withdraw_from
from app.catalogue.definition import Agreement, Catalogue
from app.catalogue.deputising import NewDeputy, end_deputies_of, end_deputy, set_deputy
from app.catalogue.faults import CatalogueError, CatalogueFault
from app.catalogue.loader import read
from app.catalogue.upserts import (
    add_agreements,
    deactivate_other_levels,
    level_ids,
    stored_agreements,
    system_ids,
    write_courses,
    write_levels,
    write_packages,
    write_pairs,
    write_systems,
)
from app.db import db
from app.events import publish
from workflows.events import Actor, CatalogueLoaded

__all__ = [
    "LoadReport",
    "NewAppointment",
    "NewDeputy",
    "appoint",
    "end_all_of",
    "end_appointment",
    "end_deputies_of",
    "end_deputy",
    "load",
    "load_file",
    "set_deputy",
    "withdraw_from",
]

COMMAND_LINE = Actor(None, "administrator", "cli")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, as system codes; ``removed_levels`` are written SYSTEM.LEVEL and are now inactive.

    ``packages`` are the codes of role packages that were added or changed, ``pairs`` how many toxic pairs were.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed_levels: tuple[str, ...]
    packages: tuple[str, ...] = ()
    pairs: int = 0


def load_file(path: Path | str, *, now: datetime, actor: Actor = COMMAND_LINE) -> LoadReport:
    """Make the catalogue say what the file says. Raises CatalogueError, with nothing changed, when it is faulty.

    Systems that the file does not mention are left as they are: one file need not hold everything.
    """
    return load(read(path), now=now, actor=actor)


def load(catalogue: Catalogue, *, now: datetime, actor: Actor = COMMAND_LINE) -> LoadReport:
    """Make the catalogue say what ``catalogue`` says; publishes CatalogueLoaded when that changed anything."""
    courses = write_courses(catalogue.courses)
    signed = add_agreements([a for a in catalogue.agreements if a.text], clock.local(now).date())
    _refuse_changed(catalogue.file, catalogue.agreements)
    codes = [system.code for system in catalogue.systems]
    systems = write_systems(catalogue.systems)
    ids = system_ids(codes)
    code_of = {id_: code for code, id_ in ids.items()}
    wanted = [(ids[system.code], level) for system in catalogue.systems for level in system.levels]
    levels = write_levels(wanted)
    removed = deactivate_other_levels(ids.values(), [(id_, level.code) for id_, level in wanted])
    named = level_ids(ids.values())
    pairs, packages = write_pairs(catalogue.toxic_pairs, named), write_packages(catalogue.role_packages, named)
    premises = zones.write(catalogue.systems, ids)
    parts = {id_ for id_, _ in levels.added | levels.changed | frozenset(removed)} | premises
    touched = systems.changed | {code_of[id_] for id_ in parts}
    report = LoadReport(
        added=tuple(code for code in codes if code in systems.added),
        changed=tuple(code for code in codes if code in touched - systems.added),
        unchanged=tuple(code for code in codes if code not in touched | systems.added),
        removed_levels=tuple(sorted(f"{code_of[id_]}.{code}" for id_, code in removed)),
        packages=tuple(sorted(packages.added | packages.changed)),
        pairs=len(pairs.added | pairs.changed),
    )
    learnt = bool(courses.added or courses.changed or signed.added)
    if report.added or report.changed or report.packages or report.pairs or learnt:
        db.session.expire_all()  # the statements above went past the session's objects
        publish(
            CatalogueLoaded(
                file=Path(catalogue.file).name,
                added=report.added,
                changed=report.changed,
                actor=actor,
                at=now,
                packages=report.packages,
                pairs=report.pairs,
            )
        )
    return report


def _refuse_changed(file: str, agreements: Sequence[Agreement]) -> None:
    """Raises CatalogueError when a version says something else than people may have signed: it needs a new number."""
    stored = stored_agreements(a.code for a in agreements)
    faults = [
        CatalogueFault(file, 1, f"agreements[{a.code}]", f"version {a.version} med ny text", "ett nytt versionsnummer")
        for a in agreements
        if a.text and stored[a.code, a.version] != (a.name, a.legal_ground, a.text)
    ]
    if faults:
        raise CatalogueError(faults)
