"""Reporting a lost tag: open to everybody at any hour, on a phone, with as few questions as can be (rules.md C4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.directory import queries as directory
from app.errors import Conflict, NotAllowed
from app.premises import bp, forms, losing, programming, queries, words
from app.premises.models import Credential

CAN_BE_LOST = ("programmed", "handed_out")


@bp.get("/lost")
@needs("page.own")
def lost() -> str:
    """The form: my own, my staff's, or a number. The only one that I carry is chosen already."""
    form, mine = _form()
    wished = request.args.get("which", type=int)
    own = [c.id for c in mine if c.subject_id == current_person().id]
    form.which.data = wished if wished in {c.id for c in mine} else own[0] if len(own) == 1 else None
    return _page(form)


@bp.post("/lost")
@needs("page.own")
def report() -> Any:
    """It is lost: blocked the same day. Who is second hears that it is reported already."""
    form, mine = _form()
    if not form.validate():
        return _page(form)
    credential = _chosen(form, mine)
    if credential is None:
        form.serial.errors = [_("Ingen utlämnad tagg har det numret. Kontrollera det, eller ring.")]
        return _page(form)
    return _reported(form, credential)


def _reported(form: forms.LostForm, credential: Credential) -> Any:
    me, credential_id = current_person(), credential.id
    role = "subject" if credential.subject_id == me.id else "employee"
    try:
        with transaction():
            losing.report(credential, form.note.data or "", actor=act_as(role), now=clock.now())
    except NotAllowed as refusal:
        if not forms.beside(form, refusal):
            raise
        return _page(form)
    except Conflict:
        flash(_("Den är redan anmäld, så inget mer behövs."), "wait")
    return redirect(url_for("premises.told", credential_id=credential_id))


@bp.get("/lost/<int:credential_id>")
@needs("page.own", queries.credential)
def told(credential: Credential) -> str:
    """What happens now, and whom to phone. Of somebody else's tag no more is said than that it is reported."""
    seen = permissions.allowed("credential.show", current_person(), credential)
    return render_template(
        "credential_lost_told.html", credential=credential if seen else None, closed=_is_closed(), phone=_phone()
    )


def _form() -> tuple[forms.LostForm, Sequence[Credential]]:
    me = current_person()
    people = [me.id, *(person.id for person in directory.reports_of(me.id))]
    mine = [c for c in queries.of_people(people) if c.status in CAN_BE_LOST]
    mine.sort(key=lambda c: (c.subject_id != me.id, c.subject.sort_key, c.id))
    form = forms.LostForm()
    other = SelectChoice(forms.OTHER, _("Någon annans, jag vet numret"))
    form.which.choices = [*(SelectChoice(c.id, _named(c)) for c in mine), other]
    return form, mine


def _named(credential: Credential) -> str:
    kind, system = words.KINDS[credential.kind], credential.system.name
    name = f"{kind} {credential.serial}, {system}"
    return name if credential.subject_id == current_person().id else f"{credential.subject.display_name}: {name}"


def _chosen(form: forms.LostForm, mine: Sequence[Credential]) -> Credential | None:
    if form.which.data != forms.OTHER:
        return next((c for c in mine if c.id == form.which.data), None)
    found = queries.by_serial(programming.normal(form.serial.data or ""))
    return found[0] if len(found) == 1 else None


def _page(form: forms.LostForm) -> str:
    return render_template("credential_lost.html", form=form, closed=_is_closed(), phone=_phone())


def _is_closed() -> bool:
    return not clock.is_office_time(clock.now())


def _phone() -> str:
    return str(current_app.extensions["settings"].on_call_phone)
