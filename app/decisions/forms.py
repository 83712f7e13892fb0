"""Answers: a choice, a reason, and a person's act. Nothing is preselected."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from workflows.lowering import ACCEPT, DECLINE, PROPOSE
from workflows.personal_numbers import find_personnummer

NEEDS_REASON = ("reject", "return", PROPOSE)
CHOOSE = _("Välj ett svar.")


class AnswerForm(FlaskForm):
    """A manager's or an owner's answer."""

    verdict = RadioField(
        _("Ditt svar"),
        choices=[
            SelectChoice("approve", _("Godkänn")),
            SelectChoice("reject", _("Avslå")),
            SelectChoice("return", _("Återsänd")),
        ],
        validators=[InputRequired(message=CHOOSE)],
    )
    reason = TextAreaField(_("Skäl"), validators=[Optional(), Length(max=2000, message=_("Högst 2 000 tecken."))])
    is_needed = BooleanField(_("Behörigheten behövs för arbetsuppgiften"))
    reviewed = BooleanField(_("Jag har granskat beställningen"))
    nonce = HiddenField()

    def validate_is_needed(self, field: BooleanField) -> None:
        """What is sensitive is approved for a task, and the manager says so (rules.md C3). Left out of other forms."""
        if self.verdict.data == "approve" and not field.data:
            raise ValidationError(str(_("Kryssa i att behörigheten behövs för arbetsuppgiften, eller avslå.")))

    def validate_reviewed(self, field: BooleanField) -> None:
        """Approving takes a person's act; a rejection has its reason instead (email-decisions.md, point 3)."""
        if self.verdict.data == "approve" and not field.data:
            raise ValidationError(str(_("Kryssa i att du har granskat beställningen.")))

    def validate(self, extra_validators: object = None) -> bool:
        """Also asks for the reason that a rejection and a return need."""
        valid = bool(super().validate(extra_validators))
        return _with_reason(self) and valid


class GrantForm(FlaskForm):
    """The system manager's receipt, refusal or return."""

    verdict = RadioField(
        _("Hur gick det?"),
        choices=[
            SelectChoice("grant", _("Utförd")),
            SelectChoice(PROPOSE, _("Föreslå lägre nivå")),
            SelectChoice("return", _("Återsänd")),
            SelectChoice("reject", _("Avslå")),
        ],
        validators=[InputRequired(message=CHOOSE)],
    )
    level = RadioField(_("Vilken nivå räcker?"), coerce=int, validators=[Optional()], validate_choice=False)
    done_on = DateField(_("Utförd"), validators=[Optional()])
    target_user_id = StringField(_("Användarnamn i systemet"), validators=[Optional(), Length(max=200)])
    note = TextAreaField(_("Anteckning"), validators=[Optional(), Length(max=2000)])
    reason = TextAreaField(_("Skäl"), validators=[Optional(), Length(max=2000)])

    def validate(self, extra_validators: object = None) -> bool:
        """Also asks for the reason of a no, for the date of a yes, and for the level that is enough."""
        valid = bool(super().validate(extra_validators))
        if self.verdict.data == PROPOSE and "level" in self and not self.level.data:
            self.level.errors = [str(_("Välj vilken nivå som räcker."))]
            valid = False
        if self.verdict.data == "grant" and self.done_on.data is None and not self.done_on.errors:
            self.done_on.errors = [str(_("Ange vilken dag behörigheten lades in."))]
            return False
        return _with_reason(self) and valid


class LevelForm(FlaskForm):
    """The orderer's answer to a lower level."""

    verdict = RadioField(
        _("Ditt svar"),
        choices=[SelectChoice(ACCEPT, _("Ja, den räcker")), SelectChoice(DECLINE, _("Nej, den räcker inte"))],
        validators=[InputRequired(message=CHOOSE)],
    )
    reason = TextAreaField(_("Varför?"), validators=[Optional(), Length(max=2000, message=_("Högst 2 000 tecken."))])
    nonce = HiddenField()

    def validate_reason(self, field: TextAreaField) -> None:
        """No personnummer in free text (rules.md G11)."""
        if find_personnummer(field.data or ""):
            raise ValidationError(str(_("Texten innehåller något som ser ut som ett personnummer. Ta bort det.")))

    def validate(self, extra_validators: object = None) -> bool:
        """Also asks why the level is not enough: the system manager has to decide anew."""
        valid = bool(super().validate(extra_validators))
        if self.verdict.data == DECLINE and not (self.reason.data or "").strip():
            self.reason.errors = [str(_("Skriv vad du behöver som den lägre nivån inte ger."))]
            return False
        return valid


class ProgramForm(GrantForm):
    """The system manager's receipt for what a tag carries: which one it is (rules.md C4). A PIN is not asked for."""

    credential_kind = RadioField(
        _("Vad är det?"),
        choices=[SelectChoice("tag", _("Tagg")), SelectChoice("card", _("Kort")), SelectChoice("key", _("Nyckel"))],
        validators=[Optional()],
    )
    serial = StringField(
        _("Nummer"),
        description=_("Numret som står på den. Har personen redan en i systemet: skriv det numret. Skriv ingen PIN."),
        validators=[Optional(), Length(max=40, message=_("Högst 40 tecken."))],
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Also asks which one it is, where it is programmed."""
        valid = bool(super().validate(extra_validators))
        if self.verdict.data != "grant":
            return valid
        if not self.credential_kind.data:
            self.credential_kind.errors = [str(_("Välj vad det är."))]
        if not (self.serial.data or "").strip():
            self.serial.errors = [*self.serial.errors, str(_("Skriv numret."))]
        return valid and not (self.credential_kind.errors or self.serial.errors)


class RevokeForm(FlaskForm):
    """The system manager confirms that a right is gone."""

    done_on = DateField(_("Borttagen"), validators=[InputRequired(message=_("Ange vilken dag den togs bort."))])
    note = TextAreaField(_("Anteckning"), validators=[Optional(), Length(max=2000)])


class PassOnForm(FlaskForm):
    """Who shall have the task instead, and why: the receiver and the people of the order read it."""

    to = RadioField(
        _("Vem ska få uppgiften?"),
        coerce=int,
        validate_choice=False,  # the rules are asked again when the task is passed on, and say why not
        validators=[InputRequired(message=_("Välj vem som ska få uppgiften."))],
    )
    reason = TextAreaField(
        _("Varför vidarebefordrar du den?"),
        description=_("Den som får uppgiften läser det, och det syns i ärendet."),
        validators=[
            DataRequired(message=_("Skriv varför, så att den som får uppgiften förstår.")),
            Length(max=1000, message=_("Högst 1 000 tecken.")),
        ],
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """No personnummer in free text (rules.md G11)."""
        if find_personnummer(field.data or ""):
            raise ValidationError(str(_("Texten innehåller något som ser ut som ett personnummer. Ta bort det.")))


def _with_reason(form: AnswerForm | GrantForm) -> bool:
    if form.verdict.data in NEEDS_REASON and not (form.reason.data or "").strip():
        form.reason.errors = [str(_("Skriv varför, så att den som beställde förstår."))]
        return False
    return True
