"""Where and when a tag is to open doors: what the order form asks for what a tag carries (rules.md C4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError

from app import permissions
from app.auth import current_person
from app.catalogue import zones
from app.catalogue.models import AccessLevel
from app.db import db
from app.directory.models import Person
from app.errors import NotAllowed
from app.requests import words, zoning

PHYSICAL = "physical"
NO_ZONE = _("Välj minst en zon.")


def asks_zones(level: AccessLevel) -> bool:
    """True for a level that opens doors in zones that the catalogue lists."""
    return level.profile == PHYSICAL and level.scope_kind == "zone" and bool(zones.schedules_of(level.system_id))


def zone_fields(level: AccessLevel, mark: str = "") -> Iterator[tuple[str, Any]]:
    """The zones, ticked, and the time. ``mark`` parts the fields of several levels on one form.

    The list is secrecy-marked: only those who may order the level see it.
    """
    seen = zones.of_system(level.system_id) if permissions.allowed("zone.choose", current_person(), level) else []
    times = zones.schedules_of(level.system_id)
    where = _("Zoner") if not mark else _("Zoner i %(system)s, %(level)s", system=level.system.name, level=level.label)
    hint = _("Bara det som behövs för arbetet. För en del lokaler beslutar också den som är lokalansvarig.")
    yield (
        f"zone_ids{mark}",
        SelectMultipleField(
            where,
            description=hint if seen else _("Bara chefer och behöriga beställare ser zonerna."),
            coerce=int,
            choices=[SelectChoice(zone.id, zone.name) for zone in seen],
            validators=[DataRequired(message=NO_ZONE)],
        ),
    )
    yield (
        f"schedule_id{mark}",
        SelectField(
            _("Tid") if not mark else _("Tid i %(system)s, %(level)s", system=level.system.name, level=level.label),
            coerce=int,
            choices=[SelectChoice(one.id, one.name) for one in times],
            default=times[0].id if times else None,
            validators=[InputRequired(message=_("Välj när taggen ska öppna."))],
        ),
    )


def one_owner(form: Any, field: SelectMultipleField) -> None:
    """An inline validator: the special zones of an order have one owner. Raises ValidationError beside the zones."""
    subject = db.session.get(Person, form.subject.data) if form.subject.data else None
    if subject is not None:
        try:
            zoning.refuse_two_owners({**zone_values(form), "subject": subject})
        except NotAllowed as refusal:
            raise ValidationError(words.refusal(refusal.reason)) from refusal


def zone_values(form: Any, mark: str = "") -> dict[str, Any]:
    """What the form says of zones and time, with the scope in words; nothing for a form that does not ask."""
    if f"zone_ids{mark}" not in form:
        return {}
    chosen, when = sorted(form[f"zone_ids{mark}"].data or []), zones.schedule(form[f"schedule_id{mark}"].data)
    scope = zones.scope_of(zones.by_ids(chosen), when)
    return {"zone_ids": chosen, "schedule_id": when.id if when else None, "scope": scope}
