"""The figure to keep (email-decisions.md): 0 decisions from 10,000 automated fetches."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextvars import Context
from itertools import chain, cycle, islice, product
from typing import TYPE_CHECKING

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import create_environ, run_wsgi_app

from app.requests.models import AccessRequest
from tests.decisions.conftest import APPROVE, ReadPage, fingerprint, state

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FETCHES = 10_000
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Edg/143.0"
AGENTS = (
    EDGE,
    "Mozilla/5.0 (compatible; Mimecast)",
    "Mozilla/5.0 (Windows NT 10.0) SafeLinks",
    "Proofpoint-URL-Defense/2.0",
    "Barracuda Sentinel (EE)",
    "BingPreview/1.0b",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/143.0",
    "Microsoft Office/16.0 (Microsoft Outlook 16.0; Pro)",
    "Microsoft Office Existence Discovery",
    "WhatsApp/2.23",
    "Slackbot-LinkExpanding 1.0",
    "facebookexternalhit/1.1",
    "python-requests/2.32",
    "",
)
HINTS: tuple[dict[str, str], ...] = (
    {},
    {"Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender", "Sec-Fetch-Dest": "document"},
    {"X-Moz": "prefetch"},
    {"X-Purpose": "preview"},
    {"X-HTTP-Method-Override": "POST"},
    {"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"},
    {"Cookie": "session=stolen", "Referer": "https://mail.example.se/"},
)
QUERIES = ("", "?verdict=approve&reviewed=y", "?utm_source=mail", "?_method=POST", "?verdict=reject&reason=Nej")


def readings(path: str) -> Iterator[WSGIEnvironment]:
    """Every agent reads the whole page in every way; its address comes with everything that scanners add."""
    ways = [("GET", hint) for hint in HINTS] + [("HEAD", {})]
    for (agent, (method, hint)), query in zip(product(AGENTS, ways), cycle(QUERIES)):
        yield fetch(method, path + query, agent, hint)


def questions(path: str) -> Iterator[WSGIEnvironment]:
    """Every combination of what scanners send, asked what the address can do: far cheaper than the page."""
    for agent, hint, query in product(AGENTS, HINTS, QUERIES):
        yield fetch("OPTIONS", path + query, agent, hint)


def fetch(method: str, path: str, agent: str, hint: dict[str, str]) -> WSGIEnvironment:
    """One fetch, as the server gives it to the application."""
    return create_environ(path, method=method, headers={"User-Agent": agent, **hint})


def answered(app: Flask, environ: WSGIEnvironment) -> tuple[str, str]:
    """The method and the answer's status. Each fetch is a browser of its own, in a context of its own."""
    _body, status, _headers = Context().run(run_wsgi_app, app, environ.copy(), buffered=True)
    return environ["REQUEST_METHOD"], status


def test_ten_thousand_automated_fetches_decide_nothing(
    app: Flask, order: AccessRequest, bobs_link: str, read: ReadPage
) -> None:
    before = fingerprint()
    fetches = chain(readings(bobs_link), cycle(list(questions(bobs_link))))
    seen = Counter(answered(app, environ) for environ in islice(fetches, FETCHES))
    assert seen.total() == FETCHES
    assert set(seen) == {(method, "200 OK") for method in ("GET", "HEAD", "OPTIONS")}
    assert fingerprint() == before
    assert state(order) == "requested"
    assert read(bobs_link).post(**APPROVE).status_code == 200  # the link has not worn out either


@pytest.fixture
def everything_logged() -> Iterator[None]:
    """In the tests only warnings are logged; here all that production logs."""
    usual = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    yield
    structlog.configure(**usual)


@pytest.mark.usefixtures("everything_logged")
@pytest.mark.parametrize(("agent", "named"), [("BingPreview/1.0b", "agent:bingpreview"), (EDGE, "quick")])
def test_read_that_no_person_made_is_named_in_the_log_and_leaves_no_row(
    client: FlaskClient, bobs_link: str, agent: str, named: str
) -> None:
    before = fingerprint()
    with capture_logs() as lines:
        client.get(bobs_link, headers={"User-Agent": agent})
    (line,) = [line for line in lines if line["event"] == "decision_link_read"]
    assert line["automatic"] == named
    assert bobs_link.removeprefix("/d/") not in str(lines)
    assert fingerprint() == before
