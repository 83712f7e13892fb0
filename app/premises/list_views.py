"""The tags of a system, and its zones, which are secrecy-marked: reading them is on record (rules.md C4, C0.5)."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

from flask import render_template, request, url_for

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import zones
from app.catalogue.models import System
from app.db import transaction
from app.errors import NotFound
from app.events import publish
from app.permissions import standing
from app.premises import bp, queries, words
from app.premises.models import Credential
from app.premises.presenting import row
from workflows.premises_events import ZonesRead

UNUSED = timedelta(days=180)  # rules.md C4
SEES_ALL = {"infosec_coordinator", "auditor"}
GROUPS = (
    ("block", ("lost", "to_block")),
    ("hand_over", ("programmed", "unsigned")),
    ("not_back", ()),
    ("unused", ()),
    ("blocked", ("lost_blocked", "blocked")),
    ("out", ("handed_out",)),
)


def _systems() -> list[System]:
    """Those whose tags the reader may see."""
    me = current_person()
    held = standing.roles(me.id)
    if {role for role, _system in held} & SEES_ALL:
        return list(queries.physical_systems(None))
    runs = {system for role, system in held if role in ("system_manager", "system_owner") and system is not None}
    return list(queries.physical_systems(runs | standing.hands_out(me.id)))


def _require_seen(system: System) -> None:
    """Raises NotFound for who may not see the tags of this system."""
    if system.id not in {one.id for one in _systems()}:
        raise NotFound()


@bp.get("/systems")
@needs("credential.list")
def systems() -> str:
    """The systems whose tags I may see."""
    return render_template("credential_systems.html", systems=_systems())


@bp.get("/systems/<int:system_id>")
@needs("credential.list", queries.system)
def tags(system: System) -> str:
    """The system's tags by what one does with them, most urgent first; by key where they are many."""
    _require_seen(system)
    after = request.args.get("after", type=int)
    found = list(queries.of_system(system.id, after))
    more = found[queries.SHOWN - 1].id if len(found) > queries.SHOWN else None
    groups: dict[str, list[SimpleNamespace]] = {key: [] for key, _stands in GROUPS}
    for credential in found[: queries.SHOWN]:
        groups[_group(credential, clock.today())].append(row(credential))
    return render_template(
        "credential_list.html",
        system=system,
        groups=[SimpleNamespace(key=key, rows=rows) for key, rows in groups.items() if rows],
        next_url=url_for("premises.tags", system_id=system.id, after=more) if more else "",
        may_see_zones=permissions.allowed("zone.list", current_person(), system),
    )


def _group(credential: Credential, today: date) -> str:
    if credential.not_back_at is not None and credential.status == "handed_out" and credential.blocked_at is not None:
        return "not_back"
    stand, used = words.stands(credential), credential.last_used_on
    if stand == "handed_out" and used is not None and used < today - UNUSED:
        return "unused"
    return next(key for key, stands in GROUPS if stand in stands)


@bp.get("/systems/<int:system_id>/zones")
@needs("zone.list", queries.system)
def zone_gate(system: System) -> str:
    """What the list is, before it is opened: opening it is on record."""
    return render_template("zone_list.html", system=system, zones=None, schedules=(), owners={}, kinds={})


@bp.post("/systems/<int:system_id>/zones")
@needs("zone.list", queries.system)
def zone_list(system: System) -> str:
    """The system's zones, with who answers for each of them."""
    system_id = system.id
    found = zones.of_system(system_id)
    with transaction():
        publish(ZonesRead(system_id, len(found), act_as("system_manager"), clock.now()))
    found, times = zones.of_system(system_id), zones.schedules_of(system_id)
    owners = zones.owners({zone.owner_post for zone in found}, clock.today())
    system = queries.system(system_id)
    return render_template(
        "zone_list.html", system=system, zones=found, schedules=times, owners=owners, kinds=words.ZONE_KINDS
    )
