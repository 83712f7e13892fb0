"""What goes wrong between us and the directory: always unknown, never "left", and the operator hears which server.

A proxy in front of the real server cuts and bends its answers; the rest is the server's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.directory import ber, services, tasks
from app.directory.models import Person
from app.directory.run_models import DirectoryRun
from app.errors import DirectoryUnavailable
from tests.servers.ldap_proxy import Bend, LdapProxy, result
from tests.servers.samba_template import run_tool


@pytest.fixture(scope="module")
def proxy_certificate(samba) -> None:
    """A certificate for 127.0.0.1 of the server's own authority."""
    tls = samba.directory / "private/tls"
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "proxy.key")
    run_tool("openssl", "req", "-new", *key, "-out", "proxy.csr", "-subj", "/CN=proxy", cwd=tls)
    (tls / "proxy.ext").write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    run_tool(
        "openssl", "x509", "-req", "-in", "proxy.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "30", "-extfile", "proxy.ext", "-out", "proxy.pem", cwd=tls,
    )  # fmt: skip


@pytest.fixture
def people(town, hire) -> list[str]:
    """Some who are employed, and known."""
    numbers = [hire(f"Åsa O'Brien {n}")[0] for n in range(6)]
    tasks.nightly_sync()
    return numbers


@pytest.fixture
def behind(app, town, samba, proxy_certificate, make_gateway) -> Iterator[Callable[..., str]]:
    """Puts a proxy that bends answers before the server; its address."""
    opened: list[LdapProxy] = []

    def put(bend: Bend, **settings) -> str:
        proxy = LdapProxy(samba, bend).__enter__()
        opened.append(proxy)
        given = {"ldap_servers": (proxy.address,), "ldap_base": town.gateway.base, "ldap_page_size": 2} | settings
        app.extensions["directory"] = make_gateway(**given)
        return proxy.address

    yield put
    for proxy in opened:
        proxy.__exit__(None, None, None)


def passed_on(message: ber.Message, _count: int) -> bytes:
    return message.data


def cut_after_entries(message: ber.Message, count: int) -> bytes | None:
    """Hang up after two entries of the second page."""
    return message.data if count < 9 else None


def cut_in_an_entry(message: ber.Message, count: int) -> bytes | None:
    return message.data if message.tag != ber.ENTRY or len(message.data) < 300 else message.data[:200]


def first_page_then(code: int, words: str) -> Bend:
    """The first page of people is whole; the next ends with a result that is no success."""
    pages = []

    def bend(message: ber.Message, _count: int) -> bytes | None:
        if message.tag != ber.DONE or b"1.2.840.113556.1.4.319" not in message.data:
            return message.data
        pages.append(message.number)
        return message.data if len(pages) == 1 else result(message.number, code, words)

    return bend


def taken_away(message: ber.Message, _count: int) -> bytes | None:
    """The server says good-bye (RFC 4511, 4.4.1) instead of the first entry with a name."""
    return message.data if message.tag != ber.ENTRY or len(message.data) < 300 else result(0, 52, "bye", ber.EXTENDED)


FAULTS = {
    "cut between entries": (cut_after_entries, "hung up"),
    "cut in an entry": (cut_in_an_entry, "half an answer"),
    "size limit": (first_page_then(4, "too many"), "sizeLimitExceeded"),
    "time limit": (first_page_then(3, "too slow"), "timeLimitExceeded"),
    "page cookie refused": (first_page_then(53, "bad cookie"), "unwillingToPerform"),
    "referral": (first_page_then(10, "elsewhere"), "another server"),
    "good-bye": (taken_away, "ends the connection"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_half_an_answer_is_none(fault, people, town, behind):
    bend, said = FAULTS[fault]
    address = behind(bend)
    with pytest.raises(DirectoryUnavailable) as failed:
        tasks.nightly_sync()
    db.session.rollback()
    assert said in str(failed.value.details["cause"])
    assert address in str(failed.value.details["server"])
    assert {p.employment_status for p in db.session.scalars(select(Person))} == {"active"}
    assert not town.events
    assert db.session.scalars(select(DirectoryRun.state)).all() == ["done"]


@pytest.mark.parametrize("fault", FAULTS)
def test_next_server_gives_everything_where_the_first_gave_half(fault, people, town, behind, samba):
    address = behind(FAULTS[fault][0])
    from app.directory.ldap_gateway import current_gateway

    settings = current_gateway()._settings.model_copy(update={"ldap_servers": (address, samba.ldaps)})
    current_gateway()._settings = settings
    from app.directory.kept_connections import ServerOrder

    current_gateway()._servers = ServerOrder(settings.ldap_servers)
    report = tasks.nightly_sync()
    assert (report.accounts, report.server, town.events) == (6, samba.ldaps, [])


def test_proxy_that_bends_nothing_is_the_server(people, behind):
    assert (behind(passed_on), tasks.nightly_sync().accounts)[1] == 6


def test_lookup_through_a_server_that_hangs_up_is_unknown(people, town, behind):
    behind(lambda message, count: message.data if message.tag != ber.ENTRY else None)
    evidence = services.lookup(town.person(people[0]), clock.now())
    assert (evidence.status, evidence.reason.split(":")[0]) == ("unknown", "directory_unavailable")


def test_expired_password_of_the_service_account_is_named_to_the_operator(people, town, ad_admin, make_gateway, app):
    dn, password = ad_admin.add_reader(f"svc-{people[0]}", "L4s-bara-utg4tt")
    ad_admin.set(dn, pwdLastSet="0")
    app.extensions["directory"] = make_gateway(ldap_bind_dn=dn, ldap_bind_password=password)
    with pytest.raises(DirectoryUnavailable) as failed:
        tasks.read_changes()
    assert "service account refused" in str(failed.value.details["cause"])
    assert "773" in str(failed.value.details["cause"])
    db.session.rollback()
    assert {p.employment_status for p in db.session.scalars(select(Person))} == {"active"}
    (state,) = app.extensions["directory"].probe()
    assert not state.ok


@pytest.mark.parametrize("hours", [-2, 2])
def test_clock_that_differs_holds_the_reading(hours, people, town, app, monkeypatch):
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=hours))
    strict = app.extensions["settings"].model_copy(update={"sync_clock_seconds": 300})
    monkeypatch.setitem(app.extensions, "settings", strict)
    with pytest.raises(services.ReadingIsHeld) as held:
        tasks.nightly_sync()
    assert held.value.reason == "clock_differs"
    db.session.rollback()
    states = select(DirectoryRun.state).order_by(DirectoryRun.id)
    assert db.session.scalars(states).all() == ["done", "held"]
    assert not town.events
