"""Reading reports: one, those of a year, last year's measures, supplements, and controls made by hand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.control.report_models import ControlActivity, ControlReport, ControlRound, ControlSupplement
from app.db import db
from app.errors import NotFound

PEOPLE = (
    joinedload(ControlReport.system),
    joinedload(ControlReport.submitted_by),
    joinedload(ControlReport.approved_by),
    joinedload(ControlReport.received_by),
)


def report(report_id: int) -> ControlReport:
    """The report with its system and people. Raises NotFound."""
    found = db.session.scalar(select(ControlReport).where(ControlReport.id == report_id).options(*PEOPLE))
    if found is None:
        raise NotFound()
    return found


def of_year(year: int) -> Sequence[ControlReport]:
    """Every report of the year: boards in order, the board's own first."""
    wanted = select(ControlReport).where(ControlReport.year == year).options(*PEOPLE)
    ordered = wanted.order_by(ControlReport.board, ControlReport.system_id.is_not(None), ControlReport.id)
    return db.session.scalars(ordered).all()


def years() -> Sequence[int]:
    """The years that have a round, the latest first."""
    return db.session.scalars(select(ControlRound.year).order_by(ControlRound.year.desc())).all()


def round_of(year: int) -> ControlRound | None:
    """The year's round, or None."""
    return db.session.get(ControlRound, year)


def by_ids(report_ids: Sequence[int]) -> Sequence[ControlReport]:
    """These reports, in order of board and system."""
    wanted = select(ControlReport).where(ControlReport.id.in_(report_ids)).options(*PEOPLE)
    return db.session.scalars(wanted.order_by(ControlReport.board, ControlReport.id)).all()


def before(report: ControlReport) -> ControlReport | None:
    """The report about the same system or board of the year before."""
    wanted = select(ControlReport).where(ControlReport.year == report.year - 1)
    if report.system_id is None:
        wanted = wanted.where(ControlReport.board == report.board, ControlReport.system_id.is_(None))
    else:
        wanted = wanted.where(ControlReport.system_id == report.system_id)
    return db.session.scalar(wanted.order_by(ControlReport.id).limit(1))


def measures_before(report: ControlReport) -> dict[str, dict[str, str]]:
    """What the report of the year before had promised, by point."""
    earlier = before(report)
    remarks = earlier.remarks if earlier else {}
    return {code: said for code, said in remarks.items() if said.get("measure")}


def supplements(report_id: int) -> Sequence[ControlSupplement]:
    """The report's supplements, by number."""
    wanted = select(ControlSupplement).where(ControlSupplement.report_id == report_id)
    people = joinedload(ControlSupplement.made_by)
    return db.session.scalars(wanted.order_by(ControlSupplement.number).options(people)).all()


def activities(system_id: int, limit: int = 100) -> Sequence[ControlActivity]:
    """The controls made by hand in the system, latest first."""
    wanted = select(ControlActivity).where(ControlActivity.system_id == system_id)
    people = joinedload(ControlActivity.recorded_by)
    latest = wanted.order_by(ControlActivity.made_on.desc(), ControlActivity.id.desc())
    return db.session.scalars(latest.limit(limit).options(people)).all()


def activity(activity_id: int) -> ControlActivity:
    """One control made by hand. Raises NotFound."""
    found = db.session.get(ControlActivity, activity_id, options=[joinedload(ControlActivity.system)])
    if found is None:
        raise NotFound()
    return found
