"""The demonstration's groups: read, a baseline taken of them, changed behind the service's back, and read again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ldap3
from flask import current_app
from sqlalchemy import select

from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.config import Settings
from app.db import db, transaction
from app.demonstration import memberships
from app.demonstration.moments import before
from app.directory import groups
from app.directory.models import DirectoryAccount
from app.reconciliation import baseline, judging
from workflows.events import Actor

BASELINE = 12  # working days ago
REASON = "Utgångsläget när Behörig infördes: alla medlemskap den dagen får en chef svara för."


def load(now: datetime) -> None:
    """Findings of what has happened since the baseline. Again only reads the groups as they are."""
    if judging.baseline() is None:
        then = before(now, BASELINE)
        with transaction():
            _read(then)
            coordinator = catalogue.coordinators(then.date())[0]
            baseline.take(REASON, Actor(coordinator.id, "infosec_coordinator"), then)
        _change()
    with transaction():
        _read(now)
        judging.judge_latest(now)


def _read(at: datetime) -> None:
    settings: Settings = current_app.extensions["settings"]
    names = db.session.scalars(select(AccessLevel.directory_group).where(AccessLevel.directory_group != "")).all()
    judging.keep(groups.read_groups(names, at, settings.ldap_group_pattern), at)


def _change() -> None:
    """What somebody does by hand in the directory. Again does what is left."""
    settings: Settings = current_app.extensions["settings"]
    administrator = f"CN=Administrator,{settings.ldap_base}"
    where = select(DirectoryAccount.employee_number, DirectoryAccount.dn)
    with transaction():
        names: dict[str, str] = {number: dn for number, dn in db.session.execute(where)}
    server = ldap3.Server(settings.ldap_servers[0], get_info=ldap3.NONE)
    with ldap3.Connection(server, administrator, settings.ldap_bind_password) as directory:
        for change in memberships.changes():
            kind: Any = ldap3.MODIFY_ADD if change.is_added else ldap3.MODIFY_DELETE
            group = f"CN={change.group},{settings.ldap_base}"
            directory.modify(group, {"member": [(kind, [names[change.number]])]})
