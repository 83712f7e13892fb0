"""What the worker runs for this room."""

from __future__ import annotations

import structlog
from sqlalchemy import select

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory import groups

log = structlog.get_logger(__name__)


def read_memberships() -> groups.GroupReport:
    """Who is in the groups that the catalogue names, in one transaction. Raises DirectoryUnavailable."""
    with transaction():
        names = db.session.scalars(select(AccessLevel.directory_group).where(AccessLevel.directory_group != "")).all()
        report = groups.read_groups(names, clock.now())
    log.info("memberships_read", server=report.server, groups=report.groups, members=report.members)
    if report.unknown:
        log.warning("groups_not_in_directory", server=report.server, names=report.unknown)
    return report
