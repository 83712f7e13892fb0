"""A catalogue file as frozen values, complete: what a level did not say itself is filled in.

The fields of SystemDefinition and LevelDefinition are named as the columns that they become.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class LevelDefinition:
    """One access level. ``details`` holds plain JSON values: k, part_of_base, external, scope_label, toxic ..."""

    code: str
    label: str
    description: str
    profile: str
    is_base: bool
    scope_kind: str
    max_days: int | None
    max_days_hourly: int | None
    review_months: int | None
    emergency_allowed: bool
    provisioning: str
    directory_group: str
    courses: tuple[str, ...]
    agreement: str
    access: str
    active: bool
    position: int
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ZoneDefinition:
    """Where a tag opens doors (rules.md C4)."""

    code: str
    name: str
    kind: str
    owner_post: str
    board: str


@dataclass(frozen=True, slots=True)
class ScheduleDefinition:
    """When a tag opens doors."""

    code: str
    name: str
    is_default: bool
    after_hours: bool


@dataclass(frozen=True, slots=True)
class SystemDefinition:
    """One system with its levels. ``details`` holds plain JSON values: owner_org, rules, freeze, note ..."""

    code: str
    name: str
    description: str
    board: str
    lifecycle: str
    confidentiality: int
    integrity: int
    availability: int
    personal_data: str
    owner_role: str
    min_managers: int
    max_outage_wd: int | None
    orderer_required: bool
    guideline_required: bool
    guideline_version: str
    guideline_url: str
    guideline_valid_to: date | None
    functional_mailbox: str
    replaced_by: str
    details: Mapping[str, Any]
    levels: tuple[LevelDefinition, ...]
    zones: tuple[ZoneDefinition, ...] = ()
    schedules: tuple[ScheduleDefinition, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """A board (nämnd) and the administration under it."""

    code: str
    name: str
    administration: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A course that levels may ask for (G8). ``version_from``: completions from before that day count no more."""

    code: str
    name: str
    valid_months: int | None = None
    renew_on_new_version: bool = False
    version_from: date | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A confidentiality agreement that levels may ask for (G9). ``valid_from`` None: from the day of loading."""

    code: str
    name: str
    legal_ground: str = ""
    version: str = "1"
    valid_from: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that systems lean on and nobody can order."""

    code: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ToxicPair:
    """Two levels, or a level and a duty, that nobody may hold both of (G13); ``mode``: workflows/conflict.py."""

    first: str
    second: str
    when: str
    reason: str
    mode: str = "approve"


@dataclass(frozen=True, slots=True)
class RolePackage:
    """A named set of levels, each ordered by itself. ``levels`` are written SYSTEM.LEVEL."""

    code: str
    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that one file says."""

    file: str
    boards: tuple[Board, ...]
    courses: tuple[Course, ...]
    agreements: tuple[Agreement, ...]
    dependencies: tuple[Dependency, ...]
    systems: tuple[SystemDefinition, ...]
    toxic_pairs: tuple[ToxicPair, ...]
    role_packages: tuple[RolePackage, ...]
