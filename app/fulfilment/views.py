"""/directory-writes: what waits to be changed in the directory, what people do instead, and what was done last."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.config import Settings
from app.db import transaction
from app.directory.models import Person
from app.fulfilment import bp, queries, services, words
from app.fulfilment.models import DirectoryWrite
from app.permissions import standing

ROLES = ("system_manager", "system_owner")  # of the act's own system, before a role in the whole municipality


@bp.get("/")
@needs("write.list")
def index() -> str:
    """The acts of the systems that the reader runs; coordinators, administrators and auditors see all."""
    settings: Settings = current_app.extensions["settings"]
    systems = _systems_seen(current_person())
    return render_template(
        "directory_writes.html",
        waiting=queries.waiting(systems, queries.LATEST),
        handed_over=queries.handed_over(systems),
        ended=queries.ended(systems),
        counts=queries.counts(systems),
        is_on=settings.ldap_write,
        reason=words.reason,
        may_retry=lambda write: settings.ldap_write and permissions.allowed("write.retry", current_person(), write),
    )


@bp.post("/<int:write_id>/retry")
@needs("write.retry", queries.write)
def retry(write: DirectoryWrite) -> Any:
    """Try now instead of later, or instead of the person who was asked to do it."""
    with transaction():
        tried = services.retry(write, act_as(_role(write)), clock.now())
    if tried:
        flash(_("Behörig försöker igen inom en minut."), "done")
    else:
        flash(_("Det behövdes inte: det var redan klart."), "info")
    return redirect(url_for("fulfilment.index"))


def _systems_seen(person: Person) -> list[int] | None:
    """Ids of the systems that the person runs; None for all."""
    if permissions.allowed("write.all", person):
        return None
    held = catalogue.roles_of(person.id, clock.today())
    return [role.system_id for role in held if role.role in ROLES and role.system_id is not None]


def _role(write: DirectoryWrite) -> str:
    held = standing.roles(current_person().id)
    mine = (role for role in ROLES if (role, write.level.system_id) in held)
    return next(mine, "infosec_coordinator" if ("infosec_coordinator", None) in held else "administrator")
