"""What is said about a change of work: the announcement, and the answers about each right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.errors import NotAllowed
from app.movers.deciding import Answer, Overlap
from workflows.movers import VERDICTS

NEEDED = InputRequired(message=_("Fyll i det här fältet."))


class AnnounceForm(FlaskForm):
    """Who changes work, when, to which unit and manager."""

    employee_number = StringField(
        _("Anställningsnummer"),
        description=_("Med inledande nollor."),
        validators=[NEEDED, Length(max=40, message=_("Högst 40 tecken."))],
    )
    change_on = DateField(_("Första dagen i det nya arbetet"), validators=[NEEDED])
    unit = SelectField(_("Ny enhet"), coerce=int, validators=[Optional()])
    new_manager = StringField(
        _("Den nya chefens inloggningsnamn"),
        description=_("Lämna tomt om det är du."),
        validators=[Optional(), Length(max=100)],
    )

    def __init__(self, units: Iterable[tuple[int, str]]) -> None:
        super().__init__()
        same = SelectChoice(0, gettext("Samma enhet som nu"))
        self.unit.choices = [same, *(SelectChoice(number, name) for number, name in units)]


class ReorganisationForm(FlaskForm):
    """What it is called, until when it counts, and which unit becomes which."""

    name = StringField(
        _("Vad heter omorganisationen?"), validators=[NEEDED, Length(max=120, message=_("Högst 120 tecken."))]
    )
    last_on = DateField(
        _("Sista dagen"),
        description=_("Den som katalogen visar i den nya enheten senare får ett eget ärende."),
        validators=[NEEDED],
    )
    mapping = TextAreaField(
        _("Enheterna"),
        description=_("En rad för varje enhet: gammal kod, semikolon, ny kod. Alla i samma nämnd."),
        validators=[NEEDED, Length(max=50_000, message=_("Texten är för lång."))],
    )


def answers(given: Mapping[str, str], row_ids: Iterable[int]) -> dict[int, Answer]:
    """The new manager's answers by row; rows that are left open are not there.

    Raises NotAllowed with ``row``: verdict_unknown, date_unreadable.
    """
    found = {}
    for row_id in row_ids:
        verdict = given.get(f"verdict-{row_id}", "")
        if not verdict:
            continue
        if verdict not in VERDICTS:
            raise NotAllowed("verdict_unknown", row=row_id)
        found[row_id] = Answer(verdict, _day(given.get(f"until-{row_id}", ""), row_id) if verdict == "remove" else None)
    return found


def overlaps(given: Mapping[str, str], row_ids: Iterable[int]) -> dict[int, Overlap]:
    """What the old manager asks for, by row. Raises NotAllowed with ``row``: date_unreadable."""
    found = {}
    for row_id in row_ids:
        until = _day(given.get(f"overlap-{row_id}", ""), row_id)
        if until is not None:
            found[row_id] = Overlap(until, given.get(f"reason-{row_id}", ""))
    return found


def _day(text: str, row_id: int) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise NotAllowed("date_unreadable", row=row_id) from None
