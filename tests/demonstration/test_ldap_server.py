"""The demonstration's directory, as the gateway sees it: the same code path as production, without TLS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ldap3
import pytest

from app.config import load_settings
from app.demonstration.municipality import write_people_json
from app.directory.ldap_gateway import BindResult, Gateway
from app.errors import DirectoryUnavailable

BASE = "DC=exempel,DC=test"
READER, ADMINISTRATOR, PASSWORD = f"CN=svc-behorig,{BASE}", f"CN=Administrator,{BASE}", "bara-lokalt"


def person(number: str, name: str, **facts: Any) -> dict[str, Any]:
    given, surname = name.split(" ", 1)
    filled = {"employee_number": number, "given_name": given, "surname": surname, "display_name": name}
    filled |= {"login": f"u{number}", "mail": f"u{number}@exempel.test", "title": "Handläggare", "unit_code": "MIL"}
    filled |= {"unit_name": "Miljöenheten", "board": "Miljönämnden", "manager": None, "employee_type": "anställd"}
    filled |= {"enabled": True, "starts_on": None, "ends_on": None, "protected": False, "language": "sv"}
    return filled | {"password": "prova"} | facts


PEOPLE = [
    person("000001", "Bob Öst"),
    person("000002", "Alice Åberg, (vik)*", manager="000001", protected=True, language="en", starts_on="2026-12-01"),
    person("000003", "Dan Dal", enabled=False),
    person("000004", "Eva Ek", ends_on="2020-06-30"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running directory and its address."""
    file = tmp_path / "people.json"
    file.write_text(json.dumps(PEOPLE), encoding="utf-8")
    process, address = serve(file)
    yield process, address
    process.communicate(timeout=10)


def serve(file: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "app.demonstration.ldap_server", "--port", "0", "--people", str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"BEHORIG_LDAP_BIND_PASSWORD": PASSWORD, "BEHORIG_LDAP_BASE": BASE},
        text=True,
    )
    assert process.stdout
    return process, process.stdout.readline().strip()


@pytest.fixture
def gateway_to() -> Iterator[Callable[..., Gateway]]:
    """Makes gateways to an address; keyword arguments override settings."""
    made: list[Gateway] = []

    def make(address: str, **changes: Any) -> Gateway:
        given = {"mode": "test", "base_url": "http://localhost", "secret_key": "x" * 32}
        given |= {"database_url": "postgresql://nowhere", "ldap_servers": (address,), "ldap_plain_text": True}
        given |= {"ldap_bind_dn": READER, "ldap_bind_password": PASSWORD, "ldap_base": BASE}
        made.append(Gateway(load_settings(**given | changes)))
        return made[-1]

    yield make
    for gateway in made:
        gateway.close()


def test_gateway_reads_everyone_without_paging(server, gateway_to):
    accounts = {a.employee_number: a for a in gateway_to(server[1], ldap_page_size=2).read_all().accounts}
    assert sorted(accounts) == ["000001", "000002", "000003", "000004"]
    alice = accounts["000002"]
    assert (alice.display_name, alice.manager_dn) == ("Alice Åberg, (vik)*", accounts["000001"].dn)
    assert (alice.protected, alice.language, alice.starts_on) == (True, "en", date(2026, 12, 1))
    assert (accounts["000003"].enabled, accounts["000004"].expires_on) == (False, date(2020, 6, 30))


def test_number_and_login_are_found(server, gateway_to):
    gateway = gateway_to(server[1])
    (alice,) = gateway.find_by_employee_number("000002").accounts
    assert gateway.find_by_login("U000002") == gateway.find_by_login("u000002@exempel.test") == alice
    assert len(gateway.find_by_numbers(["000001", "000003", "X"])["000003"]) == 1


def test_people_log_in_and_refusals_say_why(server, gateway_to):
    gateway = gateway_to(server[1])
    answers = [gateway.bind_as(f"u{number}", "prova") for number in ("000002", "000003", "000004", "999999")]
    assert answers == [BindResult.OK, BindResult.DISABLED, BindResult.EXPIRED, BindResult.WRONG]
    assert gateway.bind_as("u000002", "fel") is gateway.bind_as("u000002", "") is BindResult.WRONG


@pytest.mark.parametrize("changes", [{"ldap_bind_password": "fel"}, {"ldap_bind_dn": "", "ldap_bind_password": ""}])
def test_nothing_is_told_to_strangers(server, changes, gateway_to):
    with pytest.raises(DirectoryUnavailable):
        gateway_to(server[1], **changes).read_all()


def test_administrator_disables_an_account_live_and_the_reader_may_not(server, gateway_to):
    gateway = gateway_to(server[1])
    (alice,) = gateway.find_by_employee_number("000002").accounts
    change = {"userAccountControl": [(ldap3.MODIFY_REPLACE, ["514"])]}
    with ldap3.Connection(ldap3.Server(server[1]), READER, PASSWORD) as reader:
        assert not reader.modify(alice.dn, change)
    with ldap3.Connection(ldap3.Server(server[1]), ADMINISTRATOR, PASSWORD) as administrator:
        assert administrator.modify(alice.dn, change)
    (after,) = gateway.find_by_employee_number("000002").accounts
    assert (alice.enabled, after.enabled, after.object_guid) == (True, False, alice.object_guid)


def test_server_ends_when_its_parent_closes_the_input(server):
    process, _ = server
    process.stdin.close()
    process.stdin = None
    assert process.wait(10) == 0


def test_server_ends_at_sigterm(server):
    server[0].send_signal(signal.SIGTERM)
    assert server[0].wait(10) in (0, -signal.SIGTERM)


def test_whole_municipality_is_served(tmp_path, gateway_to):
    write_people_json(tmp_path / "people.json", date(2026, 11, 24))
    process, address = serve(tmp_path / "people.json")
    try:
        accounts = gateway_to(address).read_all().accounts
    finally:
        process.communicate(timeout=10)
    assert len(accounts) == len(json.loads((tmp_path / "people.json").read_text()))
    assert len({account.login for account in accounts}) == len(accounts)
