"""Every page in a real browser: no violation that axe can find, nothing that sticks out, the decision in one view."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from tests.templates.pages import PAGES
from tests.templates.preview import make_app, serving

PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(make_app()) as where:
        yield where


@pytest.fixture(scope="module", params=[("light", DESK), ("dark", PHONE)], ids=["light-desk", "dark-phone"])
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    scheme, viewport = request.param
    opened = browser.new_page(color_scheme=scheme, viewport=viewport)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(tab: Page, address: str, name: str) -> None:
    answer = tab.goto(f"{address}/sv/{name}")
    assert answer is not None and answer.ok
    found = Axe().run(tab).response["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []


@pytest.fixture(scope="module")
def small(browser: Browser) -> Iterator[Page]:
    """A tab as narrow as 1280 pixels at 400 percent (WCAG 1.4.10)."""
    opened = browser.new_page(viewport=SMALLEST)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_of_the_narrowest_screen(small: Page, address: str, name: str) -> None:
    answer = small.goto(f"{address}/sv/{name}")
    assert answer is not None and answer.ok
    assert small.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]


def test_the_decision_fits_a_phone_without_scrolling(browser: Browser, address: str) -> None:
    phone = browser.new_page(viewport=PHONE)
    phone.goto(f"{address}/sv/decide")
    box = phone.get_by_role("button", name="Skicka ditt svar").bounding_box()
    phone.close()
    assert box is not None and box["y"] + box["height"] <= PHONE["height"]


def test_the_error_summary_has_focus_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{address}/sv/order-form-wrong")
    assert plain.locator(".error-summary:focus").count() == 1
    context.close()


def test_the_reason_shows_when_the_answer_needs_one(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{address}/sv/decide")
    reason = plain.get_by_label("Motivering")
    assert not reason.is_visible()
    plain.get_by_label("Avslå").check()
    assert reason.is_visible()
    context.close()


def test_every_target_is_large_enough_for_a_thumb(browser: Browser, address: str) -> None:
    phone = browser.new_page(viewport=PHONE)
    phone.goto(f"{address}/sv/decide")
    boxes = phone.locator("main button:visible, main .choice label:visible").evaluate_all(
        "all => all.map(e => Math.round(e.getBoundingClientRect().height))"
    )
    phone.close()
    assert boxes and min(boxes) >= 24
