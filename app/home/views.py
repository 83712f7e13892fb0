"""The start page, the accessibility statement, and the two addresses that watch the service."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app, render_template
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app import permissions
from app.arrivals import queries as arrivals
from app.auth import current_person, needs, public
from app.db import db
from app.grants import queries as grants
from app.home import contents
from app.requests import presenting
from app.requests import queries as requests

bp = Blueprint("home", __name__)
TASKS, ORDERS, GRANTS = 3, 4, 5
MOST = 100
REVIEWED_ON = date(2026, 11, 23)  # the latest whole review of the pages
KNOWN_FAULTS: list[str] = []
WAIT = 1.0


@bp.get("/")
@needs("page.own")
def start() -> str:
    """What waits for me, what I have ordered, what I hold."""
    person = current_person()
    waiting = presenting.task_rows(person.id)
    ordered = requests.of_person(person.id, is_open=True, limit=MOST)
    held = grants.of_people([person.id])
    return render_template(
        "start.html",
        newcomers=len(arrivals.waiting_for(person.id)) if permissions.allowed("arrival.list", person) else 0,
        tasks=waiting[:TASKS],
        task_count=len(waiting),
        orders=[presenting.order_row(order) for order in ordered[:ORDERS]],
        order_count=len(ordered),
        grants=[presenting.grant_row(grant, person.id) for grant in held[:GRANTS]],
        grant_count=len(held),
    )


@bp.get("/more")
@needs("page.own")
def more() -> str:
    """Every page that I may begin with, under what one comes to do."""
    return render_template("more.html", groups=contents.contents_for(current_person()))


@bp.get("/tillganglighet")
@public(reason="the law asks for a statement that anybody can read")
def accessibility() -> str:
    """The accessibility statement."""
    return render_template("accessibility.html", reviewed_on=REVIEWED_ON, known_faults=KNOWN_FAULTS)


@bp.get("/favicon.ico")
@public(reason="browsers ask for it by themselves", knows_person=False)
def favicon() -> Response:
    """The mark of the browser's tab, for browsers that do not read the page's link."""
    return current_app.send_static_file("favicon.svg")


@bp.get("/healthz")
@public(reason="the service manager asks whether the process lives", knows_person=False)
def alive() -> tuple[str, dict[str, str]]:
    """ok: this process answers."""
    return "ok", {"Content-Type": "text/plain"}


@bp.get("/readyz")
@public(reason="the proxy asks whether to send people here", knows_person=False)
def ready() -> tuple[str, int, dict[str, str]]:
    """ready when database and Redis answer. Nothing is told of which does not."""
    is_ready = _database_answers() and _redis_answers()
    return ("ready" if is_ready else "not ready"), (200 if is_ready else 503), {"Content-Type": "text/plain"}


# Those who ask these two speak plain HTTP to the process itself, past the proxy.
for probe in (alive, ready):
    vars(probe)["talisman_view_options"] = {"force_https": False}


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _redis_answers() -> bool:
    url = current_app.extensions["settings"].redis_url
    try:
        with Redis.from_url(url, socket_timeout=WAIT, socket_connect_timeout=WAIT) as client:
            return bool(client.ping())
    except RedisError:
        return False
