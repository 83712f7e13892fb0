"""The packs of a system: printing one, and fetching what was printed."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import System
from app.db import db, transaction
from app.directory import queries as directory
from app.directory.models import Unit
from app.outages import bp, packs, queries
from app.outages.models import PaperPack

COUNT = _l("Välj mellan 1 och 50 blanketter.")


class PackForm(FlaskForm):
    """For which unit, and how many forms."""

    unit_id = SelectField(
        _l("Var ska blanketterna finnas?"),
        description=_l("Ett paket för en enhet visar vem som är chef där."),
        coerce=int,
    )
    count = IntegerField(
        _l("Antal blanketter"),
        default=packs.USUAL,
        validators=[InputRequired(message=COUNT), NumberRange(packs.FEWEST, packs.MOST, message=COUNT)],
    )


def _form() -> PackForm:
    form = PackForm()
    everywhere = SelectChoice(0, _("Hos systemförvaltaren, för alla enheter"))
    form.unit_id.choices = [everywhere, *(SelectChoice(unit.id, unit.name) for unit in directory.units())]
    return form


@bp.get("/packs/<code>")
@needs("pack.show", catalogue.system)
def pack_index(system: System) -> str:
    """The editions of a system, and the form for a new one."""
    return _page(system, _form())


@bp.post("/packs/<code>")
@needs("pack.make", catalogue.system)
def make_pack(system: System) -> Any:
    """Print an edition; the one that it replaces is void."""
    form = _form()
    if not form.validate():
        return _page(system, form)
    with transaction():
        unit = db.session.get(Unit, form.unit_id.data) if form.unit_id.data else None
        packs.make(system, unit, form.count.data, act_as("preparer"), clock.now())
    flash(_("Paketet är klart. Skriv ut det och byt ut det gamla."), "done")
    return redirect(url_for("outages.pack_index", code=system.code))


def _page(system: System, form: PackForm) -> str:
    return render_template(
        "paper_packs.html",
        system=system,
        form=form,
        rows=queries.packs_of(system.id),
        may_make=permissions.allowed("pack.make", current_person(), system),
    )


@bp.get("/packs/file/<int:pack_id>")
@needs("pack.fetch", queries.pack)
def pack_file(pack: PaperPack) -> Response:
    """The PDF, as it was printed."""
    place = f"-{pack.unit.code}" if pack.unit else ""
    name = f"reservrutin-{pack.system.code}{place}-{pack.made_at.date().isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(pack.content, mimetype="application/pdf", headers=headers)
