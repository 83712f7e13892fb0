"""The groups of the demonstration's directory, as groups.yaml tells: who is in them, and what changes later."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.demonstration.municipality import characters, holders, people

FILE = Path(__file__).with_name("groups.yaml")


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody, by employee number, is put into a group or taken out of it."""

    group: str
    number: str
    is_added: bool


@cache
def told() -> Mapping[str, Any]:
    """What groups.yaml says."""
    loaded: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def groups(everybody: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The members of each group: employee numbers, names of groups and of service accounts."""
    found: dict[str, list[str]] = {name: [] for name in (*told()["everybody"], *told()["members"], *told()["empty"])}
    for name in told()["everybody"]:
        found[name] = [person["employee_number"] for person in everybody if _works(person)]
    for name, members in told()["members"].items():
        lacking = {number for member in told()["lacking"].get(name, ()) for number in _who(member)}
        found[name] = [number for member in members for number in _who(member) if number not in lacking]
    return found


def changes() -> Iterator[Change]:
    """What happens after the baseline."""
    for line in told()["afterwards"]:
        (number,) = _who(line.get("add") or line["remove"])
        yield Change(line["group"], number, "add" in line)


def write_groups_json(path: Path | str, today: date) -> None:
    """Write what the demonstration's directory begins with."""
    begun = {"services": told()["services"], "groups": groups(people(today))}
    Path(path).write_text(json.dumps(begun, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _works(person: Mapping[str, Any]) -> bool:
    return bool(person["enabled"]) and not person["starts_on"] and person["employee_type"] != "konsult"


def _who(member: str) -> list[str]:
    if member in told()["members"] or member in told()["services"]:
        return [member]
    if member in (cast := characters()):
        return [cast[member]]
    post, _, place = member.rpartition(" ")
    if place.isdecimal():
        return [holders()[post][int(place) - 1]]
    if "/" in member:
        return holders()[member]
    return [number for post, numbers in holders().items() if post.endswith(f"/{member}") for number in numbers]
