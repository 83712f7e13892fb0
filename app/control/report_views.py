"""/control/reports: the yearly reports, and one of them: figures that are locked, and what people write beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import render_template, request, url_for

from app import clock, permissions
from app.auth import current_person, needs
from app.control import bp, report_forms, report_queries, report_words, rounds
from app.control.emails import name_of
from app.control.report_models import ControlReport
from app.control.words import THINGS, why
from workflows import internal_control as rules
from workflows.system_profile import Light

# Where the row of a deviation is looked at, by what it is.
ROWS = {"finding": ("reconciliation.finding", "finding_id"), "log_check": ("log_checks.show", "check_id")}


@bp.get("/reports/")
@needs("control.list")
def reports() -> str:
    """The reports of a year that the reader may see, and how far each has come."""
    years = report_queries.years()
    year = request.args.get("year", type=int) or (years[0] if years else clock.today().year)
    seen = [r for r in report_queries.of_year(year) if permissions.allowed("report.show", current_person(), r)]
    rows = [_list_row(report) for report in seen]
    return render_template(
        "control_reports.html",
        year=year,
        years=years,
        days=rounds.days_of(year),
        round=report_queries.round_of(year),
        rows=rows,
        done=sum(row.report.state in rules.LOCKED for row in rows),
    )


def _list_row(report: ControlReport) -> SimpleNamespace:
    is_late = rules.is_overdue(report.state, rounds.days_of(report.year), clock.today())
    rating = report.rating or (report.data["rating"] if report.data else "")
    return SimpleNamespace(
        report=report,
        name=name_of(report),
        board=report.data["system"]["board_name"] if report.data and report.system else report.board,
        look=report_words.OVERDUE if is_late else report_words.STATES[report.state],
        rating=report_words.RATINGS[rating] if rating else None,
    )


@bp.get("/reports/<int:report_id>")
@needs("report.show", report_queries.report)
def report(report: ControlReport) -> str:
    """One report."""
    return page(report)


def page(report: ControlReport, **forms: Any) -> str:
    me, data = current_person(), report.data
    may = {
        name: permissions.allowed(f"report.{name}", me, report) for name in ("write", "approve", "return", "receive")
    }
    before = report_queries.measures_before(report)
    return render_template(
        "control_report.html",
        report=report,
        name=name_of(report),
        state=_list_row(report),
        days=rounds.days_of(report.year),
        points=[point_of(row, report, before) for row in data["points"]] if data else [],
        readiness=[_thing(one) for one in data.get("readiness", [])] if data else [],
        proposed=report_words.RATINGS[data["rating"]] if data else None,
        reasons=report_words.reasons(data) if data else [],
        ratings=report_words.RATINGS,
        outcomes=report_words.OUTCOMES,
        kinds=report_words.KINDS,
        supplements=report_queries.supplements(report.id),
        forms=_forms(report, may, forms),
        may_write=may["write"] and report.state in rules.WRITABLE,
    )


def _forms(report: ControlReport, may: Mapping[str, bool], filled: Mapping[str, Any]) -> dict[str, Any]:
    """The forms that the reader may use in the report's state; ``filled``: those that came back with a fault."""
    can = {
        "submit": may["write"] and bool(rules.next_state(report.state, "submit")),
        "approve": may["approve"] and report.state == rules.SUBMITTED,
        "receive": may["receive"] and report.state == rules.APPROVED,
        "close": may["receive"] and report.state == rules.RECEIVED,
        "return": (may["receive"] if report.state in (rules.APPROVED, rules.RECEIVED) else may["approve"])
        and bool(rules.next_state(report.state, "return")),
        "supplement": may["receive"] and report.state == rules.CLOSED,
    }
    return {name: filled.get(name) or _form(name, report) for name, is_there in can.items() if is_there}


FORMS: Mapping[str, type[Any]] = {
    "submit": report_forms.SubmitForm,
    "approve": report_forms.ApproveForm,
    "receive": report_forms.ReceiveForm,
    "return": report_forms.ReturnForm,
    "close": report_forms.CloseReportForm,
    "supplement": report_forms.SupplementForm,
}


def _form(name: str, report: ControlReport) -> Any:
    form = FORMS[name](formdata=None)
    if "version" in form:
        form.version.data = str(report.version)
    if name == "submit":
        form.judgement.data = report.judgement
    return form


def point_of(row: Mapping[str, Any], report: ControlReport, before: Mapping[str, Any]) -> SimpleNamespace:
    endpoint, argument = ROWS.get(row["of"], ("", ""))
    look = report_words.RATINGS[row["colour"]]
    return SimpleNamespace(
        code=row["code"],
        title=report_words.POINTS[row["code"]],
        method=report_words.METHODS[row["code"]],
        sample=row["sample"],
        deviations=row["deviations"],
        worst=row["worst"],
        look=look,
        why=report_words.WHY[row["why"]],
        rows=[(number, url_for(endpoint, **{argument: number})) for number in row["rows"]] if endpoint else [],
        remark=report.remarks.get(row["code"], {}),
        before=before.get(row["code"]),
    )


def _thing(one: Mapping[str, Any]) -> SimpleNamespace:
    day = day_of(one["day"])
    light = Light(one["colour"], one["why"], day, one["count"])
    return SimpleNamespace(title=THINGS[one["thing"]], look=report_words.RATINGS[light.colour], why=why(light))


def day_of(text: str | None) -> date | None:
    """The date that the frozen data has as text."""
    return date.fromisoformat(text) if text else None
