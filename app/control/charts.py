"""Charts as SVG with a text alternative, from a report's frozen data: never by colour alone, and without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, ROW, BAR, SIGN = 640, 26, 16, 7
INK, LINE, SURE, OFF = "#1f2a26", "#c9d2cd", "#2f6f4f", "#a3243b"


class Bar(NamedTuple):
    """One row: what it is, how many there were, and how many of them deviate."""

    label: str
    whole: int
    off: int = 0


class Chart(NamedTuple):
    """``svg``: the picture; ``alt``: the same in words."""

    title: str
    svg: str
    alt: str


def bars(title: str, rows: Sequence[Bar]) -> Chart:
    """Lying bars with their numbers; what deviates is the darker part, hatched."""
    most = max((row.whole for row in rows), default=0) or 1
    begins = SIGN * max((len(row.label) for row in rows), default=0) + 12
    height = ROW * max(len(rows), 1) + 8
    drawn = "".join(_bar(row, number, most, begins) for number, row in enumerate(rows))
    said = "; ".join(_said(row) for row in rows) or "inga värden"
    alt = f"{title}: {said}."
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="Libertinus Serif" font-size="13"><title>{escape(alt)}</title>'
        '<defs><pattern id="off" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="{OFF}"/><path d="M0 0V5" stroke="#fff" stroke-width="2"/></pattern></defs>'
        f"{drawn}</svg>"
    )
    return Chart(title, svg, alt)


def _bar(row: Bar, number: int, most: int, begins: int) -> str:
    room = WIDTH - begins - 90
    y, whole, off = number * ROW + 4, row.whole * room / most, row.off * room / most
    number_text = f"{row.off} av {row.whole}" if row.off else str(row.whole)
    return (
        f'<text x="0" y="{y + 13}" fill="{INK}">{escape(row.label)}</text>'
        f'<rect x="{begins}" y="{y}" width="{whole:.1f}" height="{BAR}" fill="{SURE}" stroke="{LINE}"/>'
        f'<rect x="{begins}" y="{y}" width="{off:.1f}" height="{BAR}" fill="url(#off)"/>'
        f'<text x="{begins + whole + 6:.1f}" y="{y + 13}" fill="{INK}">{number_text}</text>'
    )


def _said(row: Bar) -> str:
    return f"{row.label} {row.off} av {row.whole}" if row.off else f"{row.label} {row.whole}"
