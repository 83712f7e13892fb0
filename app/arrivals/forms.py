"""Why a newcomer needs no base order."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from app.arrivals.services import LONGEST_REASON, SHORTEST_REASON


class DeclineForm(FlaskForm):
    """The manager's reason."""

    reason = TextAreaField(
        _("Varför behövs ingen grundbeställning?"),
        description=_("Till exempel: arbetar bara praktiskt och ska inte ha konto."),
        validators=[
            InputRequired(message=_("Skriv varför den inte behövs.")),
            Length(min=SHORTEST_REASON, message=_("Skriv varför den inte behövs.")),
            Length(max=LONGEST_REASON, message=_("Högst 1000 tecken.")),
        ],
    )
