"""Addresses and forms that name what does not exist: a plain answer, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.auth.conftest import as_person, token
from tests.decisions.conftest import fingerprint
from tests.people import municipality

__all__ = ["as_person"]

OPEN = ("static", "bootstrap.static", "decisions.link", "decisions.link_answer")  # a mail's link says more
NUMBERS = (999_999, 2**31, 10**30)  # none of them is anything's; the last two no column can hold
TEXTS = ("FINNSINTE", "Åäö🙂", "%' OR 1=1 --", "A" * 500, "\x00")
NOT_FOUND = {"GET": {404}, "POST": {404, 400}}


def about_something(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule that names a thing in its address, once for each of its methods."""
    for rule in app.url_map.iter_rules():
        if rule.arguments and rule.endpoint not in OPEN:
            yield from ((rule, method) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def addresses(app: Flask, rule: Rule) -> Iterator[str]:
    """The rule's addresses for things that do not exist."""
    unknown = {name: NUMBERS if f"<int:{name}>" in rule.rule else TEXTS for name in rule.arguments}
    with app.test_request_context():
        for turn in range(len(TEXTS)):
            yield app.url_for(rule.endpoint, **{name: values[turn % len(values)] for name, values in unknown.items()})


@pytest.fixture
def bob(db_session: Any, as_person: Any) -> FlaskClient:
    """The browser of Bob, who leads the library."""
    return as_person(municipality(db_session).bob)


def test_thing_that_does_not_exist_is_not_found_and_nothing_is_written(app: Flask, bob: FlaskClient) -> None:
    fields = {"csrf_token": token(bob.get("/").text)}
    before, seen = fingerprint(), {}
    for rule, method in about_something(app):
        for path in addresses(app, rule):
            answer = bob.open(path, method=method, data=fields if method == "POST" else None)
            seen[method, path[:80]] = answer.status_code
    assert len(seen) > 40
    assert {key: status for key, status in seen.items() if status not in NOT_FOUND[key[0]]} == {}
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/requests/?before=1000000000000000000000", 404),
        ("/requests/?before=-1", 200),
        ("/requests/?before=x", 200),
        ("/requests/new/{level}?subject_q=%00", 200),
        ("/requests/new/{level}?subject_q=" + "a" * 3000, 200),
        ("/catalogue/?q=%00", 200),
        ("/catalogue/?q=%F0%9F%99%82", 200),
        ("/systems/MIC?q=%00", 200),
    ],
)
def test_question_that_makes_no_sense_gets_a_page(db_session: Any, as_person: Any, path: str, status: int) -> None:
    town = municipality(db_session)
    answer = as_person(town.carol).get(path.format(level=town.disk.id))
    assert answer.status_code == status
    assert "<h1" in answer.text
