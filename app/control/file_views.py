"""A report as a file. Made by a POST: that somebody took it out is on record, with the file's hash."""

from __future__ import annotations

from flask import Response, abort, request

from app import clock
from app.auth import act_as, needs
from app.control import bp, exports, report_queries
from app.control.report_models import ControlReport
from app.db import transaction


@bp.post("/reports/<int:report_id>/file")
@needs("report.show", report_queries.report)
def report_file(report: ControlReport) -> Response:
    """The report as pdf, xlsx, csv or json, as ``kind`` says; 404 while there is no data."""
    kind = request.form.get("kind", "")
    if kind not in exports.KINDS or report.data is None:
        abort(404)
    with transaction():
        file = exports.make(report, kind, act_as("reader"), clock.now())
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, mimetype=file.mimetype, headers=headers)
