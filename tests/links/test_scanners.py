"""Automatic reads are named as such."""

from __future__ import annotations

import pytest

from app.links.scanners import QUICK_READ_SECONDS, looks_automatic

OUTLOOK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Edg/143.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize("agent", [OUTLOOK, IPHONE])
@pytest.mark.parametrize("seconds", [None, QUICK_READ_SECONDS, 3600.0])
def test_person_with_an_ordinary_browser_is_no_machine(agent: str, seconds: float | None) -> None:
    assert looks_automatic("GET", {"User-Agent": agent}, seconds) is None


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "head"])
def test_only_machines_ask_for_the_head(method: str) -> None:
    assert looks_automatic(method, {"User-Agent": OUTLOOK}, 3600) == f"method:{method.lower()}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Sec-Purpose", "Prefetch"),
        ("X-Moz", "prefetch"),
        ("X-Purpose", "preview"),
    ],
)
def test_browser_that_fetches_ahead_is_named(name: str, value: str) -> None:
    assert looks_automatic("GET", {"User-Agent": OUTLOOK, name: value}, 3600) == f"header:{name.lower()}"


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        ("Mozilla/5.0 (compatible; Barracuda Sentinel)", "agent:barracuda"),
        ("Mimecast-URL-Scanner/1.0", "agent:mimecast"),
        ("Mozilla/5.0 BingPreview/1.0b", "agent:bingpreview"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/143.0", "agent:headlesschrome"),
        ("python-requests/2.32", "agent:python-requests"),
        ("curl/8.5", "agent:curl"),
        ("", "agent:none"),
        ("  ", "agent:none"),
    ],
)
def test_known_reader_is_named(agent: str, named: str) -> None:
    assert looks_automatic("GET", {"User-Agent": agent}, 3600) == named


def test_agent_that_is_not_sent_at_all_is_named() -> None:
    assert looks_automatic("GET", {}, 3600) == "agent:none"


def test_read_right_after_sending_is_quick_even_with_an_ordinary_browser() -> None:
    assert looks_automatic("GET", {"User-Agent": OUTLOOK}, 22) == "quick"
