"""Mina taggar, the page of one, and the holder's receipt."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import Conflict
from app.premises import bp, changing, forms, handing_back, handing_out, queries, words
from app.premises.models import Credential
from app.premises.presenting import row
from app.tasks.models import Task


@bp.get("/")
@needs("page.own")
def index() -> str:
    """Mina taggar: what I carry, am to fetch, have lost, and have handed back."""
    me = current_person()
    mine, back = queries.of_people([me.id]), queries.handed_back_of(me.id)
    return render_template("credentials.html", mine=[row(c) for c in mine], back=[row(c) for c in back])


@bp.get("/<int:credential_id>")
@needs("credential.show", queries.credential)
def show(credential: Credential) -> str:
    """One tag: where it stands, what it opens, and what the reader may do."""
    me = current_person()
    return render_template(
        "credential.html",
        credential=credential,
        own=credential.subject_id == me.id,
        kind=words.KINDS[credential.kind],
        look=words.look(credential),
        why_blocked=words.WHY_BLOCKED.get(credential.block_reason, ""),
        id_method=words.ID_METHODS.get(credential.id_method, ""),
        replacement=queries.replacement(credential) if credential.status == "lost" else None,
        last_day=handing_back.last_day(credential),
        may=_may(credential, me.id),
    )


def _may(credential: Credential, person_id: int) -> SimpleNamespace:
    """What the reader may do with it now; each is asked again when it is done."""
    me = current_person()
    others = person_id != credential.subject_id
    desk = others and permissions.allowed("credential.hand_out", me, credential)
    run = others and permissions.allowed("credential.run", me, credential)
    blocked = credential.block_ordered_at is not None
    lasts = any(grant.status in changing.HELD for grant in credential.grants)
    live = credential.status != "handed_back"
    return SimpleNamespace(
        hand_over=desk and credential.status == "programmed" and not blocked,
        hand_back=desk and live,
        confirm_blocked=run and live and blocked and credential.blocked_at is None,
        unblock=run and live and blocked and lasts,
        replace=run and lasts and (credential.status in ("lost", "handed_back") or blocked),
        report=credential.status in ("programmed", "handed_out"),
        sign=not others and words.stands(credential) == "unsigned",
    )


@bp.get("/tasks/<int:task_id>")
@needs("page.own", queries.of_task)
def task(asked: tuple[Task, Credential]) -> Any:
    """Where what a task asks is done."""
    one, credential = asked
    permissions.require("credential.show", current_person(), credential)
    page = {changing.HAND_OVER: "premises.hand_over", changing.SIGN: "premises.sign"}.get(one.kind, "premises.show")
    wanted = page if one.status == "open" else "premises.show"
    return redirect(url_for(wanted, credential_id=credential.id))


@bp.get("/<int:credential_id>/sign")
@needs("credential.sign", queries.credential)
def sign(credential: Credential) -> Any:
    """The holder's receipt; their manager sees that it is missing."""
    if words.stands(credential) != "unsigned":
        return redirect(url_for("premises.show", credential_id=credential.id))
    return _sign_page(credential, forms.SignForm())


@bp.post("/<int:credential_id>/sign")
@needs("credential.sign", queries.credential)
def signed(credential: Credential) -> Any:
    """The holder has received it."""
    form, credential_id = forms.SignForm(), credential.id
    if not form.validate():
        return _sign_page(credential, form)
    try:
        with transaction():
            handing_out.sign(credential, actor=act_as("subject"), now=clock.now())
    except Conflict as late:
        flash(str(words.CONFLICTS[late.reason]), "wait")
    else:
        flash(_("Tack. Nu kan du använda den."), "done")
    return redirect(url_for("premises.show", credential_id=credential_id))


def _sign_page(credential: Credential, form: forms.SignForm) -> str:
    is_mine = credential.subject_id == current_person().id
    kind = words.KINDS[credential.kind]
    return render_template(
        "credential_sign.html", credential=credential, kind=kind, form=form if is_mine else None, is_mine=is_mine
    )
