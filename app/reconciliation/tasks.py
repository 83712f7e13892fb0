"""What the worker runs for this room."""

from __future__ import annotations

import structlog
from flask import current_app
from sqlalchemy import select

from app import clock
from app.catalogue.models import AccessLevel
from app.db import db, transaction
from app.directory import groups
from app.reconciliation import following, judging, queries, services

log = structlog.get_logger(__name__)


def read_memberships() -> groups.GroupReport:
    """Who is in the groups that the catalogue names, in one transaction; then findings of it in another.

    Raises DirectoryUnavailable, and then nothing is judged.
    """
    with transaction():
        now, pattern = clock.now(), current_app.extensions["settings"].ldap_group_pattern
        names = db.session.scalars(select(AccessLevel.directory_group).where(AccessLevel.directory_group != "")).all()
        report = groups.read_groups(names, now, pattern)
        judging.keep(report, now)
    log.info("memberships_read", server=report.server, groups=report.groups, members=report.members)
    if report.unknown:
        log.warning("groups_not_in_directory", server=report.server, names=report.unknown)
    judge()
    return report


def judge() -> dict[str, int] | None:
    """Make findings of the latest reading, if that is not done; how many moved. Killed, it did nothing."""
    with transaction():
        moved = judging.judge_latest(clock.now())
        why = judging.hindrance(judging.latest())
    if moved is not None:
        log.info("findings_made", **moved)
    elif why:
        log.warning("findings_not_made", why=why)
    return moved


def follow() -> int:
    """Judge what a lost run left, open accepted risks whose day is over, and tell from 07:00; how many mails."""
    judge()
    now = clock.now()
    with transaction():
        lapsed = queries.lapsed_ids(clock.today())
    for finding_id in lapsed:
        with transaction():
            services.reopen_lapsed(finding_id, now)
    if not clock.is_sending_time(now):
        return 0
    with transaction():
        return following.tell(now)
