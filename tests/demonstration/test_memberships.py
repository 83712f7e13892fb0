"""The groups of the demonstration: the catalogue's, and people who exist; served, changed, and remembered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import ldap3
import pytest

from app.catalogue.loader import EXAMPLE, read
from app.demonstration import memberships
from app.demonstration.municipality import holders, people, write_people_json

BASE, PASSWORD = "DC=exempel,DC=test", "bara-lokalt"
TODAY = date(2026, 3, 2)


def test_every_group_of_the_catalogue_is_there_and_few_others() -> None:
    named = {level.directory_group for system in read(EXAMPLE).systems for level in system.levels} - {""}
    assert set(memberships.groups(people(TODAY))) - named == {"DL-FASTIGHET", "SYS-LUNCH-RED"}
    assert named <= set(memberships.groups(people(TODAY)))


def test_members_and_changes_are_of_people_and_groups_that_exist() -> None:
    groups = memberships.groups(people(TODAY))
    known = {person["employee_number"] for person in people(TODAY)} | set(groups) | set(memberships.told()["services"])
    assert {member for members in groups.values() for member in members} <= known
    for change in memberships.changes():
        assert (change.number in groups[change.group]) is not change.is_added


def test_who_was_never_put_in_is_not_and_who_has_left_still_is() -> None:
    groups = memberships.groups(people(TODAY))
    assert holders()["SOF-HSL/Sjuksköterska"][1] not in groups["SYS-MAIL-KRYPT"]
    (left,) = (one for one in people(TODAY) if one["display_name"] == "Nils Falk")
    assert left["employee_number"] in groups["SYS-AD-FJARR"]
    assert left["employee_number"] not in groups["SYS-AD-BAS"]


class Served:
    """The directory as a process, and its administrator."""

    def __init__(self, place: Path) -> None:
        files = ["--people", str(place / "people.json"), "--groups", str(place / "groups.json")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.demonstration.ldap_server", "--port", "0", *files],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"BEHORIG_LDAP_BIND_PASSWORD": PASSWORD, "BEHORIG_LDAP_BASE": BASE},
            text=True,
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()
        server = ldap3.Server(self.address, get_info=ldap3.NONE)
        self.administrator = ldap3.Connection(server, f"CN=Administrator,{BASE}", PASSWORD, auto_bind=True)

    def members(self, name: str, attribute: str = "member") -> list[str]:
        self.administrator.search(BASE, f"(&(objectClass=group)(sAMAccountName={name}))", attributes=[attribute])
        (entry,) = self.administrator.response
        return [value.decode() for value in entry["raw_attributes"].get(attribute, [])]

    def change(self, name: str, kind: Any, member: str) -> str:
        self.administrator.modify(f"CN={name},{BASE}", {"member": [(kind, [member])]})
        return str(self.administrator.result["description"])

    def end(self) -> None:
        self.administrator.unbind()
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("directory")
    write_people_json(place / "people.json", TODAY)
    memberships.write_groups_json(place / "groups.json", TODAY)
    return place


def test_members_change_as_in_ad_and_the_file_remembers_it(place: Path) -> None:
    served = Served(place)
    try:
        nobody, (member, *_) = f"CN=Ingen,{BASE}", served.members("SYS-WEB-PUB")
        assert served.change("SYS-WEB-PUB", ldap3.MODIFY_ADD, member) == "entryAlreadyExists"
        assert served.change("SYS-WEB-TEST", ldap3.MODIFY_DELETE, member) == "unwillingToPerform"
        assert served.change("SYS-WEB-TEST", ldap3.MODIFY_ADD, nobody) == "noSuchObject"
        assert served.change("SYS-WEB-TEST", ldap3.MODIFY_ADD, member) == "success"
        assert served.members("SYS-WEB-TEST") == [member]
    finally:
        served.end()
    again = Served(place)
    try:
        assert again.members("SYS-WEB-TEST") == [member]
        assert again.members("DL-FASTIGHET", "memberOf") == [f"CN=SYS-GEO-LAS,{BASE}"]
        assert again.change("SYS-WEB-TEST", ldap3.MODIFY_DELETE, member.upper()) == "success"
        assert again.members("SYS-WEB-TEST") == []
    finally:
        again.end()
    assert json.loads((place / "groups.json").read_text(encoding="utf-8"))["groups"]["SYS-WEB-TEST"] == []
