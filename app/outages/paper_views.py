"""One registered form: what it says, the second person's answer, and what follows when the rules say no."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.directory import services as directory
from app.errors import NotAllowed
from app.outages import bp, deviations, paper_queries, scans, verifying, words
from app.outages.paper_forms import RegulariseForm, VerifyForm
from app.outages.paper_models import PaperOrder
from app.requests import queries as orders


@bp.get("/papers/<int:paper_id>")
@needs("paper.show", paper_queries.paper)
def show_paper(paper: PaperOrder) -> str:
    """What was registered, and what the reader can do."""
    return _page(paper, VerifyForm(), RegulariseForm())


@bp.post("/papers/<int:paper_id>/verify")
@needs("paper.settle", paper_queries.paper)
def verify(paper: PaperOrder) -> Any:
    """The second person says that it agrees with the scan, or asks."""
    form = VerifyForm()
    if not form.validate():
        return _page(paper, form, RegulariseForm()), 422
    actor, now = act_as("verifier"), clock.now()
    evidence = directory.lookup(paper.subject, now)
    try:
        with transaction():
            if form.state.data == "verify":
                verifying.verify(paper, evidence=evidence, actor=actor, now=now)
            else:
                verifying.send_back(paper, form.question.data or "", actor=actor, now=now)
    except NotAllowed as refusal:
        words.beside(form, refusal, "state")
        return _page(paper_queries.paper(paper.id), form, RegulariseForm()), 422
    flash(_("Svaret är sparat."), "done")
    return redirect(url_for("outages.show_paper", paper_id=paper.id))


@bp.post("/papers/<int:paper_id>/scan")
@needs("paper.show", paper_queries.paper)
def fetch_scan(paper: PaperOrder) -> Response:
    """The scan, as a file to save: never shown by the browser as a page of ours. Each time is in the log."""
    with transaction():
        scan, content = scans.fetch(paper, act_as("reader"), clock.now())
        media_type, name = scan.media_type, f"{paper.form.serial}.{scans.ENDINGS[scan.media_type]}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, mimetype=media_type, headers=headers)


# Should a browser show it all the same, it can neither run nor fetch anything.
vars(fetch_scan)["talisman_view_options"] = {"content_security_policy": {"default-src": "'none'", "sandbox": ""}}


@bp.post("/papers/<int:paper_id>/remove")
@needs("paper.settle", paper_queries.paper)
def remove_right(paper: PaperOrder) -> Any:
    """Order that the right is removed."""
    form = RegulariseForm()
    try:
        with transaction():
            deviations.remove(paper, actor=act_as("system_manager"), now=clock.now())
    except NotAllowed as refusal:
        words.beside(form, refusal, "case_number")
        return _page(paper_queries.paper(paper.id), VerifyForm(), form), 422
    flash(_("Systemförvaltarna har fått i uppgift att ta bort behörigheten."), "done")
    return redirect(url_for("outages.show_paper", paper_id=paper.id))


@bp.post("/papers/<int:paper_id>/regularise")
@needs("paper.settle", paper_queries.paper)
def regularise(paper: PaperOrder) -> Any:
    """Link the ordinary order that has given the same right."""
    form = RegulariseForm()
    if not form.validate():
        return _page(paper, VerifyForm(), form), 422
    try:
        with transaction():
            deviations.regularise(paper, form.case_number.data, actor=act_as("system_manager"), now=clock.now())
    except NotAllowed as refusal:
        words.beside(form, refusal, "case_number")
        return _page(paper_queries.paper(paper.id), VerifyForm(), form), 422
    flash(_("Blanketten är kopplad till beställningen."), "done")
    return redirect(url_for("outages.show_paper", paper_id=paper.id))


def _page(paper: PaperOrder, verify_form: VerifyForm, regularise_form: RegulariseForm) -> str:
    me = current_person()
    may_act = permissions.allowed("paper.settle", me, paper) and me.id != paper.subject_id
    order = orders.by_id(paper.request_id) if paper.request_id is not None else None
    return render_template(
        "paper_order.html",
        paper=paper,
        look=words.PAPER_STATES[paper.state],
        finding=paper.finding,
        finding_look=words.FINDING_STATES[paper.finding.state] if paper.finding else None,
        failed=words.failed(paper.trials),
        checked=words.CHECKED[paper.employment_checked],
        case_number=order.case_number if order else "",
        verify_form=verify_form
        if may_act and paper.state == "registered" and me.id != paper.registered_by_id
        else None,
        is_mine=me.id == paper.registered_by_id,
        may_correct=may_act and paper.state == "returned",
        regularise_form=regularise_form if may_act and paper.state == "deviating" else None,
    )
