"""Somebody who is hired but not in the directory yet: expected, so that the base order can wait (rules.md C1).

A line manager names who will be led by the manager. An authorised orderer names for a unit within the scope; until
the directory says who manages the person, that is whoever leads the unit.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from app import clock, permissions
from app.auth import current_person, needs
from app.catalogue import queries as catalogue
from app.catalogue.models import AccessLevel
from app.db import transaction
from app.directory import queries as people
from app.directory import services as directory
from app.directory.models import Person
from app.errors import NotFound
from app.requests import order_pages, ordering
from app.requests.forms import NEEDED
from workflows.case import EmploymentStatus

bp = Blueprint("newcomers", __name__, url_prefix="/requests/newcomer")
MY_OWN = 0  # the choice of a line manager who names somebody of the manager's own


class NewcomerForm(FlaskForm):
    """Who is coming, and to which unit. ``units`` (id, name) is empty for somebody who is no authorised orderer."""

    number = StringField(
        lazy_gettext("Anställningsnummer"),
        description=lazy_gettext("Det nummer som personen får i personalsystemet."),
        validators=[InputRequired(message=NEEDED), Length(max=40)],
    )
    given_name = StringField(lazy_gettext("Förnamn"), validators=[InputRequired(message=NEEDED), Length(max=100)])
    surname = StringField(lazy_gettext("Efternamn"), validators=[InputRequired(message=NEEDED), Length(max=100)])
    unit = SelectField(
        lazy_gettext("Enhet där personen ska arbeta"),
        description=lazy_gettext("Enhetens chef får frågan om att godkänna."),
        validators=[InputRequired(message=lazy_gettext("Välj en enhet som du är behörig beställare för."))],
    )

    def __init__(self, units: list[tuple[int, str]], *, leads: bool) -> None:
        super().__init__()
        if not units:
            del self.unit
            return
        mine = [(MY_OWN, _("Jag är själv chef för personen"))] if leads else []
        self.unit.choices = [SelectChoice(str(value), name) for value, name in [("", _("Välj enhet")), *mine, *units]]
        self.unit.validate_choice = False

    def validate_unit(self, field: SelectField) -> None:
        """Only a unit within the scope: what else is posted was never offered."""
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(str(_("Välj en enhet som du är behörig beställare för.")))

    @property
    def unit_id(self) -> int | None:
        """The chosen unit; None where the manager names somebody of the manager's own."""
        chosen = int(self.unit.data) if "unit" in self else MY_OWN
        return chosen or None


def _base_level(level_id: int) -> AccessLevel:
    level = catalogue.level(level_id)
    if not level.is_base:
        raise NotFound()
    return level


@bp.get("/<int:level_id>")
@needs("newcomer.name", _base_level)
def name(level: AccessLevel) -> str:
    """The form."""
    return _page(level, _form(level))


@bp.post("/<int:level_id>")
@needs("newcomer.name", _base_level)
def expect(level: AccessLevel) -> Any:
    """Keep the person as expected, and go on to the order."""
    form = _form(level)
    if not form.validate():
        return _page(level, form)
    with transaction():
        newcomer = directory.expect(form.number.data.strip(), form.given_name.data.strip(), form.surname.data.strip())
        if _is_nobodys(newcomer):
            _place(newcomer, form.unit_id)
        is_ours = bool(ordering.may_order_for(current_person(), [newcomer], level.system_id))
        found = newcomer.display_name
    if not is_ours:
        form.number.errors = [_("Numret tillhör någon som redan finns i katalogen och har en annan chef.")]
        return _page(level, form)
    return redirect(url_for("requests.new", level_id=level.id, subject_q=found))


def _form(level: AccessLevel) -> NewcomerForm:
    me = current_person()
    scope = catalogue.units_ordered_for(me.id, clock.today(), level.system_id)
    units = [(unit.id, unit.name) for unit in people.units(scope)] if scope else []
    return NewcomerForm(units, leads=permissions.allowed("team.show", me))


def _place(newcomer: Person, unit_id: int | None) -> None:
    """Say who manages the person until the directory does: the unit's manager, or else whoever names the person."""
    newcomer.unit_id = unit_id
    newcomer.manager_id = current_person().id if unit_id is None else people.head_of_unit(unit_id)


def _is_nobodys(person: Person) -> bool:
    """True for somebody of whom the directory has never said anything: who is employed has the directory's manager."""
    is_new = person.employment_status == EmploymentStatus.NOT_FOUND and person.last_active_on is None
    return is_new and person.manager_id is None and person.unit_id is None


def _page(level: AccessLevel, form: NewcomerForm) -> str:
    return order_pages.show(
        form,
        level,
        _("Ny medarbetare som inte finns i katalogen än"),
        preview_url=url_for("newcomers.expect", level_id=level.id),
        cancel_url=url_for("requests.new", level_id=level.id),
    )
