"""The forms of the yearly reports, and of controls made by hand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.control import report_words
from app.control.forms import CHOOSE, SHORT
from app.control.words import LIGHTS
from app.requests.forms import NEEDED
from app.systems.forms import DatedForm, day_field
from workflows import system_profile as rules

COUNTED = {"maxlength": rules.LONGEST}
NUMBER = {"inputmode": "numeric"}


class RemarkForm(DatedForm):
    """What is written beside one point's figures."""

    version = HiddenField()
    comment = TextAreaField(_("Kommentar"), render_kw=COUNTED)
    measure = TextAreaField(_("Åtgärd"), description=_("Vad ska göras åt avvikelserna?"), render_kw=COUNTED)
    responsible = StringField(
        _("Ansvarig"), description=_("En roll, till exempel systemförvaltaren."), validators=[SHORT]
    )
    due_on = DateField(_("Klart"), validators=[Optional()])
    followed_up = TextAreaField(_("Vad blev det av förra årets åtgärd?"), render_kw=COUNTED)


class SubmitForm(FlaskForm):
    """The author's judgement of the whole."""

    version = HiddenField()
    judgement = TextAreaField(
        _("Sammanfattande bedömning"), validators=[InputRequired(message=NEEDED)], render_kw=COUNTED
    )


class ApproveForm(FlaskForm):
    """The owner's rating."""

    version = HiddenField()
    rating = RadioField(
        _("Nulägesbedömning"),
        choices=[SelectChoice(code, LIGHTS[code].word) for code in (rules.GREEN, rules.AMBER, rules.RED)],
        validators=[CHOOSE],
    )
    rating_reason = TextAreaField(
        _("Varför"), description=_("Behövs om bedömningen är bättre än den föreslagna."), render_kw=COUNTED
    )


class ReturnForm(FlaskForm):
    """What has to be put right."""

    version = HiddenField()
    question = TextAreaField(
        _("Vad behöver kompletteras?"), validators=[InputRequired(message=NEEDED)], render_kw=COUNTED
    )


class ReceiveForm(FlaskForm):
    """The coordinator takes it over."""

    version = HiddenField()
    diary_number = StringField(_("Diarienummer"), description=_("Om rapporten är diarieförd."), validators=[SHORT])


class SupplementForm(FlaskForm):
    """A correction of a closed report."""

    text = TextAreaField(_("Vad rättas?"), validators=[InputRequired(message=NEEDED)], render_kw=COUNTED)


class ActivityForm(DatedForm):
    """A control that somebody has made by hand."""

    kind = RadioField(
        _("Vilken kontroll?"),
        choices=[SelectChoice(code, said) for code, said in report_words.KINDS.items()],
        validators=[CHOOSE],
        default="other",
    )
    made_on = day_field(_("När gjordes den?"))
    what = StringField(_("Vad kontrollerades?"), validators=[InputRequired(message=NEEDED), SHORT])
    method = StringField(_("Hur?"), validators=[SHORT])
    sample = IntegerField(_("Hur många kontrollerades?"), validators=[InputRequired(message=NEEDED)], render_kw=NUMBER)
    deviations = IntegerField(_("Hur många avvek?"), validators=[InputRequired(message=NEEDED)], render_kw=NUMBER)
    result = TextAreaField(_("Vad blev resultatet?"), validators=[InputRequired(message=NEEDED)], render_kw=COUNTED)
    file = FileField(
        _("Underlag"),
        description=_("PDF, JPEG eller PNG, högst 5 MB."),
        render_kw={"accept": "application/pdf,image/jpeg,image/png"},
    )


class CloseReportForm(FlaskForm):
    """Locking a report that is received."""

    version = HiddenField()
