"""Omorganisationer: /movers/reorganisations, proposing a list of units, and the head of administration's decision."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.db import transaction
from app.errors import Conflict, NotAllowed
from app.movers import bp, held_queries, queries, reorganising, words
from app.movers import reorganisation_queries as found
from app.movers.forms import ReorganisationForm
from app.movers.mapping import MappingRefused
from app.movers.reorganisation_models import Reorganisation

USUAL = timedelta(days=30)


@bp.get("/reorganisations")
@needs("reorganisation.list")
def reorganisations() -> str:
    """All of them, what waits for an answer first."""
    return render_template(
        "reorganisations.html",
        rows=[(one, words.REORGANISATIONS[one.state]) for one in found.every()],
        may_propose=permissions.allowed("reorganisation.propose", current_person()),
    )


@bp.get("/reorganisations/new")
@needs("reorganisation.propose")
def new_reorganisation() -> str:
    """The form; with ?board=, what waits of that board is in it already."""
    form = ReorganisationForm()
    form.last_on.data = clock.today() + USUAL
    board = request.args.get("board", "")
    moves = held_queries.waiting() if board else []
    pairs = dict.fromkeys(
        (move.from_unit.code, move.to_unit.code)
        for move in moves
        if move.from_unit and move.to_unit and move.from_unit != move.to_unit
        if {move.from_unit.board, move.to_unit.board} == {board}
    )
    form.mapping.data = "\n".join(f"{old};{new}" for old, new in pairs)
    return render_template("reorganisation_form.html", form=form, faults=[])


@bp.post("/reorganisations/new")
@needs("reorganisation.propose")
def propose_reorganisation() -> Any:
    """Keep it, and ask the head of administration."""
    form, faults = ReorganisationForm(), list[Any]()
    if not form.validate():
        return render_template("reorganisation_form.html", form=form, faults=faults), 422
    assert form.last_on.data is not None
    said = reorganising.Proposal(form.name.data or "", form.last_on.data, form.mapping.data or "")
    try:
        with transaction():
            one = reorganising.propose(said, actor=act_as("infosec_coordinator"), now=clock.now())
            number = one.id
    except NotAllowed as refusal:
        if isinstance(refusal, MappingRefused):
            faults = [(fault.line, fault.said, words.MAPPING[fault.reason]) for fault in refusal.faults]
        form[str(refusal.details["field"])].errors = [words.said(refusal.reason)]
        return render_template("reorganisation_form.html", form=form, faults=faults), 422
    flash(_("Skickat till förvaltningschefen. Inget händer före beslutet."), "done")
    return redirect(url_for("movers.reorganisation", reorganisation_id=number))


@bp.get("/reorganisations/<int:reorganisation_id>")
@needs("reorganisation.show", found.reorganisation)
def reorganisation(one: Reorganisation) -> str:
    """The units with how many it is about, and whoever has moved by it."""
    return _page(one)


@bp.post("/reorganisations/<int:reorganisation_id>/decide")
@needs("reorganisation.decide", found.reorganisation)
def decide_reorganisation(one: Reorganisation) -> Any:
    """Yes or no of the head of administration."""
    verdict = request.form.get("verdict", "")
    if verdict not in ("approve", "refuse"):
        return _page(one, words.said("verdict_unknown")), 422
    try:
        with transaction():
            yes = verdict == "approve"
            reorganising.decide(one, approve=yes, actor=act_as("board_manager"), now=clock.now())
    except NotAllowed as refusal:
        return _page(one, words.said(refusal.reason)), 422
    except Conflict as refusal:
        return _overtaken(one, refusal)
    said = _("Godkänt. Den som flyttas enligt listan behåller det som inte är känsligt.")
    flash(said if verdict == "approve" else _("Avslaget. Varje byte blir ett eget ärende."), "done")
    return redirect(url_for("movers.reorganisation", reorganisation_id=one.id))


@bp.post("/reorganisations/<int:reorganisation_id>/end")
@needs("reorganisation.end", found.reorganisation)
def end_reorganisation(one: Reorganisation) -> Any:
    """A proposal is taken back; an approved one takes nobody more."""
    act = reorganising.withdraw if one.state == "proposed" else reorganising.close
    try:
        with transaction():
            act(one, actor=act_as("infosec_coordinator"), now=clock.now())
    except Conflict as refusal:
        return _overtaken(one, refusal)
    flash(_("Omorganisationen är avslutad. Den som flyttas nu får ett eget ärende."), "done")
    return redirect(url_for("movers.reorganisation", reorganisation_id=one.id))


def _overtaken(one: Reorganisation, refusal: Conflict) -> Any:
    flash(str(words.CONFLICTS[refusal.reason]), "wait")
    return redirect(url_for("movers.reorganisation", reorganisation_id=one.id))


def _page(one: Reorganisation, fault: str = "") -> str:
    me, cases = current_person(), [case for case in found.cases(one) if case.person_id != current_person().id]
    left = queries.open_rows([case.id for case in cases])
    about, named = found.affected(one), found.names()
    heads = {head.id for head in catalogue.board_managers(one.board, clock.today())} - {one.proposed_by_id}
    return render_template(
        "reorganisation.html",
        one=one,
        look=words.REORGANISATIONS[one.state],
        units=[
            SimpleNamespace(old=unit.from_unit, code=unit.to_code, new=named.get(unit.to_code, ""), counts=counts)
            for unit in one.units
            for counts in [about[unit.from_unit_id]]
        ],
        cases=[SimpleNamespace(id=case.id, person=case.person, left=left.get(case.id, 0)) for case in cases],
        fault=fault,
        may_decide=one.state == "proposed" and me.id in heads,
        may_open=permissions.allowed("mover.all", me),
        may_end=one.state in ("proposed", "approved") and permissions.allowed("reorganisation.end", me),
    )
