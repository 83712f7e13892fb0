"""/access/privileged: everybody who has privileged access, today or at the end of a quarter; as page and as table."""

from __future__ import annotations

from flask import Response, render_template

from app import clock, permissions
from app.access import bp, chains, held, queries, words
from app.access.views import asked_day, said, table_of
from app.auth import current_person, needs


@bp.get("/privileged")
@needs("privileged.list")
def privileged() -> str:
    """Those whom the reader answers for, by system."""
    day, person = asked_day(), current_person()
    found = held.privileged(day.at, queries.systems_seen(person))
    return render_template(
        "privileged.html",
        day=day,
        today=clock.today(),
        sees_all=permissions.allowed("privileged.all", person),
        accesses=chains.of(found, day.at),
        seen=said(found, day),
        lists=queries.lists(),
        why=words.why,
        employment=words.employment,
    )


@bp.get("/privileged.csv")
@needs("privileged.list")
def privileged_table() -> Response:
    """The same as a table."""
    day = asked_day()
    found = held.privileged(day.at, queries.systems_seen(current_person()))
    return table_of(f"utokade-rattigheter-{day.on}", found, day)
