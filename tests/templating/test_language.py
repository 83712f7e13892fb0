"""Which language a page is in: the choice, else the person's own, else the browser's wish, else Swedish."""

from __future__ import annotations

import pytest
from flask import Flask, g, session

from app import templating


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("fi,en;q=0.9", "sv"),
        ("", "sv"),
        ("*;q=x\x00", "sv"),
    ],
)
def test_browser_is_listened_to(app: Flask, wish: str, expected: str) -> None:
    with app.test_request_context(headers={"Accept-Language": wish}):
        assert templating.choose_language() == expected


def test_choice_wins_over_the_browser(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "sv"}):
        session["language"] = "en"
        assert templating.choose_language() == "en"


def test_language_of_the_person_wins_over_the_browser(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "sv"}):
        g.language = "en"
        assert templating.choose_language() == "en"


def test_choice_wins_over_the_language_of_the_person(app: Flask) -> None:
    with app.test_request_context():
        session["language"], g.language = "sv", "en"
        assert templating.choose_language() == "sv"


def test_unknown_choice_is_not_followed(app: Flask) -> None:
    with app.test_request_context():
        session["language"] = "../../etc"
        assert templating.choose_language() == "sv"


def test_the_worker_speaks_swedish_unless_told(app: Flask) -> None:
    assert templating.choose_language() == "sv"


def test_a_changed_file_gets_a_new_address(app: Flask) -> None:
    with app.test_request_context():
        address = templating.asset("behorig.css")
    assert address.startswith("/static/behorig.css?v=") and len(address) > len("/static/behorig.css?v=")
