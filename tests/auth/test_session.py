"""What the cookie of a login is worth."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app.auth import same_site
from tests.auth.conftest import LogIn, token
from tests.people import Town


def test_stranger_is_sent_to_the_login_and_back(client: FlaskClient, town: Town) -> None:
    answer = client.get("/requests/?page=2")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/requests/?page%3D2"


def test_employee_sees_the_start_page_with_the_name(as_person: LogIn, town: Town) -> None:
    page = as_person(town.alice).get("/")
    assert page.status_code == 200
    assert "Hej Alice" in page.text


def test_login_ends_when_nothing_happens_for_the_session_time(
    as_person: LogIn, town: Town, frozen_time: time_machine.Coordinates
) -> None:
    browser = as_person(town.alice)
    frozen_time.shift(59 * 60)
    assert browser.get("/").status_code == 200
    frozen_time.shift(59 * 60)
    assert browser.get("/").status_code == 200
    frozen_time.shift(61 * 60)
    assert browser.get("/").status_code == 302


def test_login_ends_after_a_working_day_however_busy(
    as_person: LogIn, town: Town, frozen_time: time_machine.Coordinates
) -> None:
    browser = as_person(town.alice)
    answers = []
    for _ in range(25):
        frozen_time.shift(30 * 60)
        answers.append(browser.get("/").status_code)
    assert answers[:23] == [200] * 23
    assert answers[-1] == 302


@pytest.mark.parametrize("status", ["ended", "future", "not_found", "ambiguous"])
def test_whoever_has_left_is_logged_out_at_once(as_person: LogIn, town: Town, db_session: Any, status: str) -> None:
    browser = as_person(town.alice)
    assert browser.get("/").status_code == 200
    town.alice.employment_status = status
    assert browser.get("/").status_code == 302


def test_on_leave_may_be_logged_in(as_person: LogIn, town: Town) -> None:
    town.alice.employment_status = "on_leave"
    assert as_person(town.alice).get("/").status_code == 200


def test_logout_forgets_the_person_and_keeps_the_language(as_person: LogIn, town: Town) -> None:
    browser = as_person(town.alice)
    browser.post("/language", data={"csrf_token": token(browser.get("/").text), "language": "en"})
    answer = browser.post("/logout", data={"csrf_token": token(browser.get("/").text)})
    assert answer.headers["Location"] == "/login"
    with browser.session_transaction() as session:
        assert dict(session) == {"language": "en"}


def test_pages_are_in_the_language_of_the_person(as_person: LogIn, town: Town) -> None:
    town.alice.language = "en"
    assert '<html lang="en"' in as_person(town.alice).get("/", headers={"Accept-Language": "sv"}).text
    assert '<html lang="sv"' in as_person(town.bob).get("/", headers={"Accept-Language": "en"}).text


def test_cookie_is_kept_from_scripts_and_other_sites(as_person: LogIn, town: Town) -> None:
    cookie = as_person(town.alice).get("/").headers["Set-Cookie"]
    assert cookie.startswith("behorig=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_static_files_and_probes_read_no_person(as_person: LogIn, town: Town, db_session: Any) -> None:
    browser = as_person(town.alice)
    town.alice.employment_status = "ended"
    browser.get("/static/favicon.svg", buffered=True)
    browser.get("/healthz")
    with browser.session_transaction() as session:
        assert session["person_id"] == town.alice.id


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "evil.example", "", None, "/a\r\nSet-Cookie: x", "/\t/evil.example", " /requests/",
    ],
)  # fmt: skip
def test_login_never_leads_to_another_site(address: str | None) -> None:
    assert same_site(address) == ""


@pytest.mark.parametrize("address", ["/", "/requests/BEH-2026-000001?a=b", "/tasks/1#x"])
def test_login_leads_back_to_a_page_of_ours(address: str) -> None:
    assert same_site(address) == address
