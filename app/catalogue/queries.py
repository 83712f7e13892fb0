"""Reads of the catalogue: what can be ordered, and (from ``holders``) who answers for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import selectinload

from app.by_key import ByKey
from app.catalogue.holders import (
    board_managers,
    coordinators,
    deputies_of,
    it_managers,
    orderer_covers,
    role_holders,
    roles_of,
    units_ordered_for,
)
from app.catalogue.models import AccessLevel, System
from app.catalogue.searching import fold, swedish_order
from app.db import db
from app.errors import NotFound

__all__ = [
    "active_processes",
    "base_level",
    "board_managers",
    "by_board",
    "confidentiality_of",
    "coordinators",
    "deputies_of",
    "guideline_valid",
    "it_managers",
    "level",
    "level_by_code",
    "obstacles",
    "orderable",
    "orderer_covers",
    "orderer_required",
    "process_of",
    "role_holders",
    "roles_of",
    "search",
    "successor_of",
    "system",
    "units_ordered_for",
]

ALIKE = 0.45  # word_similarity from which a misspelt word counts as found
PROCESS_OF_PROFILE = {
    "basic": "business_system",
    "standard": "business_system",
    "sensitive": "sensitive_system",
    "privileged": "sensitive_system",
    "physical": "physical_access",
}

# The table belongs to a room above: which version of each process new orders start with.
ACTIVE_PROCESSES = text("SELECT process FROM workflow_version WHERE status = 'active'")


def search(text: str = "", *, retired: bool = False) -> list[System]:
    """Systems that hold every word of ``text`` in their own words or their levels'; two statements.

    Case, accents and word ends do not matter. Without a hit the nearest spellings are given; an
    empty text gives all. The order is by name, those whose name holds the text first.
    """
    words = fold(text).split()
    if text.strip() and not words:
        return []
    wanted = select(System).options(selectinload(System.levels))
    if not retired:
        wanted = wanted.where(System.lifecycle != "retired")
    exact = wanted.where(*(System.search.contains(word, autoescape=True) for word in words))
    found = list(db.session.scalars(exact))
    if words and not found:
        near = (func.word_similarity(word, System.search) >= ALIKE for word in words)
        found = list(db.session.scalars(wanted.where(*near)))
    phrase = " ".join(words)
    return sorted(found, key=lambda s: (phrase not in fold(f"{s.code} {s.name}"), swedish_order(s.name)))


def by_board(systems: Iterable[System]) -> list[tuple[str, list[System]]]:
    """The systems under the name of their board, boards in Swedish order."""
    groups: dict[str, list[System]] = {}
    for system in systems:
        groups.setdefault(system.details.get("board_name") or system.board, []).append(system)
    return sorted(groups.items(), key=lambda group: swedish_order(group[0]))


def system(code: str) -> System:
    """The system with its levels. Raises NotFound."""
    found = db.session.scalar(select(System).options(selectinload(System.levels)).where(System.code == code))
    if found is None:
        raise NotFound()
    return found


LEVEL = ByKey(AccessLevel, "system")


def level(level_id: int) -> AccessLevel:
    """The level with its system; one statement. Raises NotFound."""
    found = LEVEL.get(level_id)
    if found is None:
        raise NotFound()
    return found


def level_by_code(system_code: str, code: str) -> AccessLevel:
    """The level that is written SYSTEM.LEVEL. Raises NotFound."""
    wanted = select(AccessLevel).join(AccessLevel.system).where(System.code == system_code, AccessLevel.code == code)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def base_level() -> AccessLevel:
    """The level whose grant opens all other systems (G2). Raises NotFound where the catalogue has none."""
    found = db.session.scalar(select(AccessLevel).where(AccessLevel.is_base, AccessLevel.active))
    if found is None:
        raise NotFound()
    return found


def process_of(level: AccessLevel) -> str:
    """The name of the process that orders of the level follow; "" where nothing may order it (K4)."""
    return "base_order" if level.is_base else PROCESS_OF_PROFILE.get(level.profile, "")


def active_processes() -> frozenset[str]:
    """The names of the processes that can be ordered by; one statement."""
    return frozenset(db.session.scalars(ACTIVE_PROCESSES))


def confidentiality_of(level: AccessLevel) -> int:
    """The level's own K where it has one, else its system's."""
    return int(level.details.get("k", level.system.confidentiality))


def orderer_required(level: AccessLevel) -> bool:
    """True when only an authorised orderer or a manager may order (G5): the system's or the level's mark."""
    return level.system.orderer_required or bool(level.details.get("orderer_required", False))


def guideline_valid(system: System, today: date) -> bool:
    """G3: the guideline exists and is in date. Where none is required the answer is True."""
    if not system.guideline_required:
        return True
    return bool(system.guideline_version) and (system.guideline_valid_to is None or system.guideline_valid_to >= today)


def successor_of(system: System) -> System | None:
    """What replaces a system that is not in production any more; no statement for one that is."""
    if not system.replaced_by or system.lifecycle not in ("phasing_out", "retired"):
        return None
    return db.session.scalar(select(System).where(System.code == system.replaced_by))


def obstacles(level: AccessLevel, today: date, processes: Collection[str]) -> tuple[str, ...]:
    """Why the level cannot be ordered now, as reason codes; empty when it can.

    Whether owner and managers are there is for the guard: see ``role_holders``.
    """
    details = level.details
    checks = {
        "planned": level.system.lifecycle == "planned",
        "lifecycle": level.system.lifecycle in ("phasing_out", "retired"),
        "inactive": not level.active,
        "guideline": not guideline_valid(level.system, today),
        "part_of_base": bool(details.get("part_of_base")) and not details.get("base_for"),
        "external": bool(details.get("external")),
        "process": process_of(level) not in processes,
    }
    return tuple(reason for reason, stands in checks.items() if stands)


def orderable(level: AccessLevel, today: date, processes: Collection[str]) -> bool:
    """True when ``obstacles`` finds none."""
    return not obstacles(level, today, processes)
