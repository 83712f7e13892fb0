"""The room's words: kinds of assignment, how one stands, and refusals."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from workflows.assignment_guard import KINDS

KIND_WORDS: Mapping[str, object] = {
    "elected": _("Förtroendevald"),
    "trainee": _("Praktikant eller elev"),
    "consultant": _("Konsult"),
    "volunteer": _("Volontär"),
    "care_provider": _("Hos en extern utförare"),
}
assert set(KIND_WORDS) == set(KINDS)
ENDS: Mapping[str, object] = {
    "over": _("Sista dagen har passerat."),
    "withdrawn": _("Avslutat i förtid."),
    "account_gone": _("Kontot är spärrat eller borttaget."),
}
REFUSALS: Mapping[str, object] = {
    "assignments_off": _("Kommunen har inte öppnat för uppdrag."),
    "assignment_missing": _("Personen har varken anställning eller uppdrag."),
    "assignment_kind": _("Välj vad för slags uppdrag det är."),
    "sponsor_is_subject": _("Ingen kan vara sponsor för sig själv. Välj någon annan."),
    "sponsor_not_employed": _("Sponsorn måste vara en chef som arbetar här. Välj någon annan."),
    "sponsor_leads_nobody": _("Sponsorn måste vara chef för någon. Välj någon annan."),
    "same_sponsor": _("Den personen är redan sponsor. Välj någon annan."),
    "agreement_ref_missing": _("Skriv vilket avtal uppdraget vilar på."),
    "assignment_too_long": _("Ett uppdrag gäller högst tolv månader i taget. Välj en tidigare dag."),
    "assignment_over": _("Sista dagen ligger före första dagen, eller har redan varit. Välj en senare dag."),
    "not_later": _("Uppdraget gäller redan så länge. Välj en senare dag."),
    "already_employed": _("Personen är anställd och behöver inget uppdrag."),
    "assignment_former": _(
        "Numret tillhör någon som har varit anställd här. Be personalenheten om ett nytt nummer för uppdraget."
    ),
}
# Of other rooms, said here of an assignment.
SHARED: Mapping[str, object] = {
    "not_self": _("Ingen kan besluta om sitt eget uppdrag."),
    "back_dated": _("Första dagen har redan varit. Välj i dag eller senare."),
    "personnummer": _("Texten innehåller något som ser ut som ett personnummer. Ta bort det."),
}
CONFLICTS: Mapping[str, object] = {
    "assignment_exists": _("Personen har redan ett uppdrag. Förläng det i stället."),
    "assignment_ended": _("Uppdraget är redan avslutat. Inget har ändrats."),
}
