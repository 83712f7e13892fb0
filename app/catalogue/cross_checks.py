"""What a schema cannot say: codes that repeat, references to nothing, profiles that are too weak (field.md B3)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.catalogue.faults import CatalogueFault
from app.catalogue.marked_yaml import MarkedYaml, Path
from app.catalogue.premises_checks import premises_faults

# The highest K that a profile protects. Privileged and physical levels protect up to 3; K4 is refused (G18).
STRONGEST_K = {"basic": 1, "standard": 2, "sensitive": 3, "privileged": 3, "physical": 3}
DUTIES = frozenset({"duty:log_check"})
LEAP_YEAR = 2000
CODED_LISTS = ("boards", "courses", "agreements", "dependencies", "systems", "role_packages")

Data = Mapping[str, Any]


def cross_faults(source: MarkedYaml) -> list[CatalogueFault]:
    """Every reference and rule that the file breaks. Expects values of the right type; keys may be missing."""
    return [
        *_repeated_codes(source),
        *_system_faults(source),
        *_level_faults(source),
        *_base_faults(source),
        *_reference_faults(source),
        *_freeze_faults(source),
        *premises_faults(source),
    ]


def _freeze_faults(source: MarkedYaml) -> Iterator[CatalogueFault]:
    """Windows that end before they begin, and days that no month has."""
    for n, system in enumerate(source.data.get("systems", ())):
        for m, rule in enumerate(system.get("freeze", ())):
            path: Path = ("systems", n, "freeze", m)
            for key in ("from", "to"):
                if not _is_day_of_year(str(rule.get(key, "01-01"))):
                    yield source.fault((*path, key), rule[key], "en dag som finns, som 12-28")
            for i, window in enumerate(rule.get("windows", ())):
                if str(window.get("last", "9999")) < str(window.get("first", "")):
                    yield source.fault((*path, "windows", i, "last"), window["last"], "en dag efter first")


def _is_day_of_year(text: str) -> bool:
    month, _, day = text.partition("-")
    in_month = int(month) in range(1, 13) if month.isdigit() else False
    return in_month and day.isdigit() and 1 <= int(day) <= monthrange(LEAP_YEAR, int(month))[1]


def levels_of(data: Data) -> Iterator[tuple[Path, Data, Data]]:
    """Path, system and level of every level in the file."""
    for n, system in enumerate(data.get("systems", ())):
        for m, level in enumerate(system.get("levels", ())):
            yield ("systems", n, "levels", m), system, level


def filled(data: Data, system: Data, level: Data) -> dict[str, Any]:
    """The level with what it leaves unsaid: from its profile's defaults, then from its system."""
    inherited = {key: system[key] for key in ("review_months", "provisioning", "emergency") if key in system}
    defaults = data.get("profile_defaults", {}).get(level.get("profile"), {})
    return {**inherited, **defaults, **level}


def _codes(rows: Iterable[Data]) -> frozenset[str]:
    return frozenset(row["code"] for row in rows if "code" in row)


def _repeated_codes(source: MarkedYaml) -> Iterator[CatalogueFault]:
    lists: list[tuple[Path, Sequence[Data]]] = [((name,), source.data.get(name, ())) for name in CODED_LISTS]
    parts = ("levels", "zones", "schedules")
    systems = enumerate(source.data.get("systems", ()))
    lists += [(("systems", n, part), system.get(part, ())) for n, system in systems for part in parts]
    for path, rows in lists:
        seen: set[str] = set()
        for n, row in enumerate(rows):
            code = row.get("code")
            if code in seen:
                yield source.fault((*path, n, "code"), f"{code} en gång till", "varje kod en gång")
            elif code is not None:
                seen.add(code)


def _system_faults(source: MarkedYaml) -> Iterator[CatalogueFault]:
    data = source.data
    boards, systems = _codes(data.get("boards", ())), _codes(data.get("systems", ()))
    things = _codes(data.get("dependencies", ())) | systems
    for n, system in enumerate(data.get("systems", ())):
        path: Path = ("systems", n)
        if system.get("board", "") not in boards | {""}:
            yield source.fault((*path, "board"), system["board"], "en nämnd som finns i boards")
        successor = system.get("replaced_by")
        if successor is not None and successor not in systems - {system.get("code")}:
            yield source.fault((*path, "replaced_by"), successor, "ett annat system i filen")
        for m, code in enumerate(system.get("dependencies", ())):
            if code not in things:
                yield source.fault((*path, "dependencies", m), code, "något i dependencies eller ett system i filen")
        if system.get("classification", {}).get("k") == 4:
            yield source.fault((*path, "classification", "k"), "4", "högst 3: K 4 hanteras inte i den här tjänsten")
        sensitive = system.get("personal_data", "sensitive") == "sensitive"
        if "personal_data" in system and system.get("contains_sensitive", sensitive) != sensitive:
            yield source.fault((*path, "contains_sensitive"), "ett annat svar än personal_data", "samma svar")


def _level_faults(source: MarkedYaml) -> Iterator[CatalogueFault]:
    data = source.data
    courses, agreements = _codes(data.get("courses", ())), _codes(data.get("agreements", ()))
    signable = _codes(row for row in data.get("agreements", ()) if row.get("text"))
    for path, system, level in levels_of(data):
        yield from _profile_faults(source, path, system, level)
        yield from _order_faults(source, path, system, level)
        for n, code in enumerate(level.get("courses", ())):
            if code not in courses:
                yield source.fault((*path, "courses", n), code, "en kurs som finns i courses")
        if level.get("agreement") is not None and level["agreement"] not in agreements:
            yield source.fault((*path, "agreement"), level["agreement"], "ett avtal som finns i agreements")
        elif level.get("agreement") is not None and level["agreement"] not in signable:
            yield source.fault((*path, "agreement"), level["agreement"], "ett avtal med text att skriva under")
        whole = filled(data, system, level)
        if level.get("profile") in ("sensitive", "privileged") and "max_days" not in whole:
            yield source.fault((*path, "max_days"), "ingenting", "en längsta tid för känslig eller privilegierad nivå")
        if whole.get("max_days_hourly", 0) > whole.get("max_days", 3660):
            yield source.fault((*path, "max_days_hourly"), str(whole["max_days_hourly"]), "högst max_days")
        if level.get("directory_group") and whole.get("provisioning") != "directory_group":
            yield source.fault((*path, "directory_group"), level["directory_group"], "provisioning: directory_group")
    for profile, defaults in data.get("profile_defaults", {}).items():
        for n, code in enumerate(defaults.get("courses", ())):
            if code not in courses:
                place: Path = ("profile_defaults", profile, "courses", n)
                yield source.fault(place, code, "en kurs som finns i courses")


def _order_faults(source: MarkedYaml, path: Path, system: Data, level: Data) -> Iterator[CatalogueFault]:
    """Of two levels one gives less than the other, and not both; no level gives less than itself."""
    more = {row.get("code"): row.get("gives_less_than", ()) for row in system.get("levels", ())}
    for n, code in enumerate(level.get("gives_less_than", ())):
        if code not in more or code == level.get("code"):
            yield source.fault((*path, "gives_less_than", n), code, "en annan nivå i samma system")
        elif level.get("code") in more[code]:
            yield source.fault((*path, "gives_less_than", n), code, "en nivå som inte själv ger mindre än den här")


def _profile_faults(source: MarkedYaml, path: Path, system: Data, level: Data) -> Iterator[CatalogueFault]:
    profile = level.get("profile", "")
    if profile == "forbidden" or level.get("k") == 4:
        key = "profile" if profile == "forbidden" else "k"
        yield source.fault((*path, key), str(level[key]), "högst K 3: K 4 hanteras inte i den här tjänsten")
        return
    k = level.get("k", system.get("classification", {}).get("k", 0))
    if k < 4 and k > STRONGEST_K.get(profile, 3):
        expected = f"en starkare profil, eller k: {STRONGEST_K[profile]} om nivån visar mindre"
        yield source.fault((*path, "profile"), f"{profile} vid K {k}", expected)


def _base_faults(source: MarkedYaml) -> Iterator[CatalogueFault]:
    bases = [path for path, _, level in levels_of(source.data) if level.get("base")]
    for path in bases[1:]:
        yield source.fault((*path, "base"), "ett grundkonto till", "högst en nivå med base: true")


def _reference_faults(source: MarkedYaml) -> Iterator[CatalogueFault]:
    data = source.data
    names = {f"{system.get('code')}.{level.get('code')}" for _, system, level in levels_of(data)}
    anywhere = {f"*.{level.get('code')}" for _, _, level in levels_of(data)}
    for n, package in enumerate(data.get("role_packages", ())):
        for m, name in enumerate(package.get("levels", ())):
            if name not in names:
                yield source.fault(("role_packages", n, "levels", m), name, "en nivå skriven SYSTEM.NIVÅ")
    for n, pair in enumerate(data.get("toxic_pairs", ())):
        for side in ("first", "second"):
            if pair.get(side) is not None and pair[side] not in names | anywhere | DUTIES:
                yield source.fault(("toxic_pairs", n, side), pair[side], "en nivå skriven SYSTEM.NIVÅ")
