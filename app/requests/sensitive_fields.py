"""What the form asks besides for a sensitive level (rules.md C3, field.md B1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from app.catalogue.models import AccessLevel

NEEDED = DataRequired(message=_("Kryssa i att behörigheten behövs för arbetsuppgiften."))


def sensitive_fields(level: AccessLevel) -> Iterator[tuple[str, Any]]:
    """The reference to the need analysis, licence and card where the level is for care staff, and the need itself.

    Nothing for other levels. The tick is also the line manager's, where ordering is approving (C3).
    """
    if level.profile != "sensitive":
        return
    yield (
        "need_analysis_ref",
        StringField(
            _("Behovs- och riskanalys"),
            description=_("Diarienummer eller datum för den analys som behörigheten bygger på."),
            validators=[
                InputRequired(message=_("Skriv vilken analys behörigheten bygger på.")),
                Length(max=120, message=_("Högst 120 tecken.")),
            ],
        ),
    )
    if level.details.get("licensed_staff"):
        yield "is_licensed", _must(_("Personen har legitimation"), _("Nivån är för legitimerad personal."))
        yield "has_siths", _must(_("Personen har SITHS-kort"), _("Beställ först SITHS-kortet: utan det går det inte."))
    yield "is_needed", BooleanField(_("Behörigheten behövs för arbetsuppgiften"), validators=[NEEDED])


def _must(label: Any, otherwise: Any) -> BooleanField:
    return BooleanField(label, validators=[DataRequired(message=otherwise)])
