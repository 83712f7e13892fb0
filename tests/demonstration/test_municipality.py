"""Exempelkommunen is the same every time, and holds what the demonstration needs to show."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.catalogue.loader import EXAMPLE, read
from app.demonstration.municipality import data, holders, people, write_people_json

TODAY = date(2026, 3, 2)
KEYS = {
    "employee_number", "given_name", "surname", "display_name", "login", "mail", "title", "unit_code", "unit_name",
    "board", "manager", "employee_type", "enabled", "starts_on", "ends_on", "protected", "language", "password",
    "created_on",
}  # fmt: skip


@pytest.fixture(scope="module")
def everybody() -> list[dict[str, Any]]:
    return people(TODAY)


def named(everybody: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(person for person in everybody if person["display_name"] == name)


def test_about_300_people_with_every_key(everybody: list[dict[str, Any]]) -> None:
    assert 290 <= len(everybody) <= 320
    assert all(set(person) == KEYS for person in everybody)


@pytest.mark.parametrize("key", ["employee_number", "login", "mail", "display_name"])
def test_nobody_shares_what_must_be_unique(everybody: list[dict[str, Any]], key: str) -> None:
    assert max(Counter(person[key].casefold() for person in everybody).values()) == 1


def test_people_are_the_same_every_time(everybody: list[dict[str, Any]]) -> None:
    assert people(TODAY) == everybody


def test_everything_about_them_fits_a_directory_and_is_marked_fictional(everybody: list[dict[str, Any]]) -> None:
    for person in everybody:
        assert person["login"].isascii() and person["login"].isalnum() and len(person["login"]) <= 20
        assert person["mail"].isascii() and person["mail"].endswith("@demo.exempelkommunen.example")
        assert person["employee_number"].startswith("0")


def test_managers_lead_up_to_the_top_without_circles(everybody: list[dict[str, Any]]) -> None:
    manager = {person["employee_number"]: person["manager"] for person in everybody}
    vacant = {p["employee_number"] for p in everybody if p["unit_code"] == "BOU-MYR"}
    top = named(everybody, "Gunilla Sjöström")["employee_number"]
    for number in manager:
        steps = 0
        while manager[number] is not None:
            number, steps = manager[number], steps + 1
            assert steps < 6
        assert number == top or number in vacant


def test_boards_and_priority_sites_are_there(everybody: list[dict[str, Any]]) -> None:
    assert {person["board"] for person in everybody} == {"KS", "BUN", "SOC", "KTN"}
    priority = [unit["name"] for unit in data()["units"] if unit.get("priority_site")]
    assert "ÄB Tallgården" in priority


def test_alice_asks_bob_decides_and_carol_grants(everybody: list[dict[str, Any]]) -> None:
    alice, bob, carol = (named(everybody, name) for name in ("Alice Åkesson", "Bob Ek", "Carol Dahl"))
    assert alice["manager"] == bob["employee_number"]
    assert (alice["title"], bob["title"]) == ("Biblioteksassistent", "Bibliotekschef")
    assert carol["employee_number"] in holders()["KTF-BIB/Systemförvaltare bibliotek"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Olle Bergvall", {"employee_type": "tjänstledig"}),
        ("Jonas Öhman", {"employee_type": "tim", "ends_on": "2026-05-16"}),
        ("Kajsa Ängström", {"starts_on": "2026-03-16", "enabled": True}),
        ("Nils Falk", {"enabled": False, "ends_on": "2026-01-21"}),
        ("Lars Wallin", {"employee_type": "konsult"}),
        ("Petra Sund", {"protected": True}),
        ("Sean O'Brien", {"language": "en", "login": "seaobr"}),
        ("Maria-Therése af Ugglas-Åkerström", {"login": "marafu"}),
        ("Zeynep Yıldız", {"mail": "zeynep.yildiz@demo.exempelkommunen.example"}),
    ],
)
def test_special_people(everybody: list[dict[str, Any]], name: str, expected: dict[str, Any]) -> None:
    assert named(everybody, name).items() >= expected.items()


def test_every_system_gets_an_owner_and_two_managers() -> None:
    posts = holders()
    for system in read(EXAMPLE).systems:
        assert posts[data()["owners"][system.owner_role]]
        managers = [number for post in data()["managers"][system.code] for number in posts[post]]
        assert len(managers) >= 2
        owner = posts[data()["owners"][system.owner_role]][0]
        assert owner not in managers[:2] or system.code == "BEH"


def test_every_post_that_is_named_exists() -> None:
    named_posts = [
        *data()["owners"].values(), *data()["board_managers"].values(), *data()["whole_municipality"].values(),
        *data()["orderers"].values(), *(post for row in data()["deputies"] for post in (row["person"], row["deputy"])),
    ]  # fmt: skip
    assert set(named_posts) <= set(holders())


def test_legacy_grants_name_levels_and_titles_that_exist() -> None:
    levels = {f"{s.code}.{level.code}" for s in read(EXAMPLE).systems for level in s.levels}
    titles = {post.split("/")[1] for post in holders()}
    for row in data()["legacy_grants"]:
        assert row["level"] in levels and row["title"] in titles


def test_json_file_holds_them_all(tmp_path: Path, everybody: list[dict[str, Any]]) -> None:
    path = tmp_path / "people.json"
    write_people_json(path, TODAY)
    assert json.loads(path.read_text(encoding="utf-8")) == everybody
