"""The catalogue: search, and what one can order in each system."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy import column, select, table

from app import clock
from app.auth import current_person, needs
from app.catalogue import queries
from app.catalogue.choosing import Chosen, chosen
from app.catalogue.models import System
from app.db import db

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")

# Rights and orders live on a floor above: two questions are asked of their tables by name.
GRANT = table("access_grant", *map(column, ("level_id", "subject_id", "status", "valid_to", "scope")))
ORDER = table("access_request", *map(column, ("level_id", "subject_id", "submitted_at", "ended_at", "case_number")))


def _held(person_id: int | None) -> dict[int, SimpleNamespace]:
    rows = select(GRANT.c.level_id, GRANT.c.valid_to, GRANT.c.scope).where(
        GRANT.c.subject_id == person_id, GRANT.c.status.in_(("active", "suspended", "pending_activation"))
    )
    return {level: SimpleNamespace(valid_to=end, scope=scope) for level, end, scope in db.session.execute(rows)}


def _ordered(person_id: int | None) -> dict[int, str]:
    rows = select(ORDER.c.level_id, ORDER.c.case_number).where(
        ORDER.c.subject_id == person_id, ORDER.c.submitted_at.is_not(None), ORDER.c.ended_at.is_(None)
    )
    return {level_id: case_number for level_id, case_number in db.session.execute(rows)}


def _shown(
    system: System, held: dict[int, SimpleNamespace], ordered: dict[int, str], processes: Collection[str]
) -> SimpleNamespace:
    today = clock.today()
    levels = []
    for level in system.levels:
        if not level.active:
            continue
        why = queries.obstacles(level, today, processes)
        levels.append(
            SimpleNamespace(
                id=level.id,
                label=level.label,
                description=level.description,
                profile=level.profile,
                held=held.get(level.id),
                open_case=ordered.get(level.id, ""),
                orderable=not why,
                why_not=why[0] if why else "",
            )
        )
    known = ("code", "name", "description", "confidentiality", "integrity", "availability", "lifecycle")
    return SimpleNamespace(levels=levels, **{name: getattr(system, name) for name in known})


def _whom() -> Chosen:
    return chosen(current_person(), request.args.get("subject", type=int))


@bp.get("/")
@needs("page.own")
def index() -> str:
    """Search and browse."""
    q = request.args.get("q", "").strip()[:100]
    found = queries.search(q)
    whom = _whom()
    known = _held(whom.holdings_of), _ordered(whom.holdings_of), queries.active_processes()
    groups = [
        SimpleNamespace(name=board, systems=[_shown(s, *known) for s in systems])
        for board, systems in queries.by_board(found)
    ]
    return render_template("catalogue.html", q=q, total=len(found), groups=groups, whom=whom)


@bp.get("/<code>")
@needs("page.own", queries.system)
def system(system: System) -> str:
    """What a system is, who answers for it, and its levels."""
    whom, today = _whom(), clock.today()
    shown = _shown(system, _held(whom.holdings_of), _ordered(whom.holdings_of), queries.active_processes())
    holders = queries.role_holders(system.id, today)
    shown.board = system.details.get("board_name") or system.board
    shown.guideline_version, shown.guideline_url = system.guideline_version, system.guideline_url
    successor = queries.successor_of(system)
    shown.replaced_by, shown.successor_code = (successor.name, successor.code) if successor else ("", "")
    rules = [_("Beställs av närmaste chef eller en behörig beställare.")] if system.orderer_required else []
    return render_template(
        "system_info.html",
        system=shown,
        owners=holders["system_owner"],
        managers=holders["system_manager"],
        owner_role=system.owner_role,
        rules=rules,
        whom=whom,
    )
