"""The form of a check: an answer about each person who was drawn, and what the check says as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import Optional

from app.log_checks import words
from app.log_checks.models import LogCheck
from app.log_checks.services import Said
from workflows import log_check

ANSWERS = [SelectChoice(code, said) for code, said in words.RESULTS.items()]
WHOLE = Optional()


class UntilSigned:
    """An answer may wait, but the signature needs it: the field is not called optional."""

    field_flags: ClassVar = {"depends": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Whether it is missing is for the service to say."""


class CheckForm(FlaskForm):
    """What the check says as a whole. Whether something is missing is for the service to say, when it is signed."""

    version = HiddenField()
    colleague_cases = IntegerField(
        _("Slagningar på egna kollegor som du har sett och granskat"),
        description=_("Antal i loggen under månaden. Fanns inga: skriv 0."),
        validators=[WHOLE],
        render_kw={"inputmode": "numeric"},
    )
    protected_cases = IntegerField(
        _("Slagningar på personer med skyddade personuppgifter som du har granskat"),
        description=_("Antal i loggen under månaden. Fanns inga: skriv 0."),
        validators=[WHOLE],
        render_kw={"inputmode": "numeric"},
    )
    action = TextAreaField(
        _("Vad är gjort åt avvikelserna?"),
        description=_("Behövs när något avviker. Skriv inga uppgifter ur loggen."),
        validators=[WHOLE],
        render_kw={"maxlength": log_check.LONGEST},
    )


def form_for(check: LogCheck) -> Any:
    """The form of a check, filled in with what is saved; two fields for each person: ``result_<id>``, ``note_<id>``."""
    fields: dict[str, Any] = {}
    for item in check.items:
        fields[f"result_{item.id}"] = RadioField(
            _("Vad visade loggen för %(name)s?", name=item.person.display_name),
            choices=ANSWERS,
            validate_choice=False,
            validators=[WHOLE, UntilSigned()],
            default=item.result or None,
        )
        fields[f"note_{item.id}"] = TextAreaField(
            _("Anteckning"),
            description=_("Behövs om något avvek eller inte gick att kontrollera."),
            validators=[WHOLE],
            default=item.note,
            render_kw={"maxlength": log_check.LONGEST},
        )
    whole: dict[str, Any] = {"colleague_cases": check.colleague_cases, "protected_cases": check.protected_cases}
    whole |= {"action": check.action, "version": str(check.version)}
    return type("CheckFormOfPeople", (CheckForm,), fields)(data=whole)


def said(check: LogCheck, form: Any) -> Said:
    """What the form says."""
    answers = {
        item.id: (form[f"result_{item.id}"].data or "", form[f"note_{item.id}"].data or "") for item in check.items
    }
    version = form.version.data or ""
    return Said(
        answers,
        version=int(version) if version.isdecimal() else 0,
        action=form.action.data or "",
        colleague_cases=form.colleague_cases.data,
        protected_cases=form.protected_cases.data,
    )


def show_faults(form: Any, faults: Mapping[str, str]) -> None:
    """What is wrong, beside each field."""
    for name, code in faults.items():
        form[name].errors = [str(words.REFUSALS[code])]
