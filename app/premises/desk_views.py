"""At the desk: handing over, taking back, blocking, unblocking, and programming a new one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import Conflict, NotAllowed
from app.premises import bp, forms, handing_back, handing_out, losing, programming, queries, words
from app.premises.models import Credential


def _capacity(credential: Credential) -> str:
    """As what somebody at the desk acts: the log must not say manager of who is none."""
    return "system_manager" if permissions.allowed("credential.run", current_person(), credential) else "hands_out"


@bp.get("/<int:credential_id>/hand-over")
@needs("credential.hand_out", queries.credential)
def hand_over(credential: Credential) -> Any:
    """The form of the hand-over."""
    if words.stands(credential) != "programmed":
        return redirect(url_for("premises.show", credential_id=credential.id))
    return _hand_over_page(credential, forms.HandOverForm())


@bp.post("/<int:credential_id>/hand-over")
@needs("credential.hand_out", queries.credential)
def handed_over(credential: Credential) -> Any:
    """It is in the holder's hand."""
    form = forms.HandOverForm()
    if not form.validate():
        return _hand_over_page(credential, form)
    said = handing_out.HandOver(
        form.serial.data or "", form.id_method.data, form.receipt.data, form.receipt_note.data or ""
    )
    done = partial(handing_out.hand_over, credential, said)
    on_paper = said.receipt == handing_out.PAPER
    thanks = _("Utlämnad och kvitterad.") if on_paper else _("Utlämnad. Personen får ett mejl om att kvittera.")
    return _did(credential, done, thanks, form) or _hand_over_page(credential, form)


@bp.post("/<int:credential_id>/hand-back")
@needs("credential.hand_out", queries.credential)
def handed_back(credential: Credential) -> Any:
    """It is taken back; the holder gets a receipt."""
    return _did(credential, partial(handing_back.hand_back, credential), _("Återlämnad. Kvittensen är mejlad."))


@bp.post("/<int:credential_id>/blocked")
@needs("credential.run", queries.credential)
def blocked(credential: Credential) -> Any:
    """It opens nothing any more."""
    return _did(credential, partial(losing.confirm_blocked, credential), _("Spärren är noterad."))


@bp.post("/<int:credential_id>/unblock")
@needs("credential.run", queries.credential)
def unblock(credential: Credential) -> Any:
    """It is found, or fetched after all."""
    return _did(credential, partial(losing.unblock, credential), _("Spärren är hävd."))


@bp.get("/<int:credential_id>/replace")
@needs("credential.run", queries.credential)
def replace(credential: Credential) -> str:
    """The form of a new one."""
    form = forms.ReplaceForm()
    form.kind.data = credential.kind
    return _replace_page(credential, form)


@bp.post("/<int:credential_id>/replace")
@needs("credential.run", queries.credential)
def replaced(credential: Credential) -> Any:
    """A new one waits to be handed out; the order is the same."""
    form = forms.ReplaceForm()
    if not form.validate():
        return _replace_page(credential, form)
    done = partial(programming.replace, credential, form.serial.data or "", form.kind.data)
    thanks = _("Den nya väntar på att lämnas ut.")
    return _did(credential, done, thanks, form) or _replace_page(credential, form)


def _did(credential: Credential, act: Callable[..., object], thanks: str, form: Any = None) -> Any:
    """Do it and go to the tag's page; None when the form is to be shown again, with the refusal beside its field."""
    credential_id, actor = credential.id, act_as(_capacity(credential))
    try:
        with transaction():
            act(actor=actor, now=clock.now())
    except Conflict as late:
        flash(str(words.CONFLICTS[late.reason]), "wait")
    except NotAllowed as refusal:
        if form is not None and forms.beside(form, refusal):
            return None
        flash(str(words.REFUSALS.get(refusal.reason, refusal.reason)), "stop")
    else:
        flash(thanks, "done")
    return redirect(url_for("premises.show", credential_id=credential_id))


def _hand_over_page(credential: Credential, form: forms.HandOverForm) -> str:
    kind = words.KINDS[credential.kind]
    return render_template("credential_hand_over.html", credential=credential, kind=kind, form=form)


def _replace_page(credential: Credential, form: forms.ReplaceForm) -> str:
    kind = words.KINDS[credential.kind]
    return render_template("credential_replace.html", credential=credential, kind=kind, form=form)
