"""Forms with the fields that the templates ask for; the real ones live in their rooms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from tests.templates.people import ALICE, MARIA

VERDICTS = [SelectChoice("approve", "Godkänn"), SelectChoice("reject", "Avslå"), SelectChoice("return", "Återsänd")]
NEEDED = DataRequired()


class LoginForm(FlaskForm):
    """login.html"""

    login = StringField("Användarnamn", [NEEDED], render_kw={"autocomplete": "username"})
    password = PasswordField("Lösenord", [NEEDED], render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class OrderForm(FlaskForm):
    """order_form.html"""

    subject = RadioField(
        "Vem ska ha behörigheten?",
        [NEEDED],
        choices=[
            SelectChoice("1", f"Mig själv, {ALICE.display_name}"),
            SelectChoice("5", f"{MARIA.display_name}, {MARIA.title}"),
        ],
    )
    scope = SelectField(
        "Vilken enhet gäller det?", [NEEDED], choices=[SelectChoice("", "Välj enhet"), SelectChoice("n", "Enhet Norr")]
    )
    valid_from = DateField("Från och med", [NEEDED], default=date(2026, 12, 1))
    valid_to = DateField("Till och med", description="Lämna tomt om behörigheten behövs tills vidare.")
    justification = TextAreaField("Motivering", [NEEDED, Length(max=1000)])
    remote_access = BooleanField("Behörigheten behövs också utanför kommunens nät")


class DecideForm(FlaskForm):
    """decide.html"""

    verdict = RadioField("Ditt svar", [NEEDED], choices=VERDICTS)
    reason = TextAreaField("Motivering", [Length(max=500)])
    reviewed = BooleanField("Jag har granskat beställningen", [NEEDED])
    nonce = HiddenField(default="n")


class DecideWithLoginForm(DecideForm):
    """decide.html from a link that may not approve"""

    verdict = RadioField("Ditt svar", [NEEDED], choices=VERDICTS[1:])


class GrantForm(FlaskForm):
    """grant_task.html"""

    verdict = RadioField(
        "Hur gick det?",
        [NEEDED],
        choices=[SelectChoice(code, "") for code in ("grant", "propose_lower", "return", "reject")],
    )
    level = RadioField("Vilken nivå räcker?", choices=[SelectChoice("12", "Läsa lån"), SelectChoice("13", "Söka")])
    done_on = DateField("Utfört den", [NEEDED], default=date(2026, 11, 25))
    target_user_id = StringField("Användare i systemet", [NEEDED])
    note = TextAreaField("Anteckning")
    reason = TextAreaField("Motivering", [NEEDED])


class LevelForm(FlaskForm):
    """level_task.html"""

    verdict = RadioField(
        "Ditt svar", [NEEDED], choices=[SelectChoice("accept_lower", ""), SelectChoice("decline_lower", "")]
    )
    reason = TextAreaField("Varför?")
    nonce = HiddenField()


class PassOnForm(FlaskForm):
    """reassign.html"""

    to = RadioField(
        "Vem ska få uppgiften?",
        [NEEDED],
        choices=[
            SelectChoice("6", "Eva Lund, chefens chef"),
            SelectChoice("5", f"{MARIA.display_name}, ersättare för Bo Ek"),
            SelectChoice("7", "Inga Säker, informationssäkerhetssamordnare"),
        ],
    )
    reason = TextAreaField("Varför vidarebefordrar du den?", [NEEDED, Length(max=1000)])


class NobodyForm(PassOnForm):
    """reassign.html when nobody else may answer"""

    to = RadioField("Vem ska få uppgiften?", [NEEDED], choices=[])


class DeputyForm(FlaskForm):
    """deputy_form.html"""

    deputy = RadioField(
        "Vem ska ersätta dig?",
        [NEEDED],
        choices=[
            SelectChoice("6", "Eva Lund, Förvaltningschef, Socialförvaltningen"),
            SelectChoice("5", f"{MARIA.display_name}, {MARIA.title}, {MARIA.unit.name}"),
        ],
    )
    kind = RadioField(
        "När ska ersättaren få frågorna?",
        [NEEDED],
        choices=[
            SelectChoice("absence", "Medan jag är borta: ersättaren får frågorna i stället för mig"),
            SelectChoice("standing", "När jag inte har svarat i tid: ersättaren får frågan också"),
        ],
    )
    valid_from = DateField("Första dagen", [NEEDED], default=date(2026, 12, 1))
    valid_to = DateField("Sista dagen", [NEEDED], description="Högst tolv månader efter första dagen.")


class NoDeputyForm(DeputyForm):
    """deputy_form.html when the search found nobody"""

    deputy = RadioField("Vem ska ersätta dig?", [NEEDED], choices=[])


class NominationForm(FlaskForm):
    """orderer_form.html"""

    person = RadioField(
        "Vem föreslår du?", [NEEDED], choices=[SelectChoice("5", f"{MARIA.display_name}, {MARIA.title}")]
    )
    units = SelectMultipleField(
        "För vilka enheter?",
        [NEEDED],
        choices=[SelectChoice("1", "Huvudbiblioteket"), SelectChoice("2", MARIA.unit.name)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reach = RadioField(
        "I vilka system?",
        [NEEDED],
        choices=[
            SelectChoice("all", "Alla system till och med konfidentialitet 2 (inte de känsligaste)"),
            SelectChoice("chosen", "Bara de system som jag väljer"),
        ],
    )
    systems = SelectMultipleField(
        "System",
        choices=[SelectChoice("1", "MicroMarc"), SelectChoice("2", "Procapita")],
        description="Väljs bara om uppdraget gäller vissa system.",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    valid_from = DateField("Första dagen", [NEEDED], default=date(2026, 12, 1))
    valid_to = DateField("Sista dagen", [NEEDED], description="Högst 24 månader efter första dagen.")


class HandoverForm(FlaskForm):
    """role_hand_over.html"""

    to = RadioField("Vem tar över?", [NEEDED], choices=[SelectChoice("5", f"{MARIA.display_name}, {MARIA.title}")])
    on_date = DateField(
        "Efterträdarens första dag",
        [NEEDED],
        description="Rollen och de öppna uppgifterna byter hand den dagen, om efterträdaren har sagt ja.",
    )


class DutiesForm(FlaskForm):
    """orderer.html"""

    version = HiddenField(default="1.0")
    read = BooleanField("Jag har läst vad uppdraget innebär och tar på mig det", [NEEDED])


class NeededForm(DecideForm):
    """decide.html, of a sensitive level"""

    is_needed = BooleanField("Behörigheten behövs för arbetsuppgiften", [NEEDED])


class IntroductionForm(FlaskForm):
    """activation_task.html, to whoever introduces"""

    introduced = BooleanField("Introduktionen är given", [NEEDED])
    handed_over = BooleanField("Manualen är överlämnad", [NEEDED])
    manual_version = StringField("Manualens version", [NEEDED], description="Till exempel 3.2.")
    note = TextAreaField("Anteckning")


class ByHandForm(FlaskForm):
    """provision_task.html"""

    is_in = BooleanField("Personen är med i gruppen", [NEEDED])
    note = TextAreaField("Anteckning")


class ReceiptForm(FlaskForm):
    """activation_task.html, to the holder"""

    received = BooleanField("Jag har fått introduktion och manual", [NEEDED])
    knows_of_logs = BooleanField("Jag vet att mina slagningar loggas och kontrolleras", [NEEDED])


class RevokeForm(FlaskForm):
    """revoke_task.html"""

    done_on = DateField("Borttagen den", [NEEDED], default=date(2026, 11, 25))
    note = TextAreaField("Anteckning")


class EndForm(FlaskForm):
    """grant_end.html"""

    reason = TextAreaField("Varför behövs den inte längre?")


class BatchForm(FlaskForm):
    """bundle_form.html"""

    people = SelectMultipleField(
        "Mina medarbetare",
        coerce=int,
        choices=[SelectChoice(1, ALICE.display_name), SelectChoice(5, f"{MARIA.display_name}, {MARIA.title}")],
    )
    unit = SelectField(
        "Alla i en enhet", choices=[SelectChoice("0", "Ingen hel enhet"), SelectChoice("2", "Enhet Norr")]
    )
    numbers = TextAreaField("Anställningsnummer", description="Ett nummer på varje rad. Skriv inga personnummer.")
    valid_from = DateField("Gäller från", [NEEDED], default=date(2026, 12, 1))
    justification = TextAreaField("Motivering", [NEEDED])


class ExemptionForm(FlaskForm):
    """exemption_form.html"""

    control = TextAreaField(
        "Kompenserande kontroll", [NEEDED], description="Hur upptäcks fel eller missbruk, vem kontrollerar, hur ofta?"
    )
    valid_to = DateField("Undantaget gäller till och med", [NEEDED], description="Högst ett år.")


class PackForm(FlaskForm):
    """paper_packs.html"""

    unit_id = SelectField(
        "Var ska blanketterna finnas?",
        choices=[SelectChoice("0", "Hos systemförvaltaren, för alla enheter"), SelectChoice("1", "Biblioteket")],
        description="Ett paket för en enhet visar vem som är chef där.",
    )
    count = IntegerField("Antal blanketter", [NEEDED], default=10)


class DeclareForm(FlaskForm):
    """outage_form.html"""

    what = SelectField("Vad är ur bruk?", [NEEDED], choices=[SelectChoice("network", "Nätverket")])
    started_at = DateTimeLocalField("Sedan när?", [NEEDED], default=datetime(2026, 11, 24, 8, 15, tzinfo=UTC))
    note = TextAreaField("Vad har hänt?", render_kw={"maxlength": 1000}, description="Skriv inga personuppgifter.")


class MeasuresForm(FlaskForm):
    """outage.html"""

    measures = TextAreaField("Vad gäller under tiden?", [NEEDED])
    until = DateField("Gäller till och med", [NEEDED], description="Högst en vecka.")


class OutageEndForm(FlaskForm):
    """outage.html"""

    ended_at = DateTimeLocalField("När slutade avbrottet?", [NEEDED], default=datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    issued = IntegerField("Antal blanketter som togs fram", [NEEDED])
    void = IntegerField("Antal av dem som makulerades", [NEEDED])


def wrong(form: FlaskForm, **errors: str) -> FlaskForm:
    """The form with these faults beside its fields."""
    for name, text in errors.items():
        field: Any = form[name]
        field.errors = [text]
    return form


class FreezeForm(FlaskForm):
    """system_freezes.html"""

    first_day = DateField("Stängt från och med", [NEEDED])
    last_day = DateField("Stängt till och med", [NEEDED])
    reason = TextAreaField("Varför", [NEEDED, Length(max=500)])


class EndFreezeForm(FlaskForm):
    """freeze_end.html"""

    end_reason = TextAreaField("Varför öppnas systemet tidigare?", [NEEDED, Length(max=500)])
