"""What the pages about forms say for the codes that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from app.errors import NotAllowed
from app.requests import words as of_orders
from app.templating.state_words import Look

PAPER_STATES = {
    "registered": Look(_("Att granska"), "now", "clock"),
    "returned": Look(_("Att rätta"), "wait", "undo"),
    "verified": Look(_("Granskad"), "now", "check"),
    "waiting": Look(_("Väntar på katalogen"), "wait", "pause"),
    "granted": Look(_("Behörigheten gäller"), "done", "check"),
    "deviating": Look(_("Avvikelse"), "stop", "warning"),
    "removing": Look(_("Tas bort"), "wait", "clock"),
    "removed": Look(_("Borttagen"), "idle", "undo"),
    "regularised": Look(_("Beställd i efterhand"), "done", "check"),
}
CLASSES = {
    "": Look(_("Inte redovisad"), "stop", "question"),
    "used": Look(_("Använd"), "now", "document"),
    "void": Look(_("Makulerad"), "idle", "cross"),
    "missing": Look(_("Saknas"), "stop", "warning"),
    "blank": Look(_("Blank i pärmen"), "idle", "check"),
}
FINDING_STATES = {
    "open": Look(_("Öppen"), "stop", "warning"),
    "assigned": Look(_("Åtgärdas"), "wait", "clock"),
    "reopened": Look(_("Öppen igen"), "stop", "warning"),
    "resolved_removed": Look(_("Behörigheten är borttagen"), "done", "check"),
    "resolved_regularised": Look(_("Beställd på vanligt sätt"), "done", "check"),
    "accepted_risk": Look(_("Godtagen risk"), "idle", "info"),
    "false_positive": Look(_("Ingen avvikelse"), "idle", "check"),
}
CHECKED = {"phone": _("Per telefon"), "id": _("Mot legitimation"), "no": _("Står inte på blanketten")}
RESULTS = {
    "worked": Look(_("Fungerade"), "done", "check"),
    "partly": Look(_("Fungerade delvis"), "wait", "warning"),
    "failed": Look(_("Fungerade inte"), "stop", "cross"),
}
HINDRANCES = {
    "unaccounted": _("Blanketter är inte redovisade än."),
    "unverified": _("Registrerade blanketter är inte granskade av en annan person än."),
    "waiting": _("Blanketter väntar på svar från personalkatalogen."),
    "count_differs": _("Antalet stämmer inte med det som räknades när avbrottet tog slut."),
    "void_differs": _("Antalet makulerade stämmer inte med det som räknades när avbrottet tog slut."),
}
REFUSALS = {
    "serial_unknown": _("Numret finns inte. Skriv av det som det står, till exempel PB-MIC-0001."),
    "serial_of_other_system": _("Blanketten hör till ett annat system än det som var ur bruk."),
    "serial_not_yours": _("Blanketten hör till ett system som du inte ansvarar för."),
    "serial_used": _("Blanketten är redan registrerad. Ett nummer används en gång."),
    "serial_void": _("Blanketten är makulerad. Gäller en behörighet på den: ta bort den och beställ på vanligt sätt."),
    "serial_missing": _("Blanketten är anmäld som saknad. Ångra det först, i listan över blanketter."),
    "serial_printed_later": _("Blanketten trycktes efter avbrottet. Kontrollera numret."),
    "not_accounted": _("Blanketten är redan ändrad. Läs in sidan igen."),
    "number_unknown": _("Numret finns inte i katalogen. Kontrollera det. Står det så, kryssa i rutan under namnet."),
    "name_differs": _("Namnet hör inte till numret. Kontrollera båda på blanketten."),
    "person_unknown": _("Ingen heter så. Skriv hela namnet, eller anställningsnumret."),
    "person_ambiguous": _("Flera heter så. Skriv anställningsnumret i stället."),
    "level_of_other_system": _("Nivån hör till ett annat system än blanketten."),
    "not_self": _("Du kan inte registrera, granska eller besluta om en blankett som gäller dig. Be en kollega."),
    "own_registration": _("Du har själv registrerat den. Någon annan behöver granska."),
    "personnummer": _("Texten ser ut att innehålla ett personnummer. Ta bort det."),
    "period_reversed": _("Slutdagen ligger före startdagen. Kontrollera blanketten."),
    "before_outage": _("Avbrottet hade inte börjat då. Kontrollera tiden på blanketten."),
    "after_outage": _("Avbrottet var slut då. Efter det beställs behörigheter på vanligt sätt."),
    "done_before_decided": _("Tilldelningen kan inte vara före beslutet. Kontrollera tiderna på blanketten."),
    "done_later": _("Tiden har inte varit ännu. Kontrollera den på blanketten."),
    "scan_empty": _("Filen är tom. Välj den igen."),
    "scan_too_large": _("Filen är större än 5 MB. Skanna med lägre upplösning."),
    "scan_kind": _("Filen är varken PDF, JPEG eller PNG. Spara bilden i ett av de formaten."),
    "scan_again": _("Välj filen igen: webbläsaren behåller den inte när något annat ska ändras."),
    "note_needed": _("Skriv varför, med minst fem tecken."),
    "count_wrong": _("Fler kan inte vara makulerade än som togs fram."),
    "question_needed": _("Skriv vad som inte stämmer, med minst fem tecken."),
    "reason_too_short": _("Skriv varför, med minst 20 tecken."),
    "back_dated": _("Dagen har redan varit. Välj i dag eller senare."),
    "must_be_settled": _("Behörigheten måste tas bort eller beställas. Den kan inte godtas."),
    "risk_too_long": _("En risk godtas i högst sex månader. Välj en tidigare dag."),
    "order_unknown": _("Ärendet finns inte. Skriv av numret, till exempel BEH-2026-000123."),
    "order_of_other_right": _("Ärendet gäller en annan person, nivå eller omfattning."),
    "order_not_granted": _("Ärendet är inte tilldelat än. När det blir det kopplas blanketten av sig själv."),
    "has_ordinary_right": _("Personen har samma behörighet genom en vanlig beställning. Koppla den i stället."),
    "no_such_move": _("Någon annan hann före. Läs in sidan igen."),
    "drill_later": _("Dagen har inte varit ännu. Ange när övningen hölls."),
    "drill_too_old": _("Det är mer än två år sedan. Kontrollera dagen."),
    "notes_needed": _("Skriv vad som inte fungerade, och vad ni gör åt det."),
}
# What the rules say of a paper, where an order's own words do not fit.
REASONS = {
    "executor_is_manager": _("Samma person beslutade och tilldelade. Det ska vara två."),
    "employment_not_checked": _("Blanketten säger inte hur anställningen kontrollerades."),
    "owner_missing_on_paper": _("Systemägaren har inte godkänt, och det behövs för nivån."),
    "not_asked_manager_approval": _("Den som beslutade var inte chef för personen."),
    "not_asked_receiving_approval": _("Den som beslutade var inte chef för personen."),
    "not_asked_owner_approval": _("Den som godkände som ägare var inte systemägare eller ersättare."),
    "other_board_missing": _("Personens egen förvaltning har inte godkänt, och det behövs över en nämndgräns."),
    "not_asked_grant": _("Den som tilldelade var inte systemförvaltare."),
    "beyond_outage": _("Behörigheten gavs för längre tid än fem arbetsdagar efter avbrottet."),
    "beyond_own_unit": _("Behörigheten gavs utanför personens egen enhet."),
    "back_dated": _("Behörigheten började gälla innan blanketten skrevs."),
    "duplicate": _("Personen hade redan samma behörighet eller beställning."),
    "may_not_order": _("Den som beställde får inte beställa för personen."),
    "not_self": _("Någon har beslutat om sin egen behörighet eller beställning."),
    "four_eyes": _("Samma person har tagit två steg som ska tas av olika personer."),
    "employment_ended": _("Anställningen har upphört."),
    "employment_missing": _("Personen har ingen anställning i katalogen."),
    "employment_future": _("Anställningen hade inte börjat."),
    "employment_ambiguous": _("Två personer har samma anställningsnummer."),
    "on_leave": _("Personen är tjänstledig."),
    "base_grant_missing": _("Personen har ingen grundbehörighet."),
    "training_missing": _("En kurs saknas eller har gått ut."),
    "confidentiality_missing": _("En sekretessförbindelse är inte underskriven."),
    "directory_unavailable": _("Personalkatalogen svarar inte."),
}


def reason(code: str) -> str:
    """Why the rules would not have given the right, in a sentence."""
    return str(REASONS.get(code) or of_orders.refusal(code))


def refusal(code: str) -> str:
    """What is wrong beside a field, and what to do."""
    return str(REFUSALS.get(code) or of_orders.refusal(code))


def beside(form: Any, refused: NotAllowed, otherwise: str = "") -> None:
    """The refusal as an error beside its field; ``otherwise`` names the field of what has none of its own."""
    name = str(refused.details.get("field", ""))
    form[name if name in form else otherwise].errors = [refusal(refused.reason)]


def failed(trials: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reasons that failed, each once, with when it was so: then, now or both."""
    moments: dict[str, set[str]] = {}
    for trial in trials:
        if not trial["passed"]:
            moments.setdefault(trial.get("reason", ""), set()).add(trial["moment"])
    return [{"text": reason(code), "moments": when} for code, when in moments.items()]
