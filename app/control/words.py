"""What the pages of the internal control say for the codes that are kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from app.templating import dates
from app.templating.state_words import Look
from workflows.system_profile import AMBER, GREEN, NONE, RED, Light

LIGHTS = {
    GREEN: Look(_("Grön"), "done", "check"),
    AMBER: Look(_("Gul"), "wait", "clock"),
    RED: Look(_("Röd"), "stop", "warning"),
    NONE: Look(_("Behövs inte"), "idle", "info"),
}
THINGS = {
    "roles": _("Ägare och förvaltare"),
    "guideline": _("Riktlinje för beställning"),
    "plan": _("Systemförvaltningsplan med budget"),
    "documentation": _("Systemdokumentation med integrationer"),
    "risk": _("Riskanalys"),
    "continuity": _("Reservrutin med test"),
    "alarms": _("Larm för integrationer"),
    "agreement": _("PUB-avtal"),
    "register": _("Registerförteckning"),
    "power": _("Kraftförsörjning på arbetsplatsen"),
}
HINTS = {
    "plan": _("Var planen finns, till exempel ett diarienummer eller en länk."),
    "documentation": _("Var dokumentationen finns. Den ska säga vilka andra system det hänger ihop med."),
    "risk": _("Att riskerna nedan är genomgångna och stämmer."),
    "continuity": _("Var planen finns. Att den är provad skrivs upp för sig, under Övningar."),
    "alarms": _("Systemägaren bestämmer nivåerna. Den som får mejlet ska veta vad det betyder."),
    "agreement": _("Avtalets diarienummer, eller varför inget behövs."),
    "register": _("Numret i förteckningen, eller varför inget behövs."),
    "power": _("Att arbetsplatsen klarar ett strömavbrott så länge som det behövs."),
}
WHY = {
    "never": _("Finns inte, eller är aldrig intygad"),
    "late": _("Skulle ha gjorts om senast %(day)s"),
    "near": _("Behöver göras om senast %(day)s"),
    "there": _("Gäller till %(day)s"),
    "left_out": _("Intygat att det inte behövs, till %(day)s"),
    "no_owner": _("Systemet har ingen ägare"),
    "no_manager": _("Systemet har ingen förvaltare"),
    "roles_filled": _("Alla roller är tillsatta"),
    "guideline_advised": _("Finns inte. Den krävs inte för systemet, men bör finnas"),
    "no_review_date": _("Finns, men har ingen dag då den ska ses över"),
    "never_tested": _("Finns, men är aldrig provad"),
    "test_late": _("Finns, men skulle ha provats senast %(day)s"),
    "no_integrations": _("Systemet har inga integrationer i drift"),
    "no_personal_data": _("Systemet har inga personuppgifter"),
}
DECISIONS = {
    "": Look(_("Inte beslutad"), "wait", "clock"),
    "accept": Look(_("Godtas"), "idle", "info"),
    "reduce": Look(_("Minskas"), "now", "pencil"),
    "avoid": Look(_("Undviks"), "now", "leave"),
}
REFUSALS = {
    "done_later": _("Dagen har inte varit ännu. Ange när det gjordes."),
    "done_too_long_ago": _("Det är mer än två år sedan. Gör om det, och ange den nya dagen."),
    "due_has_been": _("Dagen har redan varit. Välj en dag framåt."),
    "due_too_far": _("Högst två år från den dag då det gjordes. Välj en tidigare dag."),
    "cannot_be_left_out": _("Det behövs för alla system."),
    "reason_needed": _("Skriv varför, med minst 10 tecken."),
    "reference_needed": _("Skriv var det finns, till exempel ett diarienummer."),
    "measure_needed": _("Risken är 9 eller mer. Skriv vad som görs åt den."),
    "day_needed": _("Ange när åtgärden ska vara klar."),
    "choose_decision": _("Välj vad du beslutar."),
    "decision_too_long": _("Ett beslut om en risk gäller i högst ett år. Välj en tidigare dag."),
    "too_long": _("Texten är för lång. Skriv högst 2 000 tecken."),
    "personnummer": _("Texten ser ut att innehålla ett personnummer. Ta bort det."),
}
CONFLICTS = {"risk_closed": _("Någon annan har redan avslutat risken. Inget har ändrats.")}


def why(light: Light) -> str:
    """Why a light has its colour, in a sentence without a full stop."""
    counted = {
        "few_managers": ngettext("%(num)d förvaltare saknas", "%(num)d förvaltare saknas", light.count),
        "risk_undecided": ngettext(
            "%(num)d hög risk väntar på ägarens beslut", "%(num)d höga risker väntar på ägarens beslut", light.count
        ),
        "measure_late": ngettext("%(num)d åtgärd är sen", "%(num)d åtgärder är sena", light.count),
    }
    if light.why in counted:
        return str(counted[light.why])
    text = str(WHY[light.why])
    return text % {"day": dates.date_in_words(light.day)} if light.day else text
