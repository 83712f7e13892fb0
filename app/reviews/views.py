"""Granskningar: /reviews, what I am to answer for, and for the coordinator all campaigns and how they go."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import Conflict, NotAllowed
from app.permissions import of_reviews, standing
from app.reviews import applying, bp, opening, queries, scoping, services, words
from app.reviews.forms import BeginForm, NewForm, ReasonForm, SignForm
from app.reviews.models import ReviewCampaign, ReviewItem
from workflows import access_review as rules

SEES_ALL = ("infosec_coordinator", "auditor")


@bp.get("/")
@needs("page.own")
def index() -> str:
    """What waits for my answer; below, the campaigns for those who follow them."""
    me = current_person()
    rows = queries.asked_of(me.id, queries.principals(me.id, clock.today()))
    mine = [SimpleNamespace(part=part, waiting=waiting, items=items) for part, waiting, items in rows]
    may_list, campaigns = permissions.allowed("review.list", me), []
    if may_list:
        roles = standing.roles(me.id)
        sees_all = any(role in SEES_ALL for role, _system in roles)
        owned = [s for role, s in roles if role == "system_owner" and s is not None]
        campaigns = [_line(one) for one in queries.campaigns(None if sees_all else owned)]
    return render_template(
        "reviews.html",
        mine=[m for m in mine if m.waiting],
        answered=[m for m in mine if not m.waiting],
        campaigns=campaigns,
        may_list=may_list,
        may_run=permissions.allowed("review.run", me),
        title=words.title,
        me_id=me.id,
    )


def _line(one: ReviewCampaign) -> SimpleNamespace:
    opened = one.opened_at or one.created_at
    return SimpleNamespace(
        campaign=one, look=words.look(one), title=words.title(one), reference=rules.reference(one.id, opened.year)
    )


@bp.get("/new")
@needs("review.run")
def new() -> Any:
    """Choose what to review; then what it would be of and whom it would ask. Nothing is made."""
    form = NewForm(request.args, meta={"csrf": False})
    if not request.args:
        return render_template("review_new.html", form=NewForm(), begin=None, asked=None, hindrances=())
    if not form.validate():
        return _asking(form), 422
    try:
        scope = scoping.scope(form.kind.data or "", form.code.data or "")
    except NotAllowed as refusal:
        form.code.errors = [words.REFUSALS[refusal.reason]]
        return _asking(form), 422
    return _dry_run(form, scope, BeginForm(data={"kind": scope.kind, "code": form.code.data}))


def _asking(form: Any) -> str:
    return render_template("review_new.html", form=form, begin=None, asked=None, hindrances=())


def _dry_run(form: Any, scope: opening.Scope, begin: Any) -> str:
    old = opening.hindrances(scope, clock.now())
    return render_template(
        "review_new.html",
        form=form,
        begin=begin,
        asked=opening.dry_run(scope, clock.today()),
        hindrances=[words.HINDRANCES[code] for code in old],
    )


@bp.post("/new")
@needs("review.run")
def start() -> Any:
    """Open it now."""
    form = BeginForm()
    try:
        scope = scoping.scope(form.kind.data or "", form.code.data or "")
    except NotAllowed as refusal:
        form.code.errors = [words.REFUSALS[refusal.reason]]
        return _asking(form), 422
    if not form.validate():
        return _dry_run(form, scope, form), 422
    now, today, actor = clock.now(), clock.today(), act_as("infosec_coordinator")
    try:
        with transaction():
            made = opening.plan(scope, reason=form.reason.data or "", on=today, actor=actor, now=now)
            campaign_id = opening.begin(made, actor=actor, now=now, in_spite=bool(form.in_spite.data)).id
    except (NotAllowed, Conflict) as refusal:
        said = {**words.REFUSALS, **words.CONFLICTS}[refusal.reason]
        form.reason.errors = [said]
        return _dry_run(form, scope, form), refusal.status
    flash(_("Granskningen är öppen, och de som ska svara får ett mejl."), "done")
    return redirect(url_for("reviews.show", campaign_id=campaign_id))


@bp.get("/<int:campaign_id>")
@needs("review.show", queries.campaign)
def show(campaign: ReviewCampaign) -> str:
    """One campaign: how far it has come, who has how much left, and what comes next."""
    return _page(campaign, ReasonForm(), SignForm())


def _page(campaign: ReviewCampaign, reason: Any, sign: Any) -> str:
    me, is_over = current_person(), campaign.state in ("applying", "closed")
    left = services.not_gone(campaign.id) if campaign.state == "applying" else 0
    is_stopped = campaign.state == "applying" and applying.is_held_back(campaign)
    may_run = permissions.allowed("review.run", me)
    return render_template(
        "review.html",
        line=_line(campaign),
        campaign=campaign,
        progress=queries.progress(campaign.id),
        parts=[_part(*row) for row in queries.parts(campaign.id)],
        hindrances=[words.HINDRANCES.get(code, code) for code in campaign.hindrances],
        left=left,
        rows=[_due(*row) for row in queries.still_due(campaign.id, me.id)] if is_over else [],
        is_stopped=is_stopped,
        may_cancel=may_run and rules.next_state(campaign.state, "cancel") is not None,
        may_open=may_run and campaign.state == "planned",
        may_release=may_run and is_stopped,
        may_sign=campaign.state == "applying" and not is_stopped and permissions.allowed("review.sign", me, campaign),
        may_spare=may_run and campaign.state == "applying",
        reason=reason,
        sign=sign,
    )


def _part(part: Any, items: int, waiting: int, kept: int, seconds: Any) -> SimpleNamespace:
    """``is_hasty``: fewer seconds a right than it takes to read one. It is shown, and stops nothing."""
    each = float(seconds) if seconds is not None else None
    answered = items - waiting
    share = kept * 100 // answered if answered else None
    is_hasty = each is not None and each < rules.HASTY_SECONDS
    return SimpleNamespace(part=part, items=items, waiting=waiting, kept=share, seconds=each, is_hasty=is_hasty)


def _due(item: Any, person: Any, level: Any) -> SimpleNamespace:
    return SimpleNamespace(item=item, person=person, level=level, look=words.OUTCOMES[item.outcome])


@bp.post("/<int:campaign_id>/cancel")
@needs("review.run", queries.campaign)
def cancel(campaign: ReviewCampaign) -> Any:
    """Nothing comes of it."""
    return _act(campaign, services.cancel, _("Granskningen är avbruten. Inget har ändrats."))


@bp.post("/<int:campaign_id>/open")
@needs("review.run", queries.campaign)
def open_now(campaign: ReviewCampaign) -> Any:
    """A planned one opens now, also where what is known is old."""
    return _act(campaign, services.open_now, _("Granskningen är öppen, och de som ska svara får ett mejl."))


@bp.post("/<int:campaign_id>/release")
@needs("review.run", queries.campaign)
def release(campaign: ReviewCampaign) -> Any:
    """What would be removed is right: it goes on."""
    return _act(campaign, services.release, _("Granskningen är släppt och genomförs."))


def _act(campaign: ReviewCampaign, act: Any, told: str) -> Any:
    form, campaign_id = ReasonForm(), campaign.id
    if not form.validate():
        return _page(campaign, form, SignForm()), 422
    try:
        with transaction():
            act(campaign_id, form.reason.data or "", actor=act_as("infosec_coordinator"), now=clock.now())
    except NotAllowed as refusal:
        form.reason.errors = [words.REFUSALS[refusal.reason]]
        return _page(queries.campaign(campaign_id), form, SignForm()), 422
    flash(told, "done")
    return redirect(url_for("reviews.show", campaign_id=campaign_id))


@bp.post("/<int:campaign_id>/sign")
@needs("review.sign", queries.campaign)
def sign(campaign: ReviewCampaign) -> Any:
    """The owner's signed statement closes it."""
    form, campaign_id = SignForm(), campaign.id
    if not form.validate():
        return _page(campaign, ReasonForm(), form), 422
    role = "system_owner" if of_reviews.owns_the_reviewed(current_person(), campaign) else "coordinator"
    try:
        with transaction():
            services.sign(campaign_id, form.statement.data or "", actor=act_as(role), now=clock.now())
    except NotAllowed as refusal:
        form.statement.errors = [words.REFUSALS[refusal.reason]]
        return _page(queries.campaign(campaign_id), ReasonForm(), form), 422
    flash(_("Granskningen är klar och underskriven."), "done")
    return redirect(url_for("reviews.show", campaign_id=campaign_id))


@bp.post("/<int:campaign_id>/spare/<int:grant_id>")
@needs("review.run", queries.item)
def spare(item: ReviewItem) -> Any:
    """A mistake is undone before the removal."""
    campaign_id, grant_id = item.campaign_id, item.grant_id
    form, campaign = ReasonForm(), queries.campaign(campaign_id)
    if not form.validate():
        return _page(campaign, form, SignForm()), 422
    try:
        with transaction():
            actor = act_as("infosec_coordinator")
            services.spare(campaign_id, grant_id, form.reason.data or "", actor=actor, now=clock.now())
    except NotAllowed as refusal:
        form.reason.errors = [words.REFUSALS[refusal.reason]]
        return _page(queries.campaign(campaign_id), form, SignForm()), 422
    flash(_("Behörigheten är kvar."), "done")
    return redirect(url_for("reviews.show", campaign_id=campaign_id))
