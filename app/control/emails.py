"""Who hears of the yearly reports: one mail a person, of all that concern them. Nothing is sent here, only queued."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app import clock
from app.catalogue import queries as catalogue
from app.control import report_queries, rounds
from app.control.report_models import ControlReport
from app.directory.models import Person
from app.notifications import control_letters, services
from workflows.control_events import ControlMoved
from workflows.internal_control import RUNGS


def drafted(event: ControlMoved) -> None:
    """The reports can be written in: their authors are told."""
    _round(event, "drafted", ("author",))


# Who hears of each of the round's days (rules.md C11).
TOLD = dict(
    zip(RUNGS, (("author",), ("author", "owner"), ("head", "coordinator"), ("head", "coordinator", "it")), strict=True)
)


def reminded(event: ControlMoved) -> None:
    """A day of the round has come."""
    _round(event, event.reason, TOLD[event.reason])


def _round(event: ControlMoved, act: str, roles: Iterable[str]) -> None:
    """One mail to each, of every report that they are to hear of."""
    year, today = event.object_id, clock.local(event.at).date()
    heard: dict[int, list[str]] = {}
    reports = report_queries.by_ids(event.data["reports"])
    for report in reports:
        for person_id in _people(report, roles, today):
            heard.setdefault(person_id, []).append(name_of(report))
    due_on = rounds.days_of(year).due_on
    letters = [control_letters.waits(one, act, str(year), year, due_on, names) for one, names in sorted(heard.items())]
    services.queue_all(letters, now=event.at)


def moved(event: ControlMoved) -> None:
    """Submitted: the owner; approved: the coordinator; returned: the author."""
    report = report_queries.report(event.object_id)
    act, roles = {
        "ControlReportSubmitted": ("submitted", ("owner",)),
        "ControlReportApproved": ("approved", ("coordinator",)),
        "ControlReportReturned": ("returned", ("author",)),
    }[type(event).__name__]
    due_on = report.answer_by or rounds.days_of(report.year).due_on
    told = [one for one in _people(report, roles, clock.local(event.at).date()) if one != event.actor.person_id]
    occasion = f"{report.id}:{report.version}"
    letters = [control_letters.waits(one, act, occasion, report.year, due_on, [name_of(report)]) for one in told]
    services.queue_all(letters, now=event.at)


def name_of(report: ControlReport) -> str:
    """What people call what it is about: the system's name, or the board's."""
    if report.system is not None:
        return report.system.name
    return str(report.data["board"]["name"]) if report.data else report.board


def _people(report: ControlReport, roles: Iterable[str], today: date) -> list[int]:
    """Ids of those who work here; each once. The coordinator writes a board's report, its head approves it."""
    found: list[Person] = []
    for role in roles:
        found += _holders(report, role, today)
    return list(dict.fromkeys(p.id for p in found if p.employment_status == "active"))


def _holders(report: ControlReport, role: str, today: date) -> list[Person]:
    if role == "it":
        return catalogue.it_managers(today)
    if role == "coordinator" or (report.system_id is None and role == "author"):
        return catalogue.coordinators(today)
    if role == "head" or report.system_id is None:
        return catalogue.board_managers(report.board, today)
    holders = catalogue.role_holders(report.system_id, today)
    return holders["system_owner" if role == "owner" else "system_manager"]
