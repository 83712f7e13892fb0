"""A catalogue file (catalogue.md D3) read, checked and completed. Nothing here knows the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from app.catalogue.cross_checks import cross_faults, filled
from app.catalogue.definition import (
    Agreement,
    Board,
    Catalogue,
    Course,
    Dependency,
    LevelDefinition,
    RolePackage,
    ScheduleDefinition,
    SystemDefinition,
    ToxicPair,
    ZoneDefinition,
)
from app.catalogue.faults import CatalogueError, CatalogueFault
from app.catalogue.marked_yaml import MarkedYaml, parse
from app.catalogue.shape import shape_faults, validator

EXAMPLE = Path(__file__).parent / "example" / "catalogue.yaml"
SYSTEM_DETAILS = (
    "owner_org",
    "manager_roles",
    "retired_on",
    "access_via",
    "dependencies",
    "note",
    "freeze",
    "rules",
    "credential_prices",
)
LEVEL_DETAILS = (
    "k",
    "part_of_base",
    "base_for",
    "scope_label",
    "orderer_required",
    "external",
    "requires_reference",
    "licensed_staff",
    "gives_less_than",
    "hands_out",
)

Data = Mapping[str, Any]


def read(path: Path | str) -> Catalogue:
    """The catalogue in the file. Raises CatalogueError with everything that is wrong with it."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fault = CatalogueFault(str(path), 1, "(filen)", f"{type(error).__name__}: {error}", "en läsbar fil i UTF-8")
        raise CatalogueError([fault]) from error
    return understand(parse(text, str(path)))


def understand(source: MarkedYaml) -> Catalogue:
    """The catalogue in an already parsed file. Raises CatalogueError."""
    faults = shape_faults(source)
    if not any(error.validator == "type" for error in validator().iter_errors(source.data)):
        faults += cross_faults(source)  # these look into the values, so every value must be of its type
    if faults:
        raise CatalogueError(faults)
    data = source.data
    return Catalogue(
        file=source.file,
        boards=tuple(Board(**row) for row in data["boards"]),
        courses=tuple(Course(**_dated(row)) for row in data.get("courses", ())),
        agreements=tuple(Agreement(**_dated(row)) for row in data.get("agreements", ())),
        dependencies=tuple(Dependency(**row) for row in data.get("dependencies", ())),
        systems=tuple(_system(data, row) for row in data["systems"]),
        toxic_pairs=tuple(ToxicPair(**row) for row in data.get("toxic_pairs", ())),
        role_packages=tuple(
            RolePackage(row["code"], row["name"], tuple(row["levels"])) for row in data.get("role_packages", ())
        ),
    )


def _dated(row: Data) -> dict[str, Any]:
    return {**row, **{key: date.fromisoformat(row[key]) for key in ("version_from", "valid_from") if key in row}}


def _system(data: Data, row: Data) -> SystemDefinition:
    classification, guideline = row["classification"], row.get("guideline", {})
    valid_to = guideline.get("valid_to")
    return SystemDefinition(
        code=row["code"],
        name=row["name"],
        description=row.get("description", ""),
        board=row["board"],
        lifecycle=row.get("lifecycle", "production"),
        confidentiality=classification["k"],
        integrity=classification["r"],
        availability=classification["t"],
        personal_data=row.get("personal_data", "sensitive" if row.get("contains_sensitive") else "none"),
        owner_role=row["owner_role"],
        min_managers=row.get("min_managers", 2),
        max_outage_wd=row.get("max_outage_wd"),
        orderer_required=row.get("orderer_required", False),
        guideline_required=guideline.get("required", classification["k"] >= 2),
        guideline_version=guideline.get("version", ""),
        guideline_url=guideline.get("url", ""),
        guideline_valid_to=date.fromisoformat(valid_to) if valid_to else None,
        functional_mailbox=row.get("functional_mailbox", ""),
        replaced_by=row.get("replaced_by", ""),
        details=_system_details(data, row),
        levels=tuple(_level(data, row, level, n) for n, level in enumerate(row["levels"])),
        zones=tuple(_zone(zone) for zone in row.get("zones", ())),
        schedules=tuple(_schedule(schedule) for schedule in row.get("schedules", ())),
    )


def _zone(row: Data) -> ZoneDefinition:
    said = row.get("kind", "ordinary"), row["owner_role"], row.get("board", "")
    return ZoneDefinition(row["code"], row["name"], *said)


def _schedule(row: Data) -> ScheduleDefinition:
    return ScheduleDefinition(row["code"], row["name"], row.get("default", False), row.get("after_hours", False))


def _system_details(data: Data, row: Data) -> dict[str, Any]:
    board = next(b for b in data["boards"] if b["code"] == row["board"])
    details = {key: row[key] for key in SYSTEM_DETAILS if key in row}
    details["board_name"] = board["name"]
    details["administration"] = board.get("administration", "")
    if "due" in row.get("guideline", {}):
        details["guideline_due"] = row["guideline"]["due"]
    return details


def _level(data: Data, system: Data, row: Data, position: int) -> LevelDefinition:
    whole = filled(data, system, row)
    provisioning = whole.get("provisioning", "manual")
    group = whole.get("directory_group", f"SYS-{system['code']}-{row['code']}")
    return LevelDefinition(
        code=row["code"],
        label=row["label"],
        description=whole.get("description", ""),
        profile=row["profile"],
        is_base=whole.get("base", False),
        scope_kind=whole.get("scope", "system"),
        max_days=whole.get("max_days"),
        max_days_hourly=whole.get("max_days_hourly"),
        review_months=whole.get("review_months"),
        emergency_allowed=whole.get("emergency", False),
        provisioning=provisioning,
        directory_group=group if provisioning == "directory_group" else "",
        courses=tuple(whole.get("courses", ())),
        agreement=whole.get("agreement", ""),
        access=whole.get("access", "write"),
        active=whole.get("active", True),
        position=position,
        details=_level_details(data, system, whole),
    )


def _level_details(data: Data, system: Data, whole: Data) -> dict[str, Any]:
    details = {key: whole[key] for key in LEVEL_DETAILS if key in whole}
    courses = _names(data.get("courses", ()), whole.get("courses", ()))
    if courses:
        details["course_names"] = courses
    if "agreement" in whole:
        details["agreement_name"] = _names(data["agreements"], [whole["agreement"]])[whole["agreement"]]
    toxic = list(_toxic(data, system["code"], whole["code"]))
    if toxic:
        details["toxic"] = toxic
    return details


def _names(rows: Iterable[Data], codes: Iterable[str]) -> dict[str, str]:
    wanted = set(codes)
    return {row["code"]: row["name"] for row in rows if row["code"] in wanted}


def _toxic(data: Data, system: str, level: str) -> Iterator[dict[str, str]]:
    """The other sides of the pairs that the level belongs to."""
    own = {f"{system}.{level}", f"*.{level}"}
    for pair in data.get("toxic_pairs", ()):
        for mine, other in ((pair["first"], pair["second"]), (pair["second"], pair["first"])):
            if mine in own:
                said = {"when": pair["when"], "reason": pair["reason"], "mode": pair.get("mode", "approve")}
                yield {"with": other, **said}
