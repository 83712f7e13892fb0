"""Somebody who is hired but not in the directory yet: expected, so that the base order can wait (rules.md C1)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.auth import current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import transaction
from app.directory import services as directory
from app.directory.models import Person
from app.errors import NotFound
from workflows.case import EmploymentStatus

bp = Blueprint("newcomers", __name__, url_prefix="/requests/newcomer")
NEEDED = lazy_gettext("Fyll i det här fältet.")


class NewcomerForm(FlaskForm):
    """Who is coming."""

    number = StringField(
        lazy_gettext("Anställningsnummer"),
        description=lazy_gettext("Det nummer som personen får i personalsystemet."),
        validators=[InputRequired(message=NEEDED), Length(max=40)],
    )
    given_name = StringField(lazy_gettext("Förnamn"), validators=[InputRequired(message=NEEDED), Length(max=100)])
    surname = StringField(lazy_gettext("Efternamn"), validators=[InputRequired(message=NEEDED), Length(max=100)])


def _base_level(level_id: int) -> AccessLevel:
    level = catalogue.level(level_id)
    if not level.is_base:
        raise NotFound()
    return level


@bp.get("/<int:level_id>")
@needs("team.show", _base_level)
def name(level: AccessLevel) -> str:
    """The form."""
    return _page(level, NewcomerForm())


@bp.post("/<int:level_id>")
@needs("team.show", _base_level)
def expect(level: AccessLevel) -> Any:
    """Keep the person as expected, led by whoever orders, and go on to the order."""
    form = NewcomerForm()
    if not form.validate():
        return _page(level, form)
    with transaction():
        newcomer = directory.expect(form.number.data.strip(), form.given_name.data.strip(), form.surname.data.strip())
        if _is_nobodys(newcomer):
            newcomer.manager_id = current_person().id
        is_mine, found = newcomer.manager_id == current_person().id, newcomer.display_name
    if not is_mine:
        form.number.errors = [_("Numret tillhör någon som redan finns i katalogen och har en annan chef.")]
        return _page(level, form)
    return redirect(url_for("requests.new", level_id=level.id, subject_q=found))


def _is_nobodys(person: Person) -> bool:
    """True for somebody of whom the directory has never said anything: who is employed has the directory's manager."""
    is_new = person.employment_status == EmploymentStatus.NOT_FOUND and person.last_active_on is None
    return is_new and person.manager_id is None


def _page(level: AccessLevel, form: NewcomerForm) -> str:
    return render_template(
        "order_form.html",
        heading=_("Ny medarbetare som inte finns i katalogen än"),
        level=level,
        form=form,
        question="",
        asked_by="",
        subject_query="",
        may_search=False,
        notices=[],
        duplicate=None,
        guideline=None,
        preview_url=url_for("newcomers.expect", level_id=level.id),
        cancel_url=url_for("requests.new", level_id=level.id),
    )
