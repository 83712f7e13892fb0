"""The drills of a system's paper routine."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import transaction
from app.errors import NotAllowed
from app.outages import bp, drills, paper_queries, words
from app.outages.paper_forms import DrillForm
from workflows.paper import next_drill


@bp.get("/drills/<code>")
@needs("drill.show", catalogue.system)
def drill_index(system: System) -> str:
    """The drills that were held, and the form for another."""
    return _page(system, DrillForm())


@bp.post("/drills/<code>")
@needs("drill.record", catalogue.system)
def record_drill(system: System) -> Any:
    """Write down that a drill was held."""
    form = DrillForm()
    if not form.validate():
        return _page(system, form), 422
    said = form.held_on.data, form.result.data, form.notes.data or ""
    try:
        with transaction():
            drills.record(system, *said, actor=act_as("system_manager"), now=clock.now())
    except NotAllowed as refusal:
        words.beside(form, refusal, "held_on")
        return _page(system, form), 422
    flash(_("Övningen är sparad."), "done")
    return redirect(url_for("outages.drill_index", code=system.code))


def _page(system: System, form: DrillForm) -> str:
    held = paper_queries.drills_of(system.id)
    due_on = next_drill(held[0].held_on) if held else None
    return render_template(
        "drills.html",
        system=system,
        drills=held,
        looks=words.RESULTS,
        due_on=due_on,
        is_late=due_on is None or due_on <= clock.today(),
        form=form if permissions.allowed("drill.record", current_person(), system) else None,
    )
