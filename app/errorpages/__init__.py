"""Every error becomes a page that says what happened, that nothing is lost, and what to do.

The template has the words of each HTTP status; ``words`` has those of each reason code.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc, text
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from app.auth import redirect_to_login
from app.db import db
from app.errorpages.words import WORDS
from app.errors import BehorigError, LoginNeeded
from workflows.errors import NoSuchMove, NotYours, Refused

log = structlog.get_logger()
Page = tuple[str, int]
CASE_NUMBER = text("SELECT case_number FROM access_request WHERE id = :id")
DATABASE_AWAY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


def init_app(app: Flask) -> None:
    """Turn every error into a page."""
    # Flask's own line would hold the address, and with it the token of a mail link; structlog writes ours.
    app.logger.disabled = True
    app.register_error_handler(BehorigError, _refusal)
    app.register_error_handler(Refused, _rule)
    app.register_error_handler(CSRFError, lambda error: _page(400, "csrf"))
    app.register_error_handler(HTTPException, lambda error: _page(error.code or 500))
    app.register_error_handler(InternalServerError, _incident)
    app.register_error_handler(exc.DataError, _unheld)
    for away in DATABASE_AWAY:
        app.register_error_handler(away, _database_away)


def _refusal(error: BehorigError) -> Page | Response:
    if isinstance(error, LoginNeeded) and g.get("person") is None:
        return redirect_to_login(error.reason)
    if error.status >= 500:
        log.warning("unavailable", reason=error.reason, endpoint=request.endpoint, cause=error.details.get("cause"))
    return _page(error.status, error.reason, error.details)


def _rule(error: Refused) -> Page:
    status = 409 if isinstance(error, NoSuchMove) else 403 if isinstance(error, NotYours) else 422
    return _page(status, error.reason)


def _unheld(error: exc.DataError) -> Page:
    """The reader has sent what no column can hold (a far too large number, a NUL): there is no such thing."""
    db.session.rollback()
    log.warning("value_not_held", endpoint=request.endpoint, error=type(error.orig).__name__)
    return _page(404 if request.method == "GET" else 400)


def _database_away(error: Exception) -> Page:
    log.error("database_unavailable", endpoint=request.endpoint, error=type(error).__name__)
    return _page(503)


def _incident(error: InternalServerError) -> Page:
    reference = uuid4().hex[:10]
    cause = error.original_exception or error
    log.error("incident", reference=reference, endpoint=request.endpoint, method=request.method, exc_info=cause)
    return _page(500, reference=reference)


def _page(status: int, reason: str = "", details: dict[str, Any] | None = None, reference: str = "") -> Page:
    known = details or {}
    if status >= 500:
        g.viewer = None  # counting the person's tasks could be what fails
    html = render_template(
        "errors/error.html",
        status=status,
        reason=reason,
        words=None if reason == "already_decided" and known.get("who") else WORDS.get(reason),
        who=known.get("who") or "",
        at=known.get("at"),
        case_number=_case_number(known) if status < 500 else "",
        reference=reference,
        addressee=str(known.get("addressee") or known.get("names") or ""),
    )
    return html, status


def _case_number(details: dict[str, Any]) -> str:
    """The order that the refused act was about: only details of an act that passed its guard name one."""
    if details.get("case_number") or not details.get("order_id") or g.get("person") is None:
        return str(details.get("case_number", ""))
    return db.session.scalar(CASE_NUMBER, {"id": details["order_id"]}) or ""
