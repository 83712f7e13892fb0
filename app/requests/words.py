"""The rules' reasons in plain words, beside the field or on the page."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from workflows.case import GuardResult

REFUSALS = {
    "employment_ended": _("Anställningen har upphört, så inget kan beställas. Stämmer det inte? Hör med din chef."),
    "forbidden": _("Den här behörigheten får inte beställas här. Kontakta informationssäkerhetssamordnaren."),
    "system_not_open": _("Systemet är inte öppet för beställningar."),
    "level_inactive": _("Behörighetsnivån används inte längre. Välj en annan i katalogen."),
    "process_missing": _("Den här nivån kan inte beställas här än. Kontakta systemförvaltaren."),
    "owner_missing": _("Systemet saknar systemägare och kan inte beställas förrän någon är utsedd."),
    "manager_missing": _("Systemet saknar systemförvaltare och kan inte beställas förrän någon är utsedd."),
    "guideline_missing": _("Systemets riktlinje för behörigheter saknas eller har gått ut."),
    "duplicate": _("Det finns redan en sådan beställning eller behörighet."),
    "same_level": _("Det är den nivå som personen redan har. Välj en annan nivå."),
    "other_system": _("Nivån hör till ett annat system. Byt inom systemet, eller gör en ny beställning."),
    "may_not_order": _("Du får inte beställa för den här personen. Närmaste chef eller en behörig beställare kan."),
    "base_not_for_self": _("Grundbehörigheten beställs av närmaste chef eller en behörig beställare."),
    "orderer_required": _("Det här systemet beställs av närmaste chef eller en behörig beställare."),
    "orderer_is_subject": _("Den som är behörig beställare kan inte beställa för sig själv. Be din chef."),
    "start_missing": _("Ange från vilken dag behörigheten behövs."),
    "back_dated": _("Startdagen har redan varit. Välj i dag eller en senare dag."),
    "too_far_ahead": _("Startdagen ligger mer än ett år fram. Välj en tidigare dag."),
    "unit_missing": _("Välj den enhet där behörigheten ska användas."),
    "own_unit": _("Det är personens egen enhet. Gör en vanlig beställning i stället."),
    "over_three_months": _("I en annan enhet gäller behörigheten högst tre månader. Välj en tidigare slutdag."),
    "analysis_missing": _("Skriv vilken analys behörigheten bygger på."),
    "licence_missing": _("Nivån är för legitimerad personal."),
    "siths_missing": _("Beställ först SITHS-kortet: utan det går det inte."),
    "period_reversed": _("Slutdagen ligger före startdagen. Ändra någon av dem."),
    "end_date_needed": _("Ange en slutdag: den här behörigheten är alltid tidsbegränsad för dig."),
    "beyond_employment": _("Slutdagen ligger efter anställningens eller uppdragets slut. Välj en tidigare dag."),
    "too_long": _("Tiden är längre än vad nivån tillåter. Välj en tidigare slutdag."),
    "personnummer": _("Texten innehåller något som ser ut som ett personnummer. Ta bort det och beställ igen."),
    "answer_missing": _("En fråga som måste besvaras är inte besvarad. Beställ nivån för sig, så ställs frågan."),
    "answer_faulty": _("Svaret på en fråga stämmer inte. Ändra det, eller beställ nivån för sig."),
    "everyday_account": _(
        "Kontot är ett som någon loggar in med varje dag. Utökade rättigheter ges till ett särskilt "
        "administratörskonto."
    ),
    "account_taken": _("Någon annan har redan administratörskontot, och konton delas inte. Skriv personens eget."),
    "justification_too_short": _("Skriv vad behörigheten ska användas till, med minst 20 tecken."),
    "justification_too_long": _("Texten är för lång. Korta den till högst 4 000 tecken."),
    "order_failed": _("Något gick fel hos oss, så den här beställningen gjordes inte. Försök igen."),
    "toxic_enforced": _("Personen har eller väntar på en behörighet som inte får kombineras med den här."),
    "toxic_unapproved": _(
        "Personen har eller väntar på en behörighet som inte får kombineras med den här utan undantag. "
        "Be om ett undantag: systemägaren och informationssäkerhetssamordnaren godkänner det tillsammans."
    ),
    "toxic_own_exemption": _("Du har själv godkänt undantaget som beställningen behöver. Be någon annan beställa."),
    "toxic_beyond_exemption": _("Undantaget för kombinationen slutar tidigare. Välj en slutdag senast samma dag."),
    "cross_board": _(
        "Systemet hör till en annan nämnd, och mellan nämnderna gäller sekretess. Behörigheten kan därför inte "
        "beställas. Hör med din chef om hur du får uppgifterna på annat sätt."
    ),
    "cross_board_ground": _(
        "Systemet hör till en annan nämnd, och mellan nämnderna gäller sekretess. Behörigheten nekas om det inte finns "
        "laglig grund. Finns den ska den som beställer ange den, så får även personens egen förvaltning frågan."
    ),
    "other_board_missing": _(
        "Personen hör nu till en annan nämnd, och den förvaltningen har inte godkänt. Återsänd beställningen, så får "
        "den frågan när beställningen skickas igen."
    ),
    "not_self": _("Du kan inte besluta om din egen behörighet eller om en beställning som du själv har gjort."),
    "four_eyes": _("Du har redan godkänt beställningen. Någon annan behöver ta nästa steg."),
    "training_missing": _(
        "En kurs saknas eller har gått ut. Den måste vara genomförd den dag då behörigheten tilldelas, och det har "
        "den som ska ha behörigheten fått veta."
    ),
    "confidentiality_missing": _(
        "En sekretessförbindelse är inte underskriven. Den som ska ha behörigheten har fått veta det."
    ),
    "class_too_high": _("Det som är klassat K4 beställs inte här. Kontakta informationssäkerhetssamordnaren."),
    "period_passed": _(
        "Tiden som beställdes har gått ut. Återsänd beställningen, så att den som beställde kan ange en ny slutdag."
    ),
    "reason_needed": _("Skriv varför, så att den som beställde förstår."),
    "not_a_receiver": _("Den personen får inte svara på uppgiften, eller har redan fått den. Välj någon annan."),
    "zones_of_two_owners": _(
        "Zonerna har olika lokalansvariga, och var och en beslutar för sig. Gör en beställning för var och en av dem."
    ),
    "serial_needed": _("Skriv numret på taggen, kortet eller nyckeln."),
    "serial_taken": _("Det numret har någon annan. Kontrollera numret."),
    "serial_blocked": _("Det numret är spärrat eller förlorat. Använd en annan tagg."),
    "frozen": _("Systemet är stängt för nya skrivbehörigheter just nu. Uppgiften ligger kvar till dess det öppnar."),
    "not_for_emergency": _("Den nivån ges inte som nödbehörighet. Gör en vanlig beställning."),
    "emergency_for_self": _("Du kan inte be om nödbehörighet till dig själv. Be din chef eller IT-jouren."),
    "may_not_ask_emergency": _("Bara chefer, systemförvaltare och IT-jouren kan be om nödbehörighet. Ring IT-jouren."),
    "emergency_again": _(
        "Personen har redan haft den som nödbehörighet de senaste 30 dagarna. Gör en vanlig beställning i stället."
    ),
    "emergency_reason_missing": _("Välj vad som har hänt."),
    "incident_missing": _("Skriv ärendets nummer. Finns inget än: skriv vem du har ringt."),
    "incident_too_long": _("Högst 100 tecken."),
    "level_not_lower": _("Den nivån ger inte mindre än den som är beställd, eller kan inte beställas. Välj en annan."),
    "approval_missing": _("Den nivån kräver ett godkännande som beställningen inte har. Återsänd den i stället."),
    "nothing_offered": _("Ingen lägre nivå är föreslagen längre."),
    "nobody_to_ask": _("Det finns ingen som kan besluta. Kontakta informationssäkerhetssamordnaren."),
}

WAITS = {
    "employment_missing": _("Väntar på att anställningen ska synas i personalkatalogen."),
    "sponsor_not_employed": _("Väntar på att uppdraget får en sponsor som arbetar här."),
    "employment_future": _("Väntar på att anställningen ska börja: den ligger mer än 60 dagar fram."),
    "employment_ambiguous": _("Väntar på Centrala IT: två personer har samma anställningsnummer."),
    "on_leave": _("Väntar medan personen är tjänstledig."),
    "directory_unavailable": _("Väntar på personalkatalogen, som inte svarar. Beställningen går vidare av sig själv."),
    "base_grant_missing": _("Väntar på grundbehörigheten, som måste finnas först."),
    "training_missing": _("Väntar på att en utbildning ska bli klar."),
    "confidentiality_missing": _("Väntar på att en sekretessförbindelse ska skrivas under."),
    "finding_open": _("Väntar på att en allvarlig avvikelse i systemet blir utredd."),
    "system_not_open": _("Väntar: systemet är inte öppet för beställningar just nu."),
    "owner_missing": _("Väntar på att systemet får en systemägare."),
    "manager_missing": _("Väntar på att systemet får en systemförvaltare."),
    "guideline_missing": _("Väntar på en giltig riktlinje för systemet."),
}

ENDS = {
    "rejected": _("Beställningen avslogs."),
    "withdrawn": _("Beställningen togs tillbaka."),
    "lapsed": _("Ingen svarade i tid, så beställningen förföll. Du kan beställa igen."),
    "cancelled": _("Beställningen makulerades eftersom anställningen eller uppdraget har upphört."),
    "revoked": _("Behörigheten är avslutad."),
}


# Reasons that the product gives itself; a person's own words are shown as they are.
CODES = frozenset(REFUSALS) | frozenset(WAITS) | {
    "implicit", "same_answer", "satisfied", "no_answer", "still_waiting", "expired", "emergency_over",
    "emergency_disapproved", "emergency_replaced",
}  # fmt: skip


def refusal(reason: str) -> str:
    """What a refused reason means and what to do; the reason itself when it has no words yet."""
    return str(REFUSALS.get(reason) or WAITS.get(reason) or reason)


def of_guard(guard: GuardResult) -> str:
    """As ``refusal``; of a system that is replaced, also what to order instead."""
    instead = guard.inputs.get("replaced_by")
    if guard.reason == "system_not_open" and instead:
        return gettext("Systemet avvecklas. Beställ i stället i %(system)s.", system=instead)
    return refusal(guard.reason)


def wait(reason: str) -> str:
    """What an order waits for, in a sentence; empty when it does not wait."""
    return str(WAITS.get(reason, reason)) if reason else ""


def beside_fields(guards: tuple[GuardResult, ...], form: Any) -> list[str]:
    """Put each refusal beside its field; returns those that belong to no field of the form."""
    loose = []
    for guard in guards:
        if guard.passed or guard.consequence != "refuse":
            continue
        target = form[guard.field] if guard.field and guard.field in form else None
        if target is None:
            loose.append(of_guard(guard))
        else:
            target.errors = [*target.errors, of_guard(guard)]
    return loose
