"""Writing members of groups in a real Samba AD, with an account that was given that right and no other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

import ldap3
import pytest
from flask import Flask
from ldap3.core.exceptions import LDAPInsufficientAccessRightsResult

from app.config import load_settings
from app.directory import group_writing, ldap_session
from app.directory.group_writing import Refused, Wish
from app.directory.ldap_gateway import Gateway
from app.errors import DirectoryUnavailable
from tests.servers.ad_admin import AdAdmin

NUMBERS = count(1)


@pytest.fixture(scope="module")
def writer(ad_admin: AdAdmin) -> tuple[str, str]:
    """The delegated account."""
    return ad_admin.add_writer("svc-skriv-grupper")


@pytest.fixture
def writing(
    app: Flask, directory_settings: dict[str, Any], writer: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Gateway]:
    """The application reads and writes the session's directory."""
    given = {"mode": "test", "base_url": "http://localhost", "secret_key": "x" * 32}
    given |= {"database_url": "postgresql://nowhere"} | directory_settings
    given |= {"ldap_write": "on", "ldap_write_bind_dn": writer[0], "ldap_write_bind_password": writer[1]}
    gateway = Gateway(load_settings(**given))
    monkeypatch.setitem(app.extensions, "directory", gateway)
    yield gateway
    gateway.close()


class Person:
    """An account with a name that must be escaped, and its key."""

    def __init__(self, admin: AdAdmin, name: str = "Åsa Öst, (vik)* \\# O'Neill") -> None:
        number = next(NUMBERS)
        made = admin.add_user(f"{name} {number}", f"skr{number}", unit="Skrivs")
        admin.connection.search(made, "(objectClass=*)", ldap3.BASE, attributes=["objectGUID"])
        found = admin.connection.response[0]
        self.dn = found["dn"]  # as the directory writes it
        self.key = str(UUID(bytes_le=found["raw_attributes"]["objectGUID"][0]))


@pytest.fixture
def group(ad_admin: AdAdmin) -> tuple[str, str]:
    """A group's name and DN."""
    name = f"SYS-SKRIV-{next(NUMBERS)}"
    return name, ad_admin.add_group(name)


def members(admin: AdAdmin, dn: str) -> list[str]:
    admin.connection.search(dn, "(objectClass=*)", ldap3.BASE, attributes=["member"])
    return [value.decode() for value in admin.connection.response[0]["raw_attributes"]["member"]]


def test_member_is_added_and_removed_once_and_again_is_done_already(
    writing: Gateway, ad_admin: AdAdmin, group: tuple[str, str]
) -> None:
    (name, dn), asa = group, Person(ad_admin)
    add, remove = Wish(name, [asa.key], True), Wish(name, [asa.key], False)
    assert group_writing.carry_out(add, {name}, dry=True).changed == 1
    assert members(ad_admin, dn) == []
    assert [group_writing.carry_out(add, {name.lower()}).changed for _ in range(2)] == [1, 0]
    assert members(ad_admin, dn) == [asa.dn]
    assert [group_writing.carry_out(remove, {name}).changed for _ in range(2)] == [1, 0]
    assert members(ad_admin, dn) == []


def test_who_was_moved_and_renamed_is_found_by_key_and_who_is_deleted_is_out(
    writing: Gateway, ad_admin: AdAdmin, group: tuple[str, str]
) -> None:
    (name, dn), asa = group, Person(ad_admin)
    group_writing.carry_out(Wish(name, [asa.key], True), {name})
    moved = ad_admin.move(ad_admin.rename(asa.dn, f"Åsa Ny {next(NUMBERS)}"), "Skrivs/Avslutade")
    group_writing.carry_out(Wish(name, [asa.key], False), {name})
    assert members(ad_admin, dn) == []
    ad_admin.delete(moved)
    assert group_writing.carry_out(Wish(name, [asa.key], False), {name}).changed == 0
    with pytest.raises(Refused, match="no_account"):
        group_writing.carry_out(Wish(name, [asa.key], True), {name})


@pytest.mark.parametrize("trick", ["", "*", "{name})(objectClass=*", "CN={name}", "{name}\\00", "{name} ", "SYS-*"])
def test_no_name_is_bent_into_another_group(
    writing: Gateway, ad_admin: AdAdmin, group: tuple[str, str], trick: str
) -> None:
    (name, dn), asa = group, Person(ad_admin)
    bent = trick.format(name=name)
    with pytest.raises(Refused, match="not_in_catalogue"):
        group_writing.carry_out(Wish(bent, [asa.key], True), {name})
    with pytest.raises(Refused, match=r"group_missing|not_in_catalogue"):  # as if the catalogue named it so
        group_writing.carry_out(Wish(bent, [asa.key], True), {bent})
    assert members(ad_admin, dn) == []


@pytest.mark.parametrize("guarded", ["Domain Admins", "Administrators", "Domain Users", "Schema Admins"])
def test_the_domains_own_groups_are_never_touched_not_even_where_the_catalogue_names_them(
    writing: Gateway, ad_admin: AdAdmin, guarded: str
) -> None:
    asa = Person(ad_admin)
    with pytest.raises(Refused, match="protected_group"):
        group_writing.carry_out(Wish(guarded, [asa.key], True), {guarded})


def test_group_that_leads_to_domain_admins_is_not_touched(
    writing: Gateway, ad_admin: AdAdmin, group: tuple[str, str]
) -> None:
    (name, dn), asa = group, Person(ad_admin)
    admins = f"CN=Domain Admins,CN=Users,{ad_admin.ad.base}"
    ad_admin.connection.modify(admins, {"member": [(ldap3.MODIFY_ADD, [dn])]})
    try:
        with pytest.raises(Refused, match="protected_group"):
            group_writing.carry_out(Wish(name, [asa.key], True), {name})
    finally:
        ad_admin.connection.modify(admins, {"member": [(ldap3.MODIFY_DELETE, [dn])]})
    assert members(ad_admin, dn) == []


def test_group_inside_a_named_one_is_not_named_and_membership_through_it_is_no_removal(
    writing: Gateway, ad_admin: AdAdmin, group: tuple[str, str]
) -> None:
    (name, dn), asa = group, Person(ad_admin)
    inner = f"DL-{name}"
    ad_admin.connection.modify(dn, {"member": [(ldap3.MODIFY_ADD, [ad_admin.add_group(inner, asa.dn)])]})
    with pytest.raises(Refused, match="not_in_catalogue"):
        group_writing.carry_out(Wish(inner, [asa.key], False), {name})
    with pytest.raises(Refused, match="through_group"):
        group_writing.carry_out(Wish(name, [asa.key], False), {name})


def test_account_may_change_members_and_nothing_else(
    writing: Gateway, ad_admin: AdAdmin, group: tuple[str, str], writer: tuple[str, str]
) -> None:
    (name, dn), asa = group, Person(ad_admin)
    assert group_writing.writable([name, "Domain Admins", "SYS-SAKNAS"]) == {
        name: frozenset({"member"}),
        "Domain Admins": frozenset(),
    }
    settings = writing._settings
    connection = ldap_session.opened(settings, settings.ldap_servers[0], *writer, read_only=False)
    try:
        for where, what in (
            (f"CN=Domain Admins,CN=Users,{ad_admin.ad.base}", {"member": [(ldap3.MODIFY_ADD, [asa.dn])]}),
            (dn, {"description": [(ldap3.MODIFY_REPLACE, ["x"])]}),
            (asa.dn, {"title": [(ldap3.MODIFY_REPLACE, ["x"])]}),
        ):
            with pytest.raises(LDAPInsufficientAccessRightsResult):
                connection.modify(where, what)
    finally:
        ldap_session.close(connection)


def test_group_elsewhere_is_refused_by_the_directory_and_said_so(writing: Gateway, ad_admin: AdAdmin) -> None:
    asa, name = Person(ad_admin), f"SYS-ANNAN-{next(NUMBERS)}"
    dn = f"CN={name},{ad_admin.add_unit('Andra')}"
    ad_admin.connection.add(dn, ["group"], {"sAMAccountName": name, "groupType": "-2147483646"})
    with pytest.raises(Refused, match="no_right"):
        group_writing.carry_out(Wish(name, [asa.key], True), {name})
    with pytest.raises(Refused, match="group_missing"):
        group_writing.carry_out(Wish("SYS-FINNS-INTE", [asa.key], True), {"SYS-FINNS-INTE"})


def test_wrong_password_of_the_writing_account_is_no_answer(
    app: Flask, directory_settings: dict[str, Any], writer: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"mode": "test", "base_url": "http://localhost", "secret_key": "x" * 32}
    given |= {"database_url": "postgresql://nowhere"} | directory_settings
    given |= {"ldap_write": True, "ldap_write_bind_dn": writer[0], "ldap_write_bind_password": "fel"}
    monkeypatch.setitem(app.extensions, "directory", Gateway(load_settings(**given)))
    with pytest.raises(DirectoryUnavailable):
        group_writing.carry_out(Wish("SYS-X", [str(UUID(int=1))], True), {"SYS-X"})
