"""Signing an agreement, and handing in a file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired


class SignForm(FlaskForm):
    """A person's act: nothing is ticked from the start. ``version`` is the one that was read."""

    version = HiddenField()
    agreed = BooleanField(
        _("Jag har läst förbindelsen och skriver under den"),
        validators=[InputRequired(message=_("Kryssa i rutan om du vill skriva under."))],
    )


class ImportForm(FlaskForm):
    """A file of completed courses."""

    file = FileField(_("Fil med genomförda kurser"), validators=[FileRequired(message=_("Välj en fil."))])
