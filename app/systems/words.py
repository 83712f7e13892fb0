"""The refusals of this room in plain words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from app.errors import NotAllowed
from app.requests import words

REFUSALS = {
    "period": _("Den sista dagen ligger före den första. Ändra någon av dem."),
    "back_dated": _("Dagen har redan varit. Välj i dag eller en senare dag."),
    "freeze_too_long": _("Högst 92 dagar åt gången. Ska systemet vara stängt längre, ändra det i katalogen."),
    "reason_needed": _("Skriv varför, så att de som väntar förstår."),
    "already_ended": _("Perioden är redan avslutad."),
}


def beside(refusal: NotAllowed, form: Any) -> None:
    """Put the refusal beside the field that it is about, or the form's last."""
    text = str(REFUSALS.get(refusal.reason) or words.refusal(refusal.reason))
    name = refusal.details.get("field")
    field = form[name] if name in form else list(form)[-1]
    field.errors = [*field.errors, text]
