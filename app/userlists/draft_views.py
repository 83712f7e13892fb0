"""/userlists/.../upload and /userlists/drafts: handing in a list, its columns, and what it would lead to."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import transaction
from app.errors import NotAllowed
from app.permissions import standing
from app.userlists import bp, columns, comparing, queries, reading, services, words
from app.userlists.forms import UploadForm
from app.userlists.models import UserList

SHOWN_FAULTS, SHOWN_ROWS = 100, 12
SHORT_SHARE = 0.5  # of the accounts of the list before: then something is likely to be left out


@bp.get("/<code>/upload")
@needs("userlist.upload", catalogue.system)
def upload_form(system: System) -> str:
    """Which file, and from which day."""
    form = UploadForm()
    form.taken_on.data = clock.today()
    return _upload_page(system, form)


@bp.post("/<code>/upload")
@needs("userlist.upload", catalogue.system)
def upload(system: System) -> Any:
    """Read it; nothing is used before it has been looked at."""
    form = UploadForm()
    if not form.validate():
        return _upload_page(system, form), 422
    try:
        with transaction():
            name, content = form.file.data.filename or "", _content(form)
            actor = act_as(_role(system.id))
            kept = services.upload(system, name, content, taken_on=form.taken_on.data, actor=actor, now=clock.now())
    except NotAllowed as refusal:
        form[str(refusal.details["field"])].errors = [words.refusal(refusal.reason)]
        return _upload_page(system, form), 422
    return redirect(url_for("userlists.draft", list_id=kept.id))


@bp.get("/drafts/<int:list_id>")
@needs("userlist.draft", queries.draft)
def draft(kept: UserList) -> str:
    """What is which, and what the list would lead to."""
    return _draft_page(kept)


@bp.post("/drafts/<int:list_id>")
@needs("userlist.draft", queries.draft)
def map_columns(kept: UserList) -> Any:
    """Keep which column is what, for this list and the next."""
    chosen = {name: request.form.get(f"column-{name}", "") for name in columns.FIELDS}
    roles, levels = request.form.getlist("role"), request.form.getlist("level")
    meant = {role: int(level) for role, level in zip(roles, levels, strict=False) if level.isdecimal()}
    try:
        with transaction():
            services.map_columns(kept, chosen, meant, actor=act_as(_role(kept.system_id)), now=clock.now())
    except NotAllowed as refusal:
        return _draft_page(kept, words.refusal(refusal.reason)), 422
    return redirect(url_for("userlists.draft", list_id=kept.id))


@bp.post("/drafts/<int:list_id>/apply")
@needs("userlist.draft", queries.draft)
def apply(kept: UserList) -> Any:
    """Use it."""
    code = kept.system.code
    try:
        with transaction():
            services.apply(kept, actor=act_as(_role(kept.system_id)), now=clock.now())
    except NotAllowed as refusal:
        return _draft_page(queries.draft(kept.id), words.refusal(refusal.reason)), 422
    flash(_("Listan används nu. Det som skiljer är avvikelser att åtgärda."), "done")
    return redirect(url_for("userlists.show", code=code))


@bp.post("/drafts/<int:list_id>/drop")
@needs("userlist.draft", queries.draft)
def drop(kept: UserList) -> Any:
    """Use nothing of it."""
    code = kept.system.code
    with transaction():
        services.drop(kept.id, actor=act_as(_role(kept.system_id)), now=clock.now())
    flash(_("Listan är borttagen. Inget av den används."), "done")
    return redirect(url_for("userlists.show", code=code))


def _content(form: UploadForm) -> bytes:
    """What was handed in; a large file lies on disk meanwhile, and is let go of."""
    with form.file.data.stream as stream:
        content: bytes = stream.read()
    return content


def _role(system_id: int) -> str:
    held = standing.roles(current_person().id)
    return "system_owner" if ("system_owner", system_id) in held else "system_manager"


def _upload_page(system: System, form: UploadForm) -> str:
    return render_template("userlist_upload.html", system=system, form=form, levels=queries.levels_of(system.id))


def _draft_page(kept: UserList, fault: str = "") -> str:
    seen = services.preview(kept, clock.today())
    current = queries.current(kept.system_id)
    role_levels = [(role, seen.reading.levels.get(reading.fold(role))) for role in seen.roles]
    return render_template(
        "userlist_draft.html",
        kept=kept,
        fault=fault,
        seen=seen,
        role_levels=role_levels,
        levels=queries.levels_of(kept.system_id),
        faults=seen.faults[:SHOWN_FAULTS],
        counts=comparing.counts(seen.rows),
        rows=seen.rows[:SHOWN_ROWS],
        current=current,
        is_same=current is not None and current.digest == kept.digest,
        is_short=current is not None and len(seen.listed) < SHORT_SHARE * current.rows,
        may_apply=bool(seen.listed) and not seen.faults and not seen.lacks_key,
        words=words,
    )
