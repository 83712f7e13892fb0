"""From a reading of memberships to findings: in one transaction, so that a job that is killed has done nothing.

A reading is judged once. What is unknown is not judged: no whole reading of the directory lately, one that is held, or
memberships of which most have vanished at once.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from app import clock
from app.config import Settings
from app.db import db
from app.directory import holding
from app.directory.groups import GroupReport
from app.directory.models import DirectorySnapshot
from app.reconciliation import copied, members, merging
from app.reconciliation.detecting import DETECTORS
from app.reconciliation.models import Baseline, MembershipReading

LOCK = 4_501  # one judges at a time
OLDEST = timedelta(hours=36)  # a whole reading each night, and one that failed
FEWEST_SHARE, FLOOR = 0.5, 20


def keep(report: GroupReport, now: datetime) -> MembershipReading:
    """Note a reading that has just been laid beside our tables. Held when half of all memberships are gone at once,
    unless the next one says the same.
    """
    before = latest()
    short = before is not None and before.members >= FLOOR and report.members < before.members * FEWEST_SHARE
    reading = MembershipReading(
        server=report.server,
        read_at=now,
        groups=report.groups,
        members=report.members,
        state="held" if short else "done",
        snapshot_id=db.session.scalar(select(func.max(DirectorySnapshot.id))),
        outcome={},
    )
    db.session.add(reading)
    db.session.flush()
    return reading


def latest() -> MembershipReading | None:
    """The latest reading of memberships."""
    return db.session.scalar(select(MembershipReading).order_by(MembershipReading.id.desc()).limit(1))


def baseline() -> Baseline | None:
    """The baseline of go-live; None before it is taken."""
    return db.session.scalar(select(Baseline).order_by(Baseline.id).limit(1))


def hindrance(reading: MembershipReading | None) -> str:
    """Why nothing may be concluded from the reading, a code; empty when it may."""
    if reading is None:
        return "not_read"
    if reading.state == "held":
        return "reading_short"
    if holding.open_hold() is not None:
        return "directory_held"
    snapshot = db.session.get(DirectorySnapshot, reading.snapshot_id) if reading.snapshot_id else None
    if snapshot is None or snapshot.finished_at < reading.read_at - OLDEST:
        return "directory_old"
    return ""


def judge_latest(now: datetime) -> dict[str, int] | None:
    """Make findings of the latest reading; None when it is judged already, or may not be, or no baseline is taken."""
    db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    reading = latest()
    if reading is None or reading.judged_at is not None or baseline() is None or hindrance(reading):
        return None
    values = values_of(reading, now)
    members.lay_out(values["today"])
    merging.begin()
    for type_ in DETECTORS:
        merging.collect(type_, values)
    reading.outcome = merging.merge(values, list(DETECTORS))
    reading.judged_at = now
    db.session.flush()
    return dict(reading.outcome)


def values_of(reading: MembershipReading, now: datetime) -> dict[str, Any]:
    """What the detectors ask for."""
    settings: Settings = current_app.extensions["settings"]
    earlier = select(func.max(MembershipReading.read_at)).where(MembershipReading.id < reading.id)
    return {
        "now": now,
        "today": clock.local(now).date(),
        "reading": reading.id,
        "read_at": reading.read_at,
        "earlier_at": db.session.scalar(earlier.where(MembershipReading.state == "done")),
        "pattern": _like(settings.ldap_group_pattern),
        "staff": [name.lower() for name in settings.ldap_employee_types],
        **copied.PARAMETERS,
        "cited": json.dumps({"snapshot": reading.snapshot_id, "reading": reading.id}),
    }


def _like(pattern: str) -> str:
    """The pattern for LIKE; one that nothing fits when there is none."""
    escaped = pattern.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")
