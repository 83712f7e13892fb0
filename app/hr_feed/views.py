"""/hr-files: what came from HR, and the report of each file that was refused."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import spreadsheets
from app.auth import needs
from app.directory import holding
from app.directory.hr_models import HrFile
from app.directory.run_models import OF_HR
from app.hr_feed import queries, words

bp = Blueprint("hr_feed", __name__, url_prefix="/hr-files")


@bp.get("")
@needs("reading.show")
def index() -> str:
    """The latest files."""
    awaited = bool(current_app.extensions["settings"].hr_feed)
    return render_template("hr_files.html", files=queries.latest(), awaited=awaited, hold=holding.open_hold(OF_HR))


@bp.get("/<int:file_id>")
@needs("reading.show", queries.file)
def file(file: HrFile) -> str:
    """What became of one file, and each fault of it."""
    return render_template("hr_file.html", file=file, reason=words.reason)


@bp.get("/<int:file_id>.csv")
@needs("reading.show", queries.file)
def faults(file: HrFile) -> Response:
    """The faults, for whoever mends the file."""
    head = [_("Rad"), _("Fält"), _("Värde"), _("Skäl")]
    rows = ((one["line"], one["field"], one["value"], words.reason(one["reason"])) for one in file.faults)
    return spreadsheets.answer(f"fel-i-personalfilen-{file.id}", head, rows)
