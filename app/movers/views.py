"""Byte av arbete: /movers, the list, one case, and what the two managers answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.directory import services as directory
from app.directory.models import Person
from app.errors import Conflict, NotAllowed
from app.movers import bp, deciding, forms, queries, rows, services, words
from app.movers.models import Mover, MoverRow
from app.permissions import standing
from app.requests import lives
from workflows import life
from workflows.case import EmploymentStatus


@bp.get("/")
@needs("mover.list")
def index() -> str:
    """What I answer for, as old or new manager; all of it for those who see all."""
    me = current_person()
    found = queries.seen_by(me.id, everything=permissions.allowed("mover.all", me))
    found = [one for one in found if one.person_id != me.id]
    left = queries.open_rows([one.id for one in found])
    return render_template(
        "movers.html",
        mine=[_line(one, left, me) for one in found if _is_mine(one, me) and left.get(one.id)],
        others=[_line(one, left, me) for one in found if not (_is_mine(one, me) and left.get(one.id))],
        may_announce=permissions.allowed("mover.announce", me),
    )


@bp.get("/<int:mover_id>")
@needs("mover.show", queries.mover)
def show(one: Mover) -> str:
    """One case: what the person has, and what is answered about each right."""
    return _page(one)


@bp.post("/<int:mover_id>/decide")
@needs("mover.decide", queries.mover)
def decide(one: Mover) -> Any:
    """The new manager's answers: all that are given, or none."""
    status = _ask_directory(one.person)
    try:
        said = forms.answers(request.form, _open(one))
        with transaction():
            deciding.decide(one, said, status=status, actor=act_as(_role(one)), now=clock.now())
    except NotAllowed as refusal:
        return _page(one, refusal), 422
    except Conflict:
        return _overtaken(one)
    flash(_("Sparat. Det som ska bort har gått till systemförvaltarna."), "done")
    return redirect(url_for("movers.show", mover_id=one.id))


@bp.post("/<int:mover_id>/hand-over")
@needs("mover.hand_over", queries.mover)
def hand_over(one: Mover) -> Any:
    """What the old manager needs for the handing over."""
    try:
        wanted = forms.overlaps(request.form, _open(one))
        with transaction():
            deciding.hand_over(one, wanted, actor=act_as("line_manager"), now=clock.now())
    except NotAllowed as refusal:
        return _page(one, refusal), 422
    except Conflict:
        return _overtaken(one)
    flash(_("Sparat. Det tas bort när dagen har varit, om den nya chefen inte behåller det."), "done")
    return redirect(url_for("movers.show", mover_id=one.id))


@bp.post("/<int:mover_id>/withdraw")
@needs("mover.withdraw", queries.mover)
def withdraw(one: Mover) -> Any:
    """The announcement is taken back."""
    with transaction():
        services.withdraw(one, actor=act_as(_role(one)), now=clock.now())
    flash(_("Återtaget. Inget ändras."), "done")
    return redirect(url_for("movers.index"))


def _ask_directory(person: Person) -> EmploymentStatus:
    """What the directory says now, kept; asked before any row is held (G1)."""
    with transaction():
        answer = directory.lookup(person, clock.now())
        directory.record(answer)
    return answer.status


def _overtaken(one: Mover) -> Any:
    flash(str(words.CONFLICTS["row_decided"]), "wait")
    return redirect(url_for("movers.show", mover_id=one.id))


def _open(one: Mover) -> list[int]:
    """Every row that a form may be about; what is answered already is refused, not passed over."""
    return [row.id for row in queries.rows_of(one.id)]


def _is_mine(one: Mover, me: Person) -> bool:
    return me.id in (one.new_manager_id, one.old_manager_id)


def _role(one: Mover) -> str:
    me = current_person().id
    if me in (one.new_manager_id, one.old_manager_id):
        return "line_manager"
    return "hr" if ("hr", None) in standing.roles(me) else "next_level_manager"


def _line(one: Mover, left: dict[int, int], me: Person) -> SimpleNamespace:
    return SimpleNamespace(
        id=one.id,
        person=one.person,
        change_on=one.change_on,
        look=_look(one),
        left=left.get(one.id, 0),
        by=_answer_by(one),
        is_new=one.new_manager_id == me.id,
        to_unit=one.to_unit.name if one.to_unit else "",
    )


def _answer_by(one: Mover) -> Any:
    step = life.asked_in(lives.following(lives.MOVER, one.definition_version), one.state)
    return clock.calendar().add(one.asked_on, step.clock.due) if step and one.asked_on else None


def _look(one: Mover) -> Any:
    return lives.look(lives.following(lives.MOVER, one.definition_version), one.state)


def _page(one: Mover, refusal: NotAllowed | None = None) -> str:
    me, found = current_person(), queries.rows_of(one.id)
    undecided = any(row.state == "open" for row in found) and one.state in ("announced", "deciding")
    about = refusal.details.get("row") if refusal else None
    return render_template(
        "mover.html",
        one=one,
        look=_look(one),
        what=[words.WHAT[name] for name in one.what],
        answer_by=_answer_by(one),
        rows=[_row(one, row, refusal if about == row.id else None) for row in found],
        fault=words.said(refusal.reason) if refusal and about is None else "",
        may_decide=undecided and permissions.allowed("mover.decide", me, one),
        may_hand_over=undecided and permissions.allowed("mover.hand_over", me, one),
        may_withdraw=one.state == "announced" and permissions.allowed("mover.withdraw", me, one),
        may_order=me.id == one.new_manager_id,
        roles=queries.roles_of(one.person_id, clock.today()),
        given=request.form,
    )


def _row(one: Mover, row: MoverRow, refusal: NotAllowed | None) -> SimpleNamespace:
    level, board = row.grant.level, one.to_unit.board if one.to_unit else ""
    return SimpleNamespace(
        id=row.id,
        grant=row.grant,
        name=f"{level.system.name}, {level.label}",
        state=row.state,
        is_secret=row.is_secret,
        look=words.ROWS["gone" if row.state == "removed" and row.grant.status == "revoked" else row.state],
        why=words.WHY.get(row.why, ""),
        remove_on=row.remove_on,
        until=row.until,
        overlap_reason=row.overlap_reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        longest=deciding.longest(one, row) if row.state == "open" else None,
        ends_with_job=row.is_secret and rows.ends_with_job(one),
        other_board=bool(row.is_secret and board and board != level.system.board),
        fault=words.said(refusal.reason) if refusal else "",
    )
