"""What the pages and files of the yearly reports say for the codes that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from app.control.words import LIGHTS
from app.templating.state_words import Look

STATES = {
    "expected": Look(_("Väntas"), "idle", "clock"),
    "drafted": Look(_("Att skriva"), "now", "pencil"),
    "submitted": Look(_("Väntar på ägaren"), "now", "person"),
    "approved": Look(_("Godkänd"), "now", "check"),
    "received": Look(_("Mottagen"), "done", "check"),
    "closed": Look(_("Avslutad"), "done", "lock"),
    "returned": Look(_("Åter för komplettering"), "wait", "undo"),
}
OVERDUE = Look(_("Försenad"), "stop", "warning")
NOT_APPLICABLE = Look(_("Inget att kontrollera"), "idle", "info")
RATINGS: Mapping[str, Look] = {**LIGHTS, "none": NOT_APPLICABLE}
POINTS = {
    "IK-01": _("Periodisk granskning genomförd i tid"),
    "IK-02": _("Behörigheter utan godkänd beställning"),
    "IK-03": _("Avslut inom utsatt tid"),
    "IK-04": _("Privilegierade behörigheter"),
    "IK-05": _("Nödbehörighet efterkontrollerad"),
    "IK-06": _("Utbildning i GDPR och informationssäkerhet"),
    "IK-07": _("Riktlinje för beställning finns och är aktuell"),
    "IK-08": _("Loggkontroll utförd"),
    "IK-09": _("Plan B testad"),
    "IK-10": _("Minst två systemförvaltare"),
    "IK-11": _("PUB-avtal och registerförteckning aktuella"),
    "IK-12": _("Integrationer godkända och larm satta"),
    "IK-13": _("Ändringar i fasta data granskade"),
}
METHODS = {
    "IK-01": _("Årets granskningar, mot de nivåer som ska granskas"),
    "IK-02": _("Katalogens grupper och systemens kontolistor mot beslutade behörigheter"),
    "IK-03": _("Varje borttagning mot sin sista dag"),
    "IK-04": _("De som gällde vid årets slut: slutdag finns, och samordnaren har fått veta"),
    "IK-05": _("Varje nödbehörighet, mot kontrollen efteråt"),
    "IK-06": _("De anställda vid årets slut, mot giltiga kurser"),
    "IK-07": _("Systemets profil vid årets slut"),
    "IK-08": _("Varje månads loggkontroll, mot sin sista dag"),
    "IK-09": _("Systemets profil vid årets slut, med övningar"),
    "IK-10": _("Rollerna vid årets slut"),
    "IK-11": _("Systemets profil vid årets slut"),
    "IK-12": _("Integrationer i drift: godkänd till ett datum, och larmen intygade"),
    "IK-13": _("Kontroller som förvaltarna har skrivit upp"),
}
WHY = {
    "nothing_to_check": _("Det fanns inget att kontrollera"),
    "leaver_late": _("Någon som slutat hade kvar en behörighet för länge"),
    "no_deviation": _("Inga avvikelser"),
    "review_missed": _("En granskning av ett system med hög sekretess är inte gjord i tid"),
    "no_guideline": _("Riktlinje saknas, och systemet har hög sekretess"),
    "within": _("Avvikelserna är färre än gränsen"),
    "below": _("Avvikelserna är fler än gränsen"),
    "readiness_gaps": _("Något i systemets profil är inte på plats"),
}
OUTCOMES = {
    "granted": _("tilldelade"),
    "revoked": _("återkallade"),
    "rejected": _("avslagna"),
    "withdrawn": _("återtagna"),
    "lapsed": _("förfallna"),
    "cancelled": _("makulerade"),
}
KINDS = {"other": _("Annan kontroll"), "fixed_data": _("Ändringar i fasta data (IK-13)")}
REFUSALS = {
    "report_locked": _("Rapporten är inlämnad. Det går inte att ändra i den nu."),
    "no_such_move": _("Någon annan hann före. Läs in sidan igen."),
    "judgement_needed": _("Skriv din sammanfattande bedömning, med minst 10 tecken."),
    "measures_left": _("Förra årets åtgärder är inte följda upp. De är markerade i tabellen."),
    "four_eyes": _("Du har själv skrivit i rapporten. Någon annan som äger systemet behöver godkänna den."),
    "choose_rating": _("Välj grön, gul eller röd."),
    "raise_needs_reason": _("Bedömningen är bättre än siffrorna visar. Skriv varför, med minst 10 tecken."),
    "question_needed": _("Skriv vad som behöver kompletteras, med minst 10 tecken."),
    "number_too_long": _("Diarienumret är för långt. Skriv högst 60 tecken."),
    "not_closed": _("Rapporten är inte avslutad. Ändra i den i stället."),
    "supplement_needed": _("Skriv vad som rättas, med minst 10 tecken."),
    "say_more": _("Skriv minst 5 tecken."),
    "count_wrong": _("Avvikelserna kan inte vara fler än de kontrollerade."),
    "file_too_large": _("Filen är större än 5 MB."),
    "file_kind": _("Filen är varken PDF, JPEG eller PNG. Spara den i ett av de formaten."),
}
CONFLICTS = {"changed_meanwhile": _("Någon annan har ändrat i rapporten. Läs in sidan igen och fyll på.")}


def reasons(data: Mapping[str, Any]) -> list[str]:
    """Why the proposed rating is what it is, each in a sentence with its control point."""
    found = []
    for code in data["rating_why"]:
        point, _sign, why = code.rpartition(":")
        found.append(f"{point}: {WHY[why]}" if point else str(WHY[why]))
    return found
