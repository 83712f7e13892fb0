"""The pages of the demonstration's mail box. In Swedish only, and never part of the product."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Flask, Response, render_template, request

from app.demonstration.mailbox import Letters
from app.errors import NotFound

PAGES = Path(__file__).with_name("mailbox_pages")
ZONE = ZoneInfo("Europe/Stockholm")
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'"
)
# A mail may look as it likes and be followed, in a new tab; it runs nothing and fetches nothing.
LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'"
)


def create_mailbox(letters: Letters) -> Flask:
    """The pages as a WSGI application, for requests that name this machine itself."""
    app = Flask(__name__, template_folder=str(PAGES), static_folder=str(PAGES / "static"))
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.jinja_env.filters["moment"] = _moment

    @app.get("/")
    def inbox() -> str:
        to = request.args.get("till", "")
        found = letters.newest_first(to)
        return render_template("inbox.html", letters=found, to=to, receivers=letters.receivers())

    @app.get("/brev/<key>")
    def letter(key: str) -> str:
        return render_template("letter.html", letter=letters.one(key))

    @app.get("/brev/<key>/html")
    def letter_html(key: str) -> Response:
        html = letters.one(key).html.replace("<head>", '<head><base target="_blank">', 1)
        return Response(html, headers={"Content-Security-Policy": LETTER_POLICY})

    @app.errorhandler(NotFound)
    def missing(_error: NotFound) -> tuple[str, int]:
        return render_template("missing.html"), 404

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["Referrer-Policy"] = "no-referrer"  # a mail's address is nobody else's business
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _moment(at: datetime) -> str:
    return format_datetime(at.astimezone(ZONE), "EEEE d MMMM 'kl.' HH:mm", locale="sv_SE")
