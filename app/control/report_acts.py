"""What is done with a report: submitted, approved, returned, received, closed, supplemented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from app import clock
from app.auth import act_as, current_person, needs
from app.control import bp, refusing, report_queries, reporting
from app.control.remark_views import author, version_of
from app.control.report_models import ControlReport
from app.control.report_views import FORMS, page
from app.db import transaction
from app.errors import Conflict, NotAllowed
from app.permissions.of_control import owns_what_it_reports, stands_for_it


@bp.post("/reports/<int:report_id>/submit")
@needs("report.write", report_queries.report)
def submit_report(report: ControlReport) -> Any:
    """Hand it to the owner."""
    return _act("submit", report, actor=author(report), said=_("Rapporten är inlämnad. Ägaren har fått ett mejl."))


@bp.post("/reports/<int:report_id>/approve")
@needs("report.approve", report_queries.report)
def approve_report(report: ControlReport) -> Any:
    """The owner stands for it."""
    return _act("approve", report, actor=act_as(_owner(report)), said=_("Rapporten är godkänd, med ditt namn."))


@bp.post("/reports/<int:report_id>/return")
@needs("report.return", report_queries.report)
def return_report(report: ControlReport) -> Any:
    """It goes back to its author."""
    role = _owner(report) if stands_for_it(current_person(), report) else "infosec_coordinator"
    return _act("return", report, actor=act_as(role), said=_("Rapporten är skickad tillbaka."))


@bp.post("/reports/<int:report_id>/receive")
@needs("report.receive", report_queries.report)
def receive_report(report: ControlReport) -> Any:
    """The coordinator takes it over."""
    return _act("receive", report, actor=act_as("infosec_coordinator"), said=_("Rapporten är mottagen."))


@bp.post("/reports/<int:report_id>/close")
@needs("report.receive", report_queries.report)
def close_report(report: ControlReport) -> Any:
    """Lock it."""
    said = _("Rapporten är avslutad. Rättelser görs som tillägg.")
    return _act("close", report, actor=act_as("infosec_coordinator"), said=said)


@bp.post("/reports/<int:report_id>/supplement")
@needs("report.receive", report_queries.report)
def supplement_report(report: ControlReport) -> Any:
    """A correction of a closed report."""
    return _act("supplement", report, actor=act_as("infosec_coordinator"), said=_("Tillägget är sparat."))


def _owner(report: ControlReport) -> str:
    return "system_owner" if owns_what_it_reports(current_person(), report) else "board_manager"


def _act(name: str, report: ControlReport, **how: Any) -> Any:
    """Do one act of the report with what its form says; the page again where it is refused."""
    form, report_id = FORMS[name](), report.id
    if not form.validate():
        return page(report, **{name: form}), 422
    said = [form[field].data or "" for field in FIELDS[name]]
    version = {"version": version_of(form)} if "version" in form else {}
    try:
        with transaction():
            ACTS[name](report, *said, **version, actor=how["actor"], now=clock.now())
    except NotAllowed as refusal:
        found = report_queries.report(report_id)
        if refusal.reason in ("no_such_move", "not_closed"):
            raise Conflict("no_such_move") from refusal
        refusing.beside(form, refusal, FIELDS[name][0])
        return page(found, **{name: form}), 422
    flash(how["said"], "done")
    return redirect(url_for("control.report", report_id=report_id))


FIELDS = {
    "submit": ("judgement",),
    "approve": ("rating", "rating_reason"),
    "return": ("question",),
    "receive": ("diary_number",),
    "close": (),
    "supplement": ("text",),
}
ACTS: Mapping[str, Any] = {
    "submit": reporting.submit,
    "approve": reporting.approve,
    "return": reporting.send_back,
    "receive": reporting.receive,
    "close": reporting.close,
    "supplement": reporting.supplement,
}
