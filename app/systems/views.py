"""A system seen by those who manage or own it: what waits, what is late, who holds what."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace

from flask import render_template, request
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import current_person, needs
from app.catalogue import freezing
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.grants import emergency_queries
from app.grants import queries as grants
from app.matters import presenting as matters
from app.matters import queries as matter_queries
from app.matters.system_views import ABOUT_SYSTEMS
from app.outages import paper_queries as papers
from app.requests import changing, ordering, presenting
from app.requests import queries as orders
from app.systems import bp
from app.tasks import queries as tasks

MINE = ("system_manager", "system_owner")


@bp.get("/")
@needs("page.own")
def index() -> str:
    """The systems that I manage or own, with what waits."""
    me, today = current_person(), clock.today()
    roles: dict[int, set[str]] = defaultdict(set)
    found: dict[int, System] = {}
    for appointment in catalogue.roles_of(me.id, today):
        if appointment.role in MINE and appointment.system is not None:
            roles[appointment.system.id].add(appointment.role)
            found[appointment.system.id] = appointment.system
    waiting = presenting.task_rows(me.id)
    active = grants.counts_by_system(list(found))
    rows = [
        SimpleNamespace(
            code=s.code,
            name=s.name,
            roles=sorted(roles[s.id]),
            waiting=sum(t.system == s.name and t.kind == "grant" for t in waiting),
            to_revoke=sum(t.system == s.name and t.kind == "revoke" for t in waiting),
            overdue=sum(t.system == s.name and t.due_on < today for t in waiting),
            active=active.get(s.id, 0),
        )
        for s in sorted(found.values(), key=lambda s: s.name)
    ]
    sees = {"sees_conflicts": "conflict.list", "sees_outages": "outage.list"}
    links = {name: permissions.allowed(permission, me) for name, permission in sees.items()}
    return render_template("systems.html", systems=rows, **links)


@bp.get("/<code>")
@needs("system.show", catalogue.system)
def show(system: System) -> str:
    """One system: to remove, to grant, on the way, and who holds what."""
    me, today, q = current_person(), clock.today(), request.args.get("q", "").strip()
    holders = catalogue.role_holders(system.id, today)
    mine = [t for t in presenting.task_rows(me.id) if t.system == system.name]
    under_way = orders.open_of_system(system.id)
    open_tasks = tasks.open_of_requests([o.id for o in under_way])
    held = [g for g in grants.of_system(system.id) if q.lower() in g.subject.search]
    seen_by = ordering.may_order_for(me, [g.subject for g in held], system.id)
    changeable = changing.changeable([g for g in held if g.subject_id in seen_by], today)
    cases = orders.by_ids([g.request_id for g in held if g.request_id is not None])
    able = [p for p in holders["system_manager"] if p.employment_status == "active"]
    few = len(able) < system.min_managers
    return render_template(
        "system.html",
        system=system,
        managers=holders["system_manager"],
        owners=holders["system_owner"],
        warnings=[_("Systemet har färre systemförvaltare än det ska ha.")] if few else [],
        last_drill=papers.last_drill(system.id),
        emergencies=emergency_queries.alive_in(system.id),
        frozen=[w for w in freezing.windows_of(system.id, today) if w.first_day <= today],
        to_revoke=[t for t in mine if t.kind == "revoke"],
        to_grant=[t for t in mine if t.kind == "grant"],
        life=matters.rows(matter_queries.alive_of_system(system.id, ABOUT_SYSTEMS)),
        exceptions=matters.exceptions(matter_queries.exceptions_left(system.id), today),
        integrations=matters.rows(matter_queries.of_system(system.id, "integration")),
        on_the_way=[presenting.order_row(o, open_tasks.get(o.id)) for o in under_way if o.state != "manager_approved"],
        grants=[
            SimpleNamespace(
                subject=g.subject,
                level=g.level.label,
                scope=g.scope,
                status=g.status,
                valid_to=g.valid_to,
                target_user_id=g.target_user_id,
                change_id=g.id if g.id in changeable else None,
                request=cases[g.request_id].case_number if g.request_id in cases else "",
            )
            for g in held
        ],
        held_levels=sorted({g.level_id: g.level.label for g in held}.items()),
        grant_count=len(held),
        q=q,
        next_url="",
    )
