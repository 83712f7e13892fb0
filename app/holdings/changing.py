"""Ordering another level instead of one that somebody has: the old one ends when the new one is granted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app import clock
from app.auth import act_as, needs
from app.catalogue.models import AccessLevel
from app.errors import NotAllowed
from app.grants.models import Grant
from app.holdings import bp, by_id
from app.requests import changing, forms, order_pages, ordering, questions, words
from workflows.form_fields import Field


class ChangeForm(forms.OrderForm):
    """To which level, until when, and why; and what the definition asks of any of the levels."""

    level = RadioField(
        lazy_gettext("Ny nivå"),
        coerce=int,
        validate_choice=False,
        validators=[InputRequired(message=lazy_gettext("Välj den nya nivån."))],
    )
    scope = StringField(
        lazy_gettext("Omfattning"),
        description=lazy_gettext("Vilken enhet, skola eller zon gäller det? Bara det du behöver."),
        validators=[Optional(), Length(max=200, message=lazy_gettext("Högst 200 tecken."))],
    )
    valid_to = DateField(
        lazy_gettext("Gäller till och med"),
        description=lazy_gettext("Tomt betyder tills vidare."),
        validators=[Optional()],
    )
    justification = TextAreaField(
        lazy_gettext("Motivering"), validators=[InputRequired(message=lazy_gettext("Fyll i det här fältet."))]
    )

    def __init__(self, grant: Grant, levels: list[AccessLevel], **kwargs: Any) -> None:
        super().__init__(data={"valid_to": grant.valid_to, "scope": grant.scope}, **kwargs)
        self.grant, self.levels = grant, {level.id: level for level in levels}
        self.level.choices = [SelectChoice(level.id, _described(level)) for level in levels]
        if not any(level.scope_kind != "system" for level in levels):
            del self.scope

    @property
    def subject_id(self) -> int | None:
        """Whose right it is."""
        return self.grant.subject_id

    @property
    def chosen(self) -> AccessLevel:
        """The new level; only after validation."""
        return self.levels[self.level.data]

    @property
    def to_answer(self) -> tuple[Field, ...]:
        """What the definition asks of the chosen level."""
        level = self.levels.get(self.level.data)
        return questions.of_level(level, "change", self.grant.subject) if level else ()

    def validate_level(self, field: RadioField) -> None:
        """Only another level of the same system, that can be ordered."""
        if field.data == self.grant.level_id:
            raise ValidationError(words.refusal("same_level"))
        if field.data not in self.levels:
            raise ValidationError(str(_("Välj en av nivåerna.")))

    def validate_scope(self, field: StringField) -> None:
        """A level that is for a part of the municipality says which."""
        level = self.levels.get(self.level.data)
        if level is not None and level.scope_kind != "system" and not (field.data or "").strip():
            raise ValidationError(str(_("Fyll i det här fältet.")))


def _described(level: AccessLevel) -> str:
    return f"{level.label}. {level.description}" if level.description else level.label


@bp.get("/<int:grant_id>/change")
@needs("grant.change", by_id)
def change(grant: Grant) -> str:
    """The form for another level."""
    changing.require_changeable(grant)
    return _page(grant, _form(grant))


@bp.post("/<int:grant_id>/change")
@needs("grant.change", by_id)
def send_change(grant: Grant) -> Any:
    """Order the other level: the same people decide as about a new right (rules.md C2)."""
    changing.require_changeable(grant)
    form = _form(grant)
    if not form.validate():
        return _page(grant, form)
    values = {
        "subject": grant.subject,
        "level": form.chosen,
        "kind": "change",
        "grant_id": grant.id,
        "employment_id": grant.employment_id,
        "scope": form.scope.data.strip() if form.chosen.scope_kind != "system" else "",
        "valid_from": clock.today(),
        "valid_to": form.valid_to.data,
        "justification": form.justification.data.strip(),
        "answers": questions.answers_of(form, form.to_answer),
    }
    try:
        case_number = ordering.place(values, actor=act_as("orderer"), now=clock.now())
    except NotAllowed as refusal:
        return _page(grant, form, **order_pages.refused(form, refusal.guards))
    flash(_("Beställningen är skickad."), "done")
    return redirect(url_for("requests.show", case_number=case_number))


def _form(grant: Grant) -> ChangeForm:
    levels = changing.levels_for(grant, clock.today())
    if not levels:
        raise NotAllowed("no_other_level")
    asked = questions.of_levels(levels, "change", grant.subject)
    fields = (*questions.fields(asked), *forms.acknowledgement(grant.level))
    return type("LevelForm", (ChangeForm,), {**dict(fields), "asked": asked})(grant, levels)


def _page(grant: Grant, form: ChangeForm, **known: Any) -> str:
    what = SimpleNamespace(tone="now", text=_what_happens(grant))
    return order_pages.show(
        form,
        grant.level,
        _("Byt nivå i %(system)s för %(name)s", system=grant.level.system.name, name=grant.subject.display_name),
        guideline=order_pages.guideline_of(grant.level),
        preview_url=url_for("grants.send_change", grant_id=grant.id),
        cancel_url=url_for("grants.index"),
        sends=True,
        **(known | {"notices": [what, *known.get("notices", [])]}),
    )


def _what_happens(grant: Grant) -> str:
    return _(
        "Nivån i dag är %(level)s. Den gäller tills den nya är tilldelad och avslutas sedan av systemförvaltaren.",
        level=grant.level.label,
    )
