"""The base order that an order waits for (rules.md C0.3 G2): which one it is, and the offer to place it."""

from __future__ import annotations

from types import SimpleNamespace

from flask import url_for
from sqlalchemy import text

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import NotFound
from app.requests import facts
from app.requests.models import AccessRequest
from workflows.case import OrdererAuthority
from workflows.events import RequestMoved

REASON = "base_grant_missing"
# The orders of a person that wait for the base grant point at the person's newest base order under way.
LINK = text("""
UPDATE access_request AS waiting SET base_request_id = (
  SELECT base.id FROM access_request AS base JOIN access_level AS level ON level.id = base.level_id
  WHERE level.is_base AND base.subject_id = :subject AND base.submitted_at IS NOT NULL AND base.ended_at IS NULL
  ORDER BY base.id DESC LIMIT 1
)
WHERE waiting.subject_id = :subject AND waiting.state = 'waiting_prerequisites' AND waiting.wait_reason = :reason
""")


def link(event: RequestMoved) -> None:
    """An order begins to wait for the base grant, or a base order comes or ends: the two are joined (a reaction)."""
    order = db.session.get_one(AccessRequest, event.request_id)
    begins_or_ends = event.trigger == "submit" or order.ended_at is not None
    if event.reason == REASON or (order.level.is_base and begins_or_ends):
        db.session.flush()
        db.session.execute(LINK, {"subject": order.subject_id, "reason": REASON})


def waited_for(order: AccessRequest, reader: Person) -> SimpleNamespace | None:
    """What the page of an order says of the base order that it waits for; None for one that does not wait for any.

    ``case_number`` of the base order under way, empty where there is none; then ``url`` is where the reader can place
    it, empty for whoever may not: nobody orders it for themselves (rules.md C1).
    """
    if order.state != "waiting_prerequisites" or order.wait_reason != REASON:
        return None
    base = db.session.get(AccessRequest, order.base_request_id) if order.base_request_id else None
    if base is not None and base.ended_at is None:
        return SimpleNamespace(case_number=base.case_number, url="")
    return SimpleNamespace(case_number="", url=_place_url(order, reader))


def _place_url(order: AccessRequest, reader: Person) -> str:
    try:
        level = catalogue.base_level()
    except NotFound:
        return ""
    managers = tuple(manager.id for manager in directory.line_managers(order.subject_id))
    authority = facts.authority_to_order(reader, order.subject, level, clock.today(), managers)
    if authority in (None, OrdererAuthority.SELF):
        return ""
    return url_for("requests.new", level_id=level.id, subject=order.subject_id)
