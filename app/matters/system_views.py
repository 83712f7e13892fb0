"""The systems that are on their way into use or out of it, and what they are allowed to lack meanwhile."""

from __future__ import annotations

from flask import render_template

from app import clock
from app.auth import needs
from app.matters import bp, presenting, queries

ABOUT_SYSTEMS = ("system_onboarding", "system_retirement")


@bp.get("/systems")
@needs("matter.board")
def systems() -> str:
    """Every matter about a system's life that has not ended, and each exception that somebody must see to (C14)."""
    found = queries.alive(ABOUT_SYSTEMS)
    rows = dict(zip((m.id for m in found), presenting.rows(found), strict=True))
    gives = {"production"}
    return render_template(
        "matter_systems.html",
        coming=[rows[m.id] for m in found if m.process == ABOUT_SYSTEMS[0] and m.state not in gives],
        leaving=[rows[m.id] for m in found if m.process == ABOUT_SYSTEMS[1]],
        exceptions=presenting.exceptions(queries.exceptions_left(), clock.today()),
    )
