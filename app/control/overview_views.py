"""/control: how all systems stand, for the coordinator and for whoever runs some of them; and the list of managers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from app import clock, permissions, spreadsheets
from app.auth import current_person, needs
from app.control import bp, queries, words
from app.control.queries import Profile
from app.permissions import standing

SEES_ALL = {"infosec_coordinator", "auditor", "it_manager"}


@bp.get("/")
@needs("control.list")
def index() -> str:
    """Readiness by board, the worst first within each, and what is red."""
    found = [one for one in queries.profiles(queries.systems_in_use(), clock.today()) if _may_see(one)]
    boards = [
        SimpleNamespace(
            name=name,
            score=score,
            rows=[_row(one) for one in sorted(group, key=lambda p: (p.score or 0, p.system.name))],
        )
        for name, score, group in queries.board_scores(found)
    ]
    return render_template(
        "control.html",
        boards=boards,
        red=sum(bool(one.of("red")) for one in found),
        total=len(found),
        sees_managers=permissions.allowed("control.managers", current_person()),
    )


def _may_see(one: Profile) -> bool:
    held = standing.roles(current_person().id)
    if any(role in SEES_ALL for role, _system in held):
        return True
    runs = {("system_owner", one.system.id), ("system_manager", one.system.id)}
    return bool(runs & held) or one.system.board in standing.boards(current_person().id)


def _row(one: Profile) -> SimpleNamespace:
    colour = next((c for c in ("red", "amber", "green") if one.of(c)), "none")
    lacking = [(words.THINGS[code], words.why(one.lights[code])) for code in one.of("red")]
    return SimpleNamespace(
        system=one.system,
        score=one.score,
        look=words.LIGHTS[colour],
        lacking=lacking,
        near=[words.THINGS[code] for code in one.of("amber")],
    )


@bp.get("/table.csv")
@needs("control.list")
def table() -> Response:
    """The same as a table: a row for each thing of each system."""
    today = clock.today()
    found = [one for one in queries.profiles(queries.systems_in_use(), today) if _may_see(one)]
    rows = [_cells(one, code) for one in found for code in one.lights]
    head = (_("Nämnd"), _("System"), _("Vad"), _("Bedömning"), _("Varför"), _("Ansvarig"), _("Nästa gång"))
    return spreadsheets.answer(f"systemens-profil-{today}", head, rows)


def _cells(one: Profile, code: str) -> tuple[Any, ...]:
    light, said = one.lights[code], one.known.attested.get(code)
    board = one.system.details.get("board_name") or one.system.board
    what = (board, one.system.name, words.THINGS[code], words.LIGHTS[light.colour].word, words.why(light))
    return (*what, said.responsible.display_name if said else "", light.day)


@bp.get("/managers")
@needs("control.managers")
def managers() -> str:
    """Everybody who manages a system, as a list to write to."""
    found = queries.managers(clock.today())
    addresses = [person.mail for person, _systems, _boards in found if person.mail]
    return render_template("control_managers.html", managers=found, addresses="; ".join(addresses))


@bp.get("/managers.csv")
@needs("control.managers")
def managers_table() -> Response:
    """The same as a table."""
    head = (_("Namn"), _("Mejl"), _("System"), _("Nämnd"))
    rows = [(p.display_name, p.mail, systems, boards) for p, systems, boards in queries.managers(clock.today())]
    return spreadsheets.answer("systemforvaltare", head, rows)
