"""Byten som väntar: /movers/held, who has moved at once by old and new unit, and letting them be asked about."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import Conflict, NotAllowed
from app.movers import bp, held, held_queries, words
from app.movers.held import Pair
from app.movers.held_models import HeldMove


@bp.get("/held")
@needs("mover.held")
def held_moves() -> str:
    """The moves that wait, a row for each old and new unit."""
    return _page()


@bp.post("/held/release")
@needs("mover.release")
def release() -> Any:
    """Those who move between the chosen units become cases of their own."""
    try:
        pairs = {_pair(given) for given in request.form.getlist("chosen")}
        with transaction():
            people = held.release(pairs, actor=act_as("infosec_coordinator"), now=clock.now())
    except NotAllowed as refusal:
        return _page(words.said(refusal.reason)), 422
    except Conflict as refusal:
        flash(str(words.CONFLICTS[refusal.reason]), "wait")
        return redirect(url_for("movers.held_moves"))
    said = ngettext(
        "%(num)d person får ett ärende. Cheferna får mejl.",
        "%(num)d personer får var sitt ärende. Cheferna får mejl.",
        people,
    )
    flash(said, "done")
    return redirect(url_for("movers.held_moves"))


def _pair(given: str) -> Pair:
    old, _dash, new = given.partition("-")
    if not (old.isdecimal() and new.isdecimal()):
        raise NotAllowed("nothing_chosen")
    return int(old) or None, int(new) or None


def _page(fault: str = "") -> str:
    me, moves = current_person(), held_queries.waiting()
    return render_template(
        "moves_held.html",
        groups=_groups(moves),
        boards=_boards(moves),
        chosen=request.form.getlist("chosen"),
        fault=fault,
        may_release=permissions.allowed("mover.release", me),
    )


def _boards(moves: Sequence[HeldMove]) -> list[str]:
    """Where whole units may have become others."""
    pairs = [(move.from_unit, move.to_unit) for move in moves if move.from_unit and move.to_unit]
    return sorted({old.board for old, new in pairs if old and new and old != new and old.board == new.board})


def _groups(moves: Sequence[HeldMove]) -> list[SimpleNamespace]:
    """By old and new unit, most people first."""
    rights = held_queries.rights_of([move.person_id for move in moves])
    found: dict[Pair, SimpleNamespace] = {}
    for move in moves:
        pair = (move.from_unit_id, move.to_unit_id)
        if pair not in found:
            key = f"{move.from_unit_id or 0}-{move.to_unit_id or 0}"
            old, new = (unit.name if unit else _("okänd enhet") for unit in (move.from_unit, move.to_unit))
            found[pair] = SimpleNamespace(key=key, old=old, new=new, people=[], rights=0, secret=0, since=move.held_at)
        group, (held_rights, secret) = found[pair], rights.get(move.person_id, (0, 0))
        group.people.append(move.person)
        group.rights += held_rights
        group.secret += secret
        group.since = min(group.since, move.held_at)
    return sorted(found.values(), key=lambda group: (-len(group.people), group.old, group.new))
