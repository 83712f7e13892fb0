"""From a template and its data to subject, text and HTML.

Each mail is one template of plain text in named parts; ``layout.txt`` and ``layout.html`` set the same parts,
so the two bodies cannot say different things. The parts come in the order of rules.md C15: what, why you,
by when, what happens otherwise, how, whom to ask. All escaping happens in the HTML layout.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import flask_babel
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from app.templating.texts import said

TEMPLATES = Path(__file__).parent.parent / "templates" / "emails"
LANGUAGES = ("sv", "en")
PARTS = ("subject", "what", "why", "by_when", "otherwise", "link", "how", "contact")
BETWEEN_PARTS = "\x1e"
LONGEST_TEXT = 300


class Unrenderable(Exception):
    """The template and the data do not fit: a fault in the product, never in the receiver."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail in words."""

    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or (``items``) a list."""

    text: str = ""
    items: tuple[str, ...] = ()


def render(template: str, context: Mapping[str, Any], language: str) -> Rendered:
    """The mail in the language (Swedish when it is one that we do not speak). Raises Unrenderable."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    clean = {name: _clean(value) for name, value in context.items()}
    try:
        with flask_babel.force_locale(language):
            parts = _parts(template, clean)
            subject = _subject(parts["subject"][0].text)
            layout = {"parts": parts, "url": clean["url"], "language": language, "subject": subject}
            text = _environment(html=False).get_template("layout.txt").render(layout).rstrip() + "\n"
            html = _environment(html=True).get_template("layout.html").render(layout)
    except (TemplateError, KeyError, IndexError, ValueError, TypeError) as error:
        raise Unrenderable(f"{template}: {error}") from error
    return Rendered(subject=subject, text=text, html=html, language=language)


def _subject(text: str) -> str:
    """A right from before the product has no case number: what is left of its subject starts with a capital."""
    bare = text.strip(" :")
    return bare[:1].upper() + bare[1:]


def _parts(template: str, context: Mapping[str, Any]) -> dict[str, list[Paragraph]]:
    whole = _environment(html=False).get_template(f"{template}.jinja").render(context)
    found = dict(zip(PARTS, whole.split(BETWEEN_PARTS), strict=True))
    return {name: _paragraphs(text) for name, text in found.items()}


def _paragraphs(text: str) -> list[Paragraph]:
    """Blank lines part paragraphs; lines that start with "- " are items; other line breaks mean nothing."""
    found = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        items = tuple(line.removeprefix("- ") for line in lines if line.startswith("- "))
        words = " ".join(line for line in lines if not line.startswith("- "))
        if words:
            found.append(Paragraph(text=" ".join(words.split())))
        if items:
            found.append(Paragraph(items=items))
    return found


def _clean(value: Any) -> Any:
    """What people wrote, on one line and not endless: it can neither pose as a part nor hide one."""
    if isinstance(value, str):
        line = " ".join(value.split())
        return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1].rstrip() + "…"
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _clean(item) for name, item in value.items()}
    return value


@lru_cache(maxsize=2)
def _environment(*, html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=html,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Not flask_babel's own functions: they put in the values themselves, before Jinja does.
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext=lambda text: _translations().ugettext(text),
        ngettext=lambda one, many, number: _translations().ungettext(one, many, number),
        newstyle=True,
    )
    environment.filters.update(day=long_day, short_day=short_day, full_day=full_day, month=month_of, said=said)
    return environment


def _translations() -> Any:
    return flask_babel.get_domain().get_translations()


def long_day(iso: str) -> str:
    """A date to act by, in words: ``fredag 27 november``."""
    return _in_words(iso, "EEEE d MMMM")


def short_day(iso: str) -> str:
    """A date in a subject: ``27 november``."""
    return _in_words(iso, "d MMMM")


def full_day(iso: str) -> str:
    """A date that may be years away: ``27 november 2027``."""
    return _in_words(iso, "d MMMM y")


def month_of(iso: str) -> str:
    """The month of a date: ``november 2027``."""
    return _in_words(iso, "LLLL y")


def _in_words(iso: str, pattern: str) -> str:
    return str(flask_babel.format_date(date.fromisoformat(iso), pattern))
