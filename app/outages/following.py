"""What is asked of whom after an outage, and what time does to it (rules.md C0.4 ``paper_registration``, C12, C13).

Three things have a clock: registering a system's forms, closing the outage, and a finding. None of them lapses. Each
row says how many firings of its clock have gone (``rung``), so that a job that runs twice, or late, tells of each once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.catalogue import queries as catalogue
from app.db import db
from app.directory.models import Person
from app.events import publish
from app.outages import accounting, registering, routine
from app.outages.models import Outage
from app.outages.paper_models import PaperOrder, PaperRegistration
from app.reconciliation.models import OPEN, TYPES, Finding
from workflows import clocks
from workflows import paper as rules
from workflows.definition import Clock
from workflows.paper_events import FindingMoved, OutageChanged, PaperAsked, PaperOrderMoved

MANAGER, OWNER, COORDINATOR = "system_manager", "system_owner", "coordinator"
FEWEST = 2  # one registers, another verifies
Holders = Callable[[int, date], list[Person]]
HOLDERS: Mapping[str, Holders] = {
    MANAGER: lambda system_id, today: catalogue.role_holders(system_id, today)["system_manager"],
    OWNER: lambda system_id, today: catalogue.role_holders(system_id, today)["system_owner"],
    COORDINATOR: lambda _system_id, today: catalogue.coordinators(today),
}


def begin(event: OutageChanged) -> None:
    """The outage has ended, or forms were taken out after all: the managers of each system that has forms are asked to
    register them, each once (a reaction).
    """
    if event.what not in ("ended", "recounted"):
        return
    outage, now = db.session.get_one(Outage, event.outage_id), event.at
    if outage.forms_issued:
        _ask_managers(outage, now)


def _ask_managers(outage: Outage, now: datetime) -> None:
    today = clock.local(now).date()
    for system_id in sorted({form.system_id for form in accounting.forms_of(outage)}):
        due = clocks.due_on(_clock(outage), today, clock.calendar())
        row = {"outage_id": outage.id, "system_id": system_id, "asked_on": today, "due_on": due, "rung": 0}
        made = insert(PaperRegistration).values(row).on_conflict_do_nothing().returning(PaperRegistration.id)
        new_id = db.session.scalar(made)
        if new_id is not None:
            _ask_about(db.session.get_one(PaperRegistration, new_id), "ask", people(system_id, today), now)


def _clock(outage: Outage) -> Clock:
    assert outage.ended_at is not None
    began, ended = clock.local(outage.started_at).date(), clock.local(outage.ended_at).date()
    return rules.registration(routine.of(outage), began, ended, clock.calendar())


def people(system_id: int, today: date) -> list[Person]:
    """The able system managers; the owners as well where they are too few for one to verify what another registers."""
    managers = able(HOLDERS[MANAGER](system_id, today))
    return managers if len(managers) >= FEWEST else [*managers, *able(HOLDERS[OWNER](system_id, today))]


def able(holders: Iterable[Person]) -> list[Person]:
    """Those who have not left."""
    return [person for person in holders if person.employment_status == "active"]


def _ask_about(asked: PaperRegistration, act: str, told: Iterable[Person], now: datetime) -> None:
    tell = tuple(dict.fromkeys(person.id for person in told))
    about = ("registration", asked.id, asked.outage_id, act, tell, asked.system.name, asked.due_on)
    publish(PaperAsked(*about, at=now))


def ask_second_person(event: PaperOrderMoved) -> None:
    """A form is registered or corrected: another than the registrar, and never the subject, is asked (a reaction)."""
    if event.trigger not in ("register", "correct", "return"):
        return
    paper = db.session.get_one(PaperOrder, event.paper_id)
    asked = _registration_of(paper)
    if asked is None:
        return
    if event.trigger == "return":
        _ask_about(asked, "returned", [paper.registered_by], event.at)
        return
    today = clock.local(event.at).date()
    barred = (paper.registered_by_id, paper.subject_id)
    others = [p for p in people(paper.system_id, today) if p.id not in barred]
    fallback = [p for p in able(HOLDERS[OWNER](paper.system_id, today)) if p.id not in barred]
    _ask_about(asked, "verify", others or fallback, event.at)


def _registration_of(paper: PaperOrder) -> PaperRegistration | None:
    same = (PaperRegistration.outage_id == paper.outage_id, PaperRegistration.system_id == paper.system_id)
    return db.session.scalar(select(PaperRegistration).where(*same))


def follow_registration(registration_id: int, now: datetime) -> bool:
    """Remind and escalate what is not registered in time; False when there is nothing to tell."""
    asked = db.session.get_one(
        PaperRegistration, registration_id, with_for_update={"of": PaperRegistration}, populate_existing=True
    )
    if asked.done_at is not None:
        return False
    if _is_registered(asked):
        asked.done_at = now
        return True
    due = _due(_clock(asked.outage), asked.asked_on, asked.rung, now)
    for firing in due:
        told = _told(firing.ask, asked.system_id, clock.local(now).date())
        _ask_about(asked, firing.act, told, now)
    asked.rung += len(due)
    return bool(due)


def _is_registered(asked: PaperRegistration) -> bool:
    found = accounting.account(asked.outage)
    mine = [p for p in found.papers.values() if p.system_id == asked.system_id]
    return not found.left({asked.system_id}) and not any(p.state in rules.UNVERIFIED for p in mine)


def _due(timing: Clock, asked_on: date, rung: int, now: datetime) -> Sequence[clocks.Firing]:
    return rules.due_firings(timing, asked_on, rung, clock.local(now).date(), clock.calendar())


def _told(ask: str, system_id: int, today: date) -> list[Person]:
    """Who hears of a firing: the managers of a reminder, else whoever the escalation asks."""
    return able(HOLDERS[ask](system_id, today)) if ask else people(system_id, today)


def follow_closing(outage_id: int, now: datetime) -> bool:
    """Ask the owner to close what is over, and tell the coordinator; False when there is nothing to tell."""
    outage = registering.held_outage(outage_id)
    if outage.closed_at is not None or outage.recorded_at is None:
        return False
    asked_on, today = clock.local(outage.recorded_at).date(), clock.local(now).date()
    timing = rules.closing(routine.of(outage))
    due = _due(timing, asked_on, outage.closing_rung, now)
    for firing in due:
        told = able(catalogue.coordinators(today)) if firing.ask else answerable(outage, today)
        tell, name = tuple(p.id for p in told), outage.system.name if outage.system else ""
        due_on = clocks.due_on(timing, asked_on, clock.calendar())
        publish(PaperAsked("closing", outage.id, outage.id, firing.act, tell, name, due_on, now))
    outage.closing_rung += len(due)
    return bool(due)


def answerable(outage: Outage, today: date) -> list[Person]:
    """Who answers for what was out: the system's owners, or the IT managers where it is no system."""
    if outage.system_id is None:
        return able(catalogue.it_managers(today))
    return able(HOLDERS[OWNER](outage.system_id, today))


def tell_of_finding(event: FindingMoved) -> None:
    """A new finding is told to the system's managers (a reaction)."""
    # Thousands of other types may come of one night: only these are looked up.
    is_told = not event.state_from or event.state_to == "reopened"
    if is_told and event.data.get("type", TYPES[0]) in TYPES:
        finding = db.session.get_one(Finding, event.finding_id)
        if finding.type not in TYPES or finding.system_id is None:
            return  # an emergency's is told by its own tasks (C7)
        _tell_finding(finding, "ask", people(finding.system_id, clock.local(event.at).date()), event.at)


def _tell_finding(finding: Finding, act: str, told: Iterable[Person], now: datetime) -> None:
    """Never the one whom it is about."""
    tell = tuple(dict.fromkeys(p.id for p in told if p.id != finding.person_id))
    outage_id = next((int(said.get("outage", 0)) for said in finding.evidence.values()), 0)
    assert finding.system is not None  # a form is of a system
    publish(PaperAsked("finding", finding.id, outage_id, act, tell, finding.system.name, finding.due_on, now))


def follow_finding(finding_id: int, now: datetime) -> bool:
    """Remind of a finding, and escalate it; False when there is nothing to tell."""
    finding = db.session.get_one(Finding, finding_id, with_for_update={"of": Finding}, populate_existing=True)
    if finding.state not in OPEN or finding.type not in TYPES or finding.system_id is None:
        return False
    due = _due(rules.FINDING, clock.calendar().add(finding.due_on, -rules.FINDING.due), finding.rung, now)
    for firing in due:
        _tell_finding(finding, firing.act, _told(firing.ask, finding.system_id, clock.local(now).date()), now)
    finding.rung += len(due)
    return bool(due)
