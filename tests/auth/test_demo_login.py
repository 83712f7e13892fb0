"""The person picker exists in a demonstration and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.catalogue.models import Installation
from app.config import Settings
from tests.auth.conftest import token
from tests.people import Town


@pytest.fixture
def marked(db_session: Any, town: Town) -> Town:
    """The town in a database that is marked as a demonstration's."""
    db_session.add(Installation(id=1, demo=True))
    db_session.flush()
    return town


def test_picker_logs_in_as_the_chosen_person(demo_client: FlaskClient, marked: Town) -> None:
    page = demo_client.get("/demo-login?next=/requests/")
    assert page.status_code == 200
    assert "Alice Åkesson" in page.text
    form = {"csrf_token": token(page.text), "person_id": marked.alice.id, "next": "/requests/"}
    answer = demo_client.post("/demo-login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/requests/")
    assert "Hej Alice" in demo_client.get("/").text


def test_stranger_in_a_demonstration_is_sent_to_the_picker(demo_client: FlaskClient, marked: Town) -> None:
    assert demo_client.get("/").headers["Location"] == "/demo-login?next=/"


def test_search_finds_by_name_and_by_role(demo_client: FlaskClient, marked: Town) -> None:
    by_role = demo_client.get("/demo-login?q=systemförvaltare").text
    assert "Carol Dahl" in by_role
    assert "Dan Öberg" not in by_role
    assert "Dan Öberg" in demo_client.get("/demo-login?q=tallskolan").text
    assert "Ingen matchar" in demo_client.get("/demo-login?q=finnsinte").text


def test_whoever_has_left_cannot_be_chosen(demo_client: FlaskClient, marked: Town) -> None:
    form = {"csrf_token": token(demo_client.get("/demo-login").text), "person_id": marked.vera.id}
    assert demo_client.post("/demo-login", data=form).status_code == 404


def test_no_picker_outside_demonstration_mode(client: FlaskClient, marked: Town) -> None:
    assert client.get("/demo-login").status_code == 404
    form = {"csrf_token": token(client.get("/login").text), "person_id": marked.alice.id}
    assert client.post("/demo-login", data=form).status_code == 404


def test_no_picker_on_a_database_without_the_mark(demo_client: FlaskClient, town: Town) -> None:
    assert demo_client.get("/demo-login").status_code == 404


def test_no_picker_for_a_mark_that_says_no(demo_client: FlaskClient, town: Town, db_session: Any) -> None:
    db_session.add(Installation(id=1, demo=False))
    assert demo_client.get("/demo-login").status_code == 404


def test_no_picker_when_the_address_is_not_of_this_machine(
    application_for: Callable[[Settings], Flask], demo_settings: Settings, marked: Town, app: Flask
) -> None:
    # The settings refuse this combination; the picker does not rely on it.
    elsewhere = demo_settings.model_construct(
        **{**demo_settings.model_dump(), "base_url": "https://behorig.example.se"}
    )
    assert application_for(elsewhere).test_client().get("/demo-login").status_code == 404


def test_no_picker_for_another_machine(demo_client: FlaskClient, marked: Town) -> None:
    answer = demo_client.get("/demo-login", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}, {"Host": "evil.example"}]
)
def test_no_picker_through_a_proxy_or_another_name(
    demo_client: FlaskClient, marked: Town, headers: dict[str, str]
) -> None:
    assert demo_client.get("/demo-login", headers=headers).status_code == 404
