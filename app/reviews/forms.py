"""What is asked when a review is begun, and how the answers of a reviewer's page are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.reviews import words
from app.reviews.answering import Said

NEEDED = InputRequired(message=_("Fyll i det här fältet."))
LONGEST = Length(max=1000, message=_("Texten är för lång. Skriv högst 1 000 tecken."))
FIELD = re.compile(r"verdict-(\d{1,9})")
ALL = "keep_all"


class NewForm(FlaskForm):
    """What a review is to be of, and why."""

    kind = RadioField(
        _("Vad ska granskas?"),
        choices=[SelectChoice(code, said) for code, said in words.KINDS.items()],
        validators=[InputRequired(message=_("Välj vad som ska granskas."))],
    )
    code = StringField(
        _("Vilket?"),
        description=_("Systemets kod, enhetens kod eller personens anställningsnummer."),
        validators=[NEEDED, Length(max=40, message=_("Högst 40 tecken."))],
    )


class BeginForm(NewForm):
    """As seen in the dry run, with the reason."""

    reason = TextAreaField(
        _("Varför granskas det nu?"),
        description=_("Kort. De som granskar ser det."),
        validators=[NEEDED, LONGEST],
        render_kw={"maxlength": 1000},
    )
    in_spite = BooleanField(_("Öppna ändå, trots att det som är känt är gammalt"))


class ReasonForm(FlaskForm):
    """Why a campaign is cancelled or released, or a right spared."""

    reason = TextAreaField(_("Varför?"), validators=[NEEDED, LONGEST], render_kw={"maxlength": 1000})


class SignForm(FlaskForm):
    """What the owner says of it all."""

    statement = TextAreaField(
        _("Ditt utlåtande"),
        description=_("Vad granskningen visade, och vad som är gjort. Det följer med till internkontrollen."),
        validators=[NEEDED, LONGEST],
        render_kw={"maxlength": 1000},
    )


class PassForm(FlaskForm):
    """To whom somebody's rights go."""

    to = StringField(
        _("Anställningsnummer för den som leder personen"),
        description=_("Med inledande nollor."),
        validators=[NEEDED, Length(max=40, message=_("Högst 40 tecken."))],
    )


def said(form: Mapping[str, str], now: datetime) -> Said:
    """The answers that were sent: radio buttons, or a button that takes one back, or one that keeps all that wait."""
    seen = form.get("seen", "")
    seconds = max(0.0, now.timestamp() - int(seen)) if seen.isdecimal() and len(seen) < 12 else 0.0
    undo = form.get("undo", "")
    if undo.isdecimal():
        return Said({int(undo): ("", "")})
    if ALL in form:
        waits = [int(one) for one in form.get("waits", "").split() if one.isdecimal() and len(one) < 10]
        return Said(dict.fromkeys(waits, ("keep", "")), seconds, is_bulk=True)
    answers = {}
    for name, verdict in form.items():
        number = FIELD.fullmatch(name)
        if number and verdict:
            answers[int(number[1])] = (verdict, form.get(f"note-{number[1]}", ""))
    return Said(answers, seconds)
