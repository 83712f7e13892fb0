"""What every template can count on: languages, words for dates and states, the page's frame.

A view sets ``g.viewer`` to whoever is logged in (``name``, ``is_manager``, ``is_system_manager``,
``open_tasks``) or leaves it out; ``session["language"]`` holds the chosen language, ``g.language`` the person's own.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from flask_babel import Babel, get_locale
from flask_bootstrap import Bootstrap5
from jinja2 import StrictUndefined

from app.templating import dates, labels, state_words

LANGUAGES = {"sv": "Svenska", "en": "English"}

babel = Babel()
bootstrap = Bootstrap5()


def choose_language() -> str:
    """The language of this answer: the choice made on a page, else the person's in AD, else the browser's first wish.

    Swedish when that is a language that we do not have.
    """
    if not has_request_context():
        return "sv"
    wish = (request.accept_languages.best or "").partition("-")[0].lower()
    known = [language for language in (session.get("language"), g.get("language"), wish) if language in LANGUAGES]
    return str(known[0]) if known else "sv"


@lru_cache(maxsize=64)
def _digest(path: Path, changed_ns: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:10]


def asset(filename: str) -> str:
    """The address of one of our static files; it changes when the file does, so that it may be cached for long."""
    path = Path(str(current_app.static_folder)) / filename
    return url_for("static", filename=filename, v=_digest(path, path.stat().st_mtime_ns))


def _frame() -> dict[str, Any]:
    """What ``base.html`` needs on every page."""
    settings = current_app.extensions["settings"]
    return {
        "municipality": settings.municipality,
        "contact": settings.contact,
        "demonstration": settings.mode == "demo",
        "language": str(get_locale() or "sv")[:2],
        "languages": LANGUAGES,
        "viewer": g.get("viewer"),
    }


def init_app(app: Flask) -> None:
    """Install languages, Bootstrap's own files, filters and the frame of the pages."""
    settings = app.extensions["settings"]
    app.config.setdefault("BOOTSTRAP_SERVE_LOCAL", True)
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "sv")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", settings.timezone)
    babel.init_app(app, locale_selector=choose_language)
    bootstrap.init_app(app)
    app.jinja_env.filters.update(dates.FILTERS | labels.FILTERS | state_words.FILTERS)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.mode == "test":
        app.jinja_env.undefined = StrictUndefined
    app.context_processor(_frame)
