"""Role packages: one order for each level, each with its own way (catalogue.md, glossary rollpaket)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from app import clock
from app.auth import act_as, current_person, needs
from app.catalogue import packages as catalogue
from app.catalogue import queries as levels_of
from app.catalogue.models import AccessLevel
from app.catalogue.packages import Package
from app.db import db
from app.directory import services as directory
from app.directory.evidence import Evidence
from app.directory.models import Person
from app.errors import NotFound
from app.requests import bundles, forms, order_pages, ordering, prospects, questions
from app.requests.bundles import PACKAGE, Wish
from app.requests.prospects import Prospect
from app.requests.services import Push
from app.requests.zone_fields import asks_zones, zone_fields, zone_values

bp = Blueprint("packages", __name__, url_prefix="/requests/packages")


@bp.get("/")
@needs("page.own")
def index() -> str:
    """Which packages there are, with their levels."""
    return render_template("packages.html", packages=catalogue.all_active())


@bp.get("/<int:package_id>")
@needs("page.own", catalogue.package)
def new(package: Package) -> str:
    """The empty form of a package."""
    form = _form(package)
    form.valid_from.data = clock.today()
    return _page(package, form)


@bp.post("/<int:package_id>")
@needs("page.own", catalogue.package)
def edit(package: Package) -> str:
    """The form again, with what was filled in: the way back from the preview."""
    return _page(package, _form(package))


@bp.post("/<int:package_id>/preview")
@needs("page.own", catalogue.package)
def preview(package: Package) -> str:
    """What will become of each level. Writes nothing."""
    form = _form(package)
    if not form.validate():
        return _page(package, form)
    seen, _evidence = _prospects(package, form)
    return render_template(
        "bundle_preview.html",
        heading=package.name,
        lead=_subject(form).display_name,
        prospects=seen,
        faults=[],
        by_person=False,
        form_values=_carried({"key": secrets.token_urlsafe(12)}),
        send_url=url_for("packages.send", package_id=package.id),
        edit_url=url_for("packages.edit", package_id=package.id),
    )


@bp.post("/<int:package_id>/send")
@needs("page.own", catalogue.package)
def send(package: Package) -> Any:
    """Send one order for each level, in one transaction."""
    form = _form(package)
    key = request.form.get("key", "")[:40]
    if not form.validate() or not key:
        return _page(package, form)
    seen, evidence = _prospects(package, form)
    push = Push(act_as("orderer"), clock.now(), evidence)
    bundle_id = bundles.send_package(Wish(PACKAGE, package.id, key), seen, push)
    return redirect(url_for("bundles.show", bundle_id=bundle_id))


def _carried(more: dict[str, str]) -> list[tuple[str, list[str]]]:
    kept = [(name, values) for name, values in request.form.lists() if name not in ("csrf_token", *more)]
    return kept + [(name, [value]) for name, value in more.items()]


def _form(package: Package) -> Any:
    chosen = request.form.get("subject", request.args.get("subject", type=int), type=int)
    query = request.args.get("subject_q", "")
    people, _more = ordering.subjects_of(current_person(), _freest(package.levels), query, chosen)
    by_level = questions.by_level(package.levels, "new")
    asked = questions.once(by_level.values())
    fields = (*_fields(package, people), *questions.fields(asked), *_read(package))
    form = type("PackageForm", (forms.OrderForm,), {**dict(fields), "asked": asked, "asked_of": by_level})()
    for name in ("valid_from", "valid_to"):
        if form[name].process_errors:
            form[name].process_errors = [forms.BAD_DATE]
    if request.method == "GET" and chosen in {p.id for p in people}:
        form.subject.data = chosen
    return form


def _freest(levels: tuple[AccessLevel, ...]) -> AccessLevel:
    """The level that one may most likely order for oneself."""
    return next((level for level in levels if not (level.is_base or levels_of.orderer_required(level))), levels[0])


def _fields(package: Package, people: list[Person]) -> Iterator[tuple[str, Any]]:
    named = [SelectChoice(person.id, order_pages.named(person)) for person in people]
    whom = InputRequired(message=_("Välj vem beställningen gäller."))
    yield "subject", RadioField(_("Vem gäller beställningen?"), coerce=int, choices=named, validators=[whom])
    for level in package.levels:
        if asks_zones(level):
            yield from zone_fields(level, f"_{level.id}")
        elif level.scope_kind != "system" and not level.details.get("part_of_base"):
            label = _("Omfattning för %(level)s i %(system)s", level=level.label, system=level.system.name)
            yield f"scope_{level.id}", forms.scope(label)
    yield from forms.period(_("Tomt betyder tills vidare, eller så länge som varje nivå tillåter."))
    yield from forms.reason()


def _read(package: Package) -> Iterator[tuple[str, Any]]:
    if any(order_pages.guideline_of(level) for level in package.levels):
        read = InputRequired(message=_("Läs riktlinjerna och kryssa i rutan."))
        yield "guideline_ack", BooleanField(_("Jag har läst systemens riktlinjer"), validators=[read])


def _subject(form: Any) -> Person:
    subject = db.session.get(Person, form.subject.data)
    if subject is None:
        raise NotFound()
    return subject


def _prospects(package: Package, form: Any) -> tuple[list[Prospect], Evidence]:
    """What would become of each level, and what the directory says of whom they are for."""
    subject, now = _subject(form), clock.now()
    evidence = directory.lookup(subject, now)
    same = {name: form[name].data for name in ("valid_from", "valid_to")}
    same |= {"justification": form.justification.data.strip(), "subject": subject}
    wanted = [
        {**same, "level": level, "scope": _scope(form, level), **zone_values(form, f"_{level.id}")}
        | {"answers": questions.answers_of(form, form.asked_of.get(level.id, ()))}
        for level in package.levels
    ]
    return [prospects.look(values, current_person(), evidence, now) for values in wanted], evidence


def _scope(form: Any, level: AccessLevel) -> str:
    name = f"scope_{level.id}"
    return (form[name].data or "").strip() if name in form else ""


def _page(package: Package, form: Any) -> str:
    found = (order_pages.guideline_of(level) for level in package.levels)
    return render_template(
        "bundle_form.html",
        eyebrow=_("Rollpaket"),
        heading=_("Beställ rollpaketet %(name)s", name=package.name),
        lead=_("Varje behörighet blir en egen beställning med sina egna beslut."),
        levels=package.levels,
        form=form,
        notices=[],
        guidelines=list({guideline.url: guideline for guideline in found if guideline}.values()),
        preview_url=url_for("packages.preview", package_id=package.id),
        cancel_url=url_for("packages.index"),
    )
