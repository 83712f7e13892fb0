"""Every page in a real browser: no violation that axe can find, nothing that sticks out, the decision in one view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from tests.templates.pages import PAGES
from tests.templates.preview import make_app, serving

PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
AXE_SCRIPT = Axe().axe_script


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(make_app()) as where:
        yield where


# Nothing of ours autoplays or turns with the phone, for which alone axe would fetch the style sheets once more.
AXE = "() => axe.run({resultTypes: ['violations'], preload: false})"
STICKS_OUT = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(reduced_motion="reduce")  # no colour is caught half way
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_for_everybody(tab: Page, address: str, name: str) -> None:
    """axe finds nothing, light on a desk and dark on a phone; the narrowest screen shows all (WCAG 1.4.10).

    One loading for all three: in colours and widths only the style sheet differs.
    """
    _show(tab, "light", DESK)
    answer = tab.goto(f"{address}/sv/{name}")
    assert answer is not None and answer.ok
    tab.evaluate(AXE_SCRIPT)
    light = _violations(tab)
    _show(tab, "dark", PHONE)
    dark = _violations(tab)
    _show(tab, "dark", SMALLEST)
    assert (light, dark, max(0, tab.evaluate(STICKS_OUT))) == ([], [], 0)


def _show(tab: Page, scheme: Literal["light", "dark"], viewport: ViewportSize) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size(viewport)


def _violations(tab: Page) -> list[tuple[str, list[str]]]:
    """The rule that is broken, and where."""
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in tab.evaluate(AXE)["violations"]]


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
