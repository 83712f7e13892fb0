"""/access: who has what, and why, for a person and for a level; as page and as table, today or on a past day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Response, render_template, request
from flask_babel import gettext as _

from app import clock, permissions, spreadsheets
from app.access import bp, chains, held, sheets, verified, words
from app.auth import current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.directory import damping
from app.directory import queries as directory
from app.directory.models import Person
from app.errors import NotFound
from app.reconciliation import finding_queries, finding_words
from app.reconciliation.models import Finding
from app.requests import review_days

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Day:
    """The day that is asked about. ``fault``: what was wrong with it; then ``on`` is today."""

    on: date
    written: str
    fault: str = ""

    @property
    def at(self) -> datetime:
        """The moment that is shown."""
        return held.end_of(self.on)

    @property
    def is_past(self) -> bool:
        """Whether it is another day than today."""
        return self.on < clock.today()


def somebody(person_id: int) -> Person:
    """The person of an address. Raises NotFound."""
    found = directory.person(person_id)
    if found is None:
        raise NotFound()
    return found


@bp.get("/")
@needs("access.search")
def index() -> str:
    """Search for a person or a system."""
    q = request.args.get("q", "").strip()
    return render_template(
        "access_search.html",
        q=q,
        people=directory.search(q) if q else [],
        systems=catalogue.search(q, retired=True) if q else [],
    )


@bp.get("/people/<int:person_id>")
@needs("access.person", somebody)
def of_person(person: Person) -> str:
    """What the person has, and why."""
    day = asked_day()
    found = held.by_person(person.id, day.at)
    return render_template(
        "access_person.html",
        person=person,
        own=person.id == current_person().id,
        day=day,
        today=clock.today(),
        doubt=None if day.is_past else damping.open_sighting(person.id),
        accesses=_by_system(chains.of(found, day.at)),
        seen=said(found, day),
        why=words.why,
        employment=words.employment,
        findings=_findings(person),
        finding_words=finding_words,
    )


@bp.get("/people/<int:person_id>.csv")
@needs("access.person", somebody)
def person_table(person: Person) -> Response:
    """The same as a table."""
    day = asked_day()
    return table_of(f"behorigheter-{person.employee_number}-{day.on}", held.by_person(person.id, day.at), day)


@bp.get("/levels/<int:level_id>")
@needs("access.level", catalogue.level)
def of_level(level: AccessLevel) -> str:
    """Who has the level, and why; a page at a time."""
    day = asked_day()
    found = held.by_level(level.id, day.at, after=request.args.get("after", 0, type=int), most=A_PAGE + 1)
    shown, months = found[:A_PAGE], review_days.rhythm_of(level)
    return render_template(
        "access_level.html",
        level=level,
        day=day,
        today=clock.today(),
        accesses=chains.of(shown, day.at),
        seen=said(shown, day),
        months=months,
        reviews={} if day.is_past else {one.id: review_days.of_level(level, one.granted_at, months) for one in shown},
        next_after=shown[-1].id if len(found) > A_PAGE else None,
        why=words.why,
        employment=words.employment,
    )


@bp.get("/levels/<int:level_id>.csv")
@needs("access.level", catalogue.level)
def level_table(level: AccessLevel) -> Response:
    """Everybody who has the level, as a table."""
    day = asked_day()
    name = f"behorigheter-{level.system.code}-{level.code}-{day.on}"
    return table_of(name, held.by_level(level.id, day.at), day)


def said(found: Sequence[held.Held], day: Day) -> dict[int, str]:
    """What the directory said of those that are groups, in words, by the right's id."""
    return {right: words.directory(seen) for right, seen in verified.of(found, day.at).items()}


def table_of(name: str, found: Sequence[held.Held], day: Day) -> Response:
    """Every right with its chain, as a table to keep."""
    return spreadsheets.answer(name, sheets.HEAD, sheets.rows(chains.of(found, day.at), said(found, day)))


def _findings(person: Person) -> Sequence[Finding]:
    """What is open about somebody, for who leads or coordinates; never about oneself."""
    me = current_person()
    sees = person.id != me.id and permissions.allowed("finding.of_person", me, person)
    return finding_queries.open_of_person(person.id) if sees else []


def asked_day() -> Day:
    """The day of ``?on=``; today when it is left out, is no day, or has not come."""
    written, today = request.args.get("on", "").strip(), clock.today()
    if not written:
        return Day(today, today.isoformat())
    try:
        on = date.fromisoformat(written)
    except ValueError:
        return Day(today, written, _("Skriv dagen som år, månad och dag, till exempel 2026-03-02."))
    if on > today:
        return Day(today, written, _("Den dagen har inte varit ännu. Välj i dag eller en tidigare dag."))
    return Day(on, written)


def _by_system(accesses: list[chains.Access]) -> list[chains.Access]:
    return sorted(accesses, key=lambda a: (a.held.system, a.held.level, a.held.id))
