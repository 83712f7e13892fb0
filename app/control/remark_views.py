"""Writing beside one point's figures of a report (rules.md C11 content 2)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.auth import act_as, current_person, needs
from app.control import bp, refusing, report_forms, report_queries, report_words, reporting
from app.control.emails import name_of
from app.control.report_models import ControlReport
from app.control.report_views import day_of, point_of
from app.db import transaction
from app.errors import Conflict, NotAllowed
from app.permissions.of_control import owns_what_it_reports


def _point_of(report_id: int, code: str) -> ControlReport:
    """The report, for the guard, of a point that it has. Raises NotFound."""
    found = report_queries.report(report_id)
    if not found.data or code not in {row["code"] for row in found.data["points"]}:
        abort(404)
    return found


@bp.get("/reports/<int:report_id>/points/<code>")
@needs("report.write", _point_of)
def remark_page(report: ControlReport) -> str:
    """The form beside one point's figures."""
    code = str((request.view_args or {})["code"])
    said = report.remarks.get(code, {})
    form = report_forms.RemarkForm(data={**said, "due_on": day_of(said.get("due_on")), "version": report.version})
    return _remark_page(report, code, form)


def _remark_page(report: ControlReport, code: str, form: Any) -> str:
    assert report.data is not None
    before = report_queries.measures_before(report)
    row = next(row for row in report.data["points"] if row["code"] == code)
    if code not in before:
        del form.followed_up
    return render_template(
        "control_remark.html", report=report, name=name_of(report), point=point_of(row, report, before), form=form
    )


@bp.post("/reports/<int:report_id>/points/<code>")
@needs("report.write", _point_of)
def write_remark(report: ControlReport) -> Any:
    """Keep what is written."""
    code, form, report_id = str((request.view_args or {})["code"]), report_forms.RemarkForm(), report.id
    if not form.validate():
        return _remark_page(report, code, form), 422
    said = {name: form[name].data or "" for name in ("comment", "measure", "responsible", "followed_up")}
    remark = reporting.Remark(**said, due_on=form.due_on.data)
    try:
        with transaction():
            reporting.write(report, code, remark, version=version_of(form), actor=author(report), now=clock.now())
    except NotAllowed as refusal:
        refusing.beside(form, refusal, "comment")
        return _remark_page(report_queries.report(report_id), code, form), 422
    except Conflict:
        # The newest is what the reader goes on from: what they wrote stays in the fields.
        report = report_queries.report(report_id)
        form.version.data = str(report.version)
        form.comment.errors = [str(report_words.CONFLICTS["changed_meanwhile"])]
        return _remark_page(report, code, form), 409
    flash(_("Det är sparat."), "done")
    return redirect(url_for("control.report", report_id=report_id, _anchor=code))


def version_of(form: Any) -> int:
    said = form.version.data or ""
    return int(said) if said.isdecimal() else 0


def author(report: ControlReport) -> Any:
    """Who writes, as what: owner before manager; the coordinator in a board's report."""
    if report.system_id is None:
        return act_as("infosec_coordinator")
    return act_as("system_owner" if owns_what_it_reports(current_person(), report) else "system_manager")
