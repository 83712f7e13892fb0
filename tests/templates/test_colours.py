"""The colours of behorig.css can be read: WCAG contrast of every pair that the pages use, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "app/static/behorig.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "surface", "sunken")
TONES = ("done", "now", "wait", "stop")
TEXT = 4.5
GRAPHICS = 3.0

TEXT_PAIRS = (
    [(ink, ground) for ink in ("ink", "muted", "accent", "accent-strong", "stop-strong", *TONES) for ground in GROUNDS]
    + [(ink, f"{soft}-soft") for soft in (*TONES, "accent") for ink in ("ink", "muted", soft)]
    + [("accent", f"{soft}-soft") for soft in TONES]
    + [("accent-strong", "accent-soft")]
    + [(tone, "accent-soft") for tone in TONES]
    + [("accent-ink", ground) for ground in ("accent", "accent-strong", "stop", "stop-strong")]
    + [("band-ink", "band"), ("band-muted", "band"), ("band", "band-ink")]
)
GRAPHIC_PAIRS = (
    [(edge, ground) for edge in ("edge", "accent", *TONES) for ground in (*GROUNDS, "accent-soft", "now-soft")]
    + [("surface", tone) for tone in TONES]
    + [("band-ink", "band")]
)


def tokens(css: str) -> dict[str, str]:
    """The colour tokens of the first ``:root`` block in ``css``."""
    block = css[css.index(":root") :]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block[: block.index("}")]))


LIGHT = tokens(CSS)
DARK = LIGHT | tokens(CSS[CSS.index("prefers-color-scheme: dark") :])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(palette: dict[str, str], pairs: list[tuple[str, str]], least: float) -> list[str]:
    """The pairs that fall short, each with its ratio."""
    ratios = {f"{ink} on {ground}": contrast(palette[ink], palette[ground]) for ink, ground in pairs}
    return [f"{pair}: {ratio:.2f}" for pair, ratio in ratios.items() if ratio < least]


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(palette: dict[str, str]) -> None:
    assert too_weak(palette, TEXT_PAIRS, TEXT) == []


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_marks_and_focus_rings_can_be_seen(palette: dict[str, str]) -> None:
    assert too_weak(palette, GRAPHIC_PAIRS, GRAPHICS) == []


def test_dark_names_the_same_colours_as_light() -> None:
    assert tokens(CSS[CSS.index("prefers-color-scheme: dark") :]).keys() == LIGHT.keys()


def test_no_colour_is_written_outside_the_tokens() -> None:
    rules = re.sub(r":root \{[^}]*\}", "", CSS)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == []
