"""Logging in with a real directory."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.auth.attempts import Attempts
from app.config import Settings
from app.db import transaction
from app.directory.models import Person
from app.directory.services import lookup_number, record
from tests.auth.conftest import token
from tests.people import Town
from tests.servers.ad_admin import AdAdmin

PASSWORD = "Ett-Riktigt-Losen-1"


def try_login(client: FlaskClient, login: str, password: str, back: str = "") -> Any:
    """What the login answers."""
    form = {"csrf_token": token(client.get("/login").text), "login": login, "password": password, "next": back}
    return client.post("/login", data=form)


def events(db_session: Any) -> list[AuditEvent]:
    """What the log says of logins."""
    db_session.rollback()
    return list(db_session.scalars(select(AuditEvent).where(AuditEvent.event.like("login.%")).order_by(AuditEvent.id)))


def known(number: str, db_session: Any) -> Person:
    """The person, read from the directory."""
    with transaction():
        person_id = record(lookup_number(number, clock.now()))
    return db_session.get(Person, person_id)


def test_directory_away_keeps_what_was_typed_and_says_so(client: FlaskClient, town: Town) -> None:
    answer = try_login(client, "aliceakesson", PASSWORD)
    assert answer.status_code == 503
    assert "Personalkatalogen svarar inte" in answer.text
    assert 'value="aliceakesson"' in answer.text
    assert PASSWORD not in answer.text


def test_too_many_tries_wait_a_minute(client: FlaskClient, town: Town, settings: Settings, frozen_time: Any) -> None:
    tries = [try_login(client, "aliceakesson", PASSWORD).status_code for _ in range(11)]
    assert tries == [503] * 10 + [429]
    assert try_login(client, "bobek", PASSWORD).status_code == 503
    frozen_time.shift(61)
    assert try_login(client, "aliceakesson", PASSWORD).status_code == 503


def test_counter_without_redis_counts_by_itself_and_never_blocks_everybody() -> None:
    attempts = Attempts("redis://127.0.0.1:1/0", "secret", limit=2)
    now = clock.now()
    assert [attempts.too_many("a", "10.0.0.1", now) for _ in range(3)] == [False, False, True]
    assert not attempts.too_many("b", "10.0.0.1", now)


def test_counter_limits_an_address_that_tries_many_names(redis: Any) -> None:
    redis.empty()
    attempts = Attempts(redis.url, "secret", limit=2)
    now = clock.now()
    tries = [attempts.too_many(f"name{n}", "10.0.0.1", now) for n in range(21)]
    assert tries == [False] * 20 + [True]
    assert not attempts.too_many("name0", "10.0.0.2", now)
    assert not any(b"name" in key for key in redis.client.keys("*:name0*"))


def test_right_password_leads_back_and_is_logged(
    samba: Any, ad_admin: AdAdmin, client: FlaskClient, db_session: Any
) -> None:
    make(ad_admin, "anna.login", "L-0001")
    person = known("L-0001", db_session)
    answer = try_login(client, "anna.login", PASSWORD, back="/requests/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/requests/")
    assert client.get("/").status_code == 200
    (event,) = events(db_session)
    assert (event.event, event.actor_id, event.data["method"]) == ("login.succeeded", person.id, "directory")


def test_wrong_password_and_unknown_name_get_the_same_answer(
    samba: Any, ad_admin: AdAdmin, client: FlaskClient, db_session: Any
) -> None:
    make(ad_admin, "bo.login", "L-0002")
    known("L-0002", db_session)
    wrong, unknown = (try_login(client, name, "Hemligt-Fel-1") for name in ("bo.login", "ingen.alls"))
    assert wrong.status_code == unknown.status_code == 401
    assert main_of(wrong.text).replace("bo.login", "") == main_of(unknown.text).replace("ingen.alls", "")
    first, second = events(db_session)
    assert first.actor_id is not None
    assert second.actor_id is None
    assert "ingen.alls" not in str(second.data) + str(second.evidence)


def test_disabled_account_is_told_so(samba: Any, ad_admin: AdAdmin, client: FlaskClient, db_session: Any) -> None:
    dn = make(ad_admin, "carl.login", "L-0003")
    known("L-0003", db_session)
    ad_admin.disable(dn)
    answer = try_login(client, "carl.login", PASSWORD)
    assert answer.status_code == 401
    assert "avstängt" in answer.text


def test_employment_that_has_not_begun_gives_no_login(
    samba: Any, ad_admin: AdAdmin, client: FlaskClient, db_session: Any
) -> None:
    make(ad_admin, "disa.login", "L-0004")
    known("L-0004", db_session).employment_status = "future"
    answer = try_login(client, "disa.login", PASSWORD)
    assert answer.status_code == 401
    assert "har inte börjat" in answer.text
    assert client.get("/").status_code == 302


def test_login_regenerates_the_session(samba: Any, ad_admin: AdAdmin, client: FlaskClient, db_session: Any) -> None:
    make(ad_admin, "eva.login", "L-0005")
    known("L-0005", db_session)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    try_login(client, "eva.login", PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["method"] == "directory"


def make(ad_admin: AdAdmin, login: str, number: str) -> str:
    """The DN of an account with a password and an employee number."""
    return ad_admin.add_user(login, login, password=PASSWORD, employeeID=number, employeeType="anställd")


def main_of(page: str) -> str:
    """The page's own part, without the token."""
    return page.split("<main", 1)[1].split("</main", 1)[0].replace(token(page), "")
