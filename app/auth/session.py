"""Who is logged in: a signed cookie with the person's id, and the person read once a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app, g, request, session

from app import clock, permissions
from app.auth.marks import guard_of
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import LoginNeeded
from app.permissions import standing
from workflows.events import Actor

MAY_LOG_IN = ("active", "on_leave")
RENEWED_AFTER = timedelta(minutes=1)  # so often at most is the cookie of a login sent anew
LONGEST = timedelta(hours=12)  # a working day with its overtime, however busy the browser is


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the frame of a page says of the person. Nothing is counted until a page is rendered."""

    person: Person

    @property
    def name(self) -> str:
        """The name, as shown."""
        return self.person.display_name

    @property
    def is_manager(self) -> bool:
        """Leads somebody."""
        return permissions.allowed("team.show", self.person)

    @property
    def is_system_manager(self) -> bool:
        """May open the pages of systems."""
        return permissions.allowed("system.show", self.person)

    @property
    def open_tasks(self) -> int:
        """How many tasks wait."""
        return standing.work(self.person.id).open_tasks


def begin(person: Person, method: str, now: datetime) -> None:
    """Log the person in. Everything from before the login is forgotten, except the language."""
    end()
    session.permanent = True
    session.update(person_id=person.id, method=method, since=now.timestamp(), seen=now.timestamp())
    _present(person)


def end() -> None:
    """Log out; the language stays."""
    language = session.get("language")
    session.clear()
    g.person = g.viewer = g.language = None
    if language:
        session["language"] = language


def load_viewer() -> None:
    """Before each request: set what ``_present`` sets, all None for a stranger; at most one statement."""
    g.person = g.viewer = g.language = None
    guard = guard_of(current_app.view_functions.get(request.endpoint or ""))
    is_file = (request.endpoint or "").endswith("static")
    if "person_id" not in session or is_file or (guard and not guard.knows_person):
        return
    person = directory.person(session["person_id"])
    now = clock.now().timestamp()
    too_old = now - session.get("since", 0) > LONGEST.total_seconds()
    if person is None or too_old or person.employment_status not in MAY_LOG_IN:
        end()
        return
    if now - session.get("seen", 0) > RENEWED_AFTER.total_seconds():
        session["seen"] = now  # the session is changed, so its cookie is sent and counts from now
    _present(person)


def current_person() -> Person:
    """Whoever is logged in. Raises LoginNeeded."""
    person: Person | None = g.get("person")
    if person is None:
        raise LoginNeeded()
    return person


def person_or_none() -> Person | None:
    """Whoever is logged in, None for a stranger: for pages that are open and say more to some."""
    person: Person | None = g.get("person")
    return person


def act_as(role: str, channel: str = "web", on_behalf_of_id: int | None = None, **details: object) -> Actor:
    """The logged-in person as actor, with what email-decisions.md point 6 asks for. Raises LoginNeeded."""
    return Actor(current_person().id, role, channel, on_behalf_of_id, {**origin(), **details})


def origin() -> Mapping[str, str]:
    """From where the request comes."""
    return {"address": request.remote_addr or "", "user_agent": (request.user_agent.string or "")[:200]}


def same_site(address: str | None) -> str:
    """``address`` when it is a path of this site, else an empty text: a login must not lead elsewhere."""
    path = address or ""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return ""
    parts = urlsplit(path)
    return "" if parts.scheme or parts.netloc else path


def _present(person: Person) -> None:
    g.person, g.viewer = person, Viewer(person)
    g.language = person.language  # a copy: the page that says that the database is away has a language too
