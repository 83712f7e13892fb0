"""Every refusal is a page: what happened, that nothing is lost, what to do."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

import app as product
from app import create_app, errors
from app.auth import public
from app.config import Settings
from app.errorpages.words import WORDS
from workflows.errors import NoSuchMove, NotYours, Refused

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
IN_THE_TEMPLATE = {"not_your_task"}  # the page names whose task it is
Raised = dict[str, Exception]


@pytest.fixture
def raised() -> Raised:
    """What the page raises."""
    return {}


@pytest.fixture
def browser(settings: Settings, app: Flask, raised: Raised) -> FlaskClient:
    """A browser at an application with one page that fails."""
    application = create_app(settings)

    @public(reason="a page of the test that fails")
    def fail() -> str:
        raise raised["error"]

    application.add_url_rule("/fail", view_func=fail)
    return application.test_client()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (errors.NotFound(), 404, "Sidan finns inte"),
        (errors.Forbidden(), 403, "Du har inte tillgång till sidan"),
        (errors.Forbidden(addressee="Bob Ek"), 403, "Bob Ek"),
        (errors.AlreadyDecided(who="Bob Ek", at=AT, verdict="approve"), 409, "Bob Ek svarade"),
        (errors.AlreadyDecided(who=None, at=None), 409, "Någon annan hann före"),
        (errors.Conflict("order_changed"), 409, "Någon annan ändrade ärendet samtidigt"),
        (errors.NotAllowed("not_self"), 422, "Du kan inte besluta om dig själv"),
        (errors.NotAllowed("a_reason_without_words"), 422, "Det går inte enligt reglerna"),
        (errors.DirectoryUnavailable(), 503, "Personalkatalogen svarar inte"),
        (Refused("four_eyes"), 422, "Två olika personer"),
        (NoSuchMove("approve", "granted"), 409, "Ärendet har gått vidare"),
        (NotYours("not_self"), 403, "Du kan inte besluta om dig själv"),
    ],
)
def test_error_is_told_in_plain_words(
    browser: FlaskClient, raised: Raised, error: Exception, status: int, words: str
) -> None:
    raised["error"] = error
    page = browser.get("/fail")
    assert page.status_code == status
    assert words in page.text
    assert "Till startsidan" in page.text


def test_act_that_needs_a_login_leads_there_and_back(browser: FlaskClient, raised: Raised) -> None:
    raised["error"] = errors.LoginNeeded()
    assert browser.get("/fail").headers["Location"] == "/login?next=/fail&why=login_needed"


def test_unexpected_error_gets_a_number_that_the_log_has(browser: FlaskClient, raised: Raised) -> None:
    raised["error"] = ZeroDivisionError("the secret cause")
    with capture_logs() as lines:
        page = browser.get("/fail?token=hemlig")
    (line,) = lines
    assert page.status_code == 500
    assert page.text.split("Felets nummer: ")[1].split("<")[0] == line["reference"]
    assert line["exc_info"] is raised["error"]
    assert "hemlig" not in str(line)
    assert "secret cause" not in page.text


def test_database_away_is_a_page_too(
    application_for: Callable[[Settings], Flask], settings: Settings, app: Flask
) -> None:
    away = settings.model_copy(update={"database_url": "postgresql+psycopg://x@127.0.0.1:1/x"})
    client = application_for(away).test_client()
    with client.session_transaction() as session:
        session.update(person_id=1, since=9e9)
    page = client.get("/")
    assert page.status_code == 503
    assert "Inget är förlorat" in page.text
    assert client.get("/healthz").status_code == 200
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (503, "not ready")


def test_form_without_token_is_an_old_page(client: FlaskClient) -> None:
    page = client.post("/logout")
    assert page.status_code == 400
    assert "Sidan har legat öppen för länge" in page.text


def test_wrong_method_and_too_much(client: FlaskClient) -> None:
    assert client.get("/logout").status_code == 405
    assert client.post("/login", data={"login": "x" * 1_100_000}).status_code == 413


def test_page_is_english_for_whoever_wants_it(client: FlaskClient) -> None:
    page = client.get("/finns-inte", headers={"Accept-Language": "en"})
    assert '<html lang="en"' in page.text


def test_every_reason_that_the_product_gives_has_words() -> None:
    reasons = {reason for path in (Path(product.__file__).parent).rglob("*.py") for reason in reasons_in(path)}
    reasons.discard("mail")  # the demonstration's own mailbox
    assert {"not_self", "period_reversed", "order_changed"} <= reasons
    assert reasons - set(WORDS) - IN_THE_TEMPLATE == set()


def reasons_in(path: Path) -> Iterator[str]:
    """The codes that a module raises its errors with."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            "demonstration" not in path.parts
            and isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and node.exc.args
        ):
            name: Any = node.exc.func
            code = node.exc.args[0]
            if getattr(name, "id", "") in errors.__dict__ and isinstance(code, ast.Constant):
                yield str(code.value)
