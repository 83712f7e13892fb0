"""/control/systems/<code>/activities: controls that people make in a system by hand, with their files."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.control import activities, bp, refusing, report_queries, report_words
from app.control.profile_views import capacity
from app.control.report_forms import ActivityForm
from app.control.report_models import ControlActivity
from app.db import transaction
from app.errors import NotAllowed


@bp.get("/systems/<code>/activities")
@needs("profile.show", catalogue.system)
def activity_index(system: System) -> str:
    """The controls that were made, and the form for another."""
    return _page(system, ActivityForm())


@bp.post("/systems/<code>/activities")
@needs("profile.attest", catalogue.system)
def record_activity(system: System) -> Any:
    """Write down that a control was made."""
    form, code = ActivityForm(), system.code
    if not form.validate():
        return _page(system, form), 422
    upload = form.file.data
    content = upload.read(activities.LARGEST + 1) if upload else b""
    names = ("kind", "made_on", "what", "method", "sample", "deviations", "result")
    said: dict[str, Any] = {name: form[name].data if form[name].data is not None else "" for name in names}
    said |= {"content": content or None, "name": upload.filename or "" if upload else ""}
    try:
        with transaction():
            activities.record(system, activities.Said(**said), actor=act_as(capacity(system)), now=clock.now())
    except NotAllowed as refusal:
        refusing.beside(form, refusal, "what")
        return _page(catalogue.system(code), form), 422
    flash(_("Kontrollen är sparad, och kommer med i årets rapport."), "done")
    return redirect(url_for("control.activity_index", code=code))


def _page(system: System, form: ActivityForm) -> str:
    me = current_person()
    return render_template(
        "control_activities.html",
        system=system,
        activities=report_queries.activities(system.id),
        kinds=report_words.KINDS,
        form=form if permissions.allowed("profile.attest", me, system) else None,
        may_fetch=permissions.allowed("activity.list", me, system),
    )


@bp.get("/activities/<int:activity_id>/file")
@needs("activity.show", report_queries.activity)
def activity_file(activity: ControlActivity) -> Response:
    """The file as it was given, always as a download."""
    content = activities.content_of(activity)
    suffix = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}[activity.attachment_kind]
    headers = {
        "Content-Disposition": f'attachment; filename="kontroll-{activity.id}.{suffix}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, mimetype=activity.attachment_kind, headers=headers)
