"""What is said of outages and their paper forms (app/outages): heading, what happened, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.errorpages.headings import CHANGED, GO_BACK, RULES

SEE_OUTAGE = _("Öppna avbrottets blanketter och se vad som gäller nu.")

WORDS: Mapping[str, tuple[object, object, object]] = {
    "form_count": (RULES, _("Välj ett annat antal blanketter. Inget har ändrats."), GO_BACK),
    "outage_ended": (
        _("Avbrottet är redan avslutat"),
        _("Någon annan avslutade det. Det du skickade är inte sparat."),
        _("Öppna avbrottet igen och se vad som gäller nu."),
    ),
    "outage_lasts": (CHANGED, _("Avbrottet pågår än. Blanketterna registreras när det är slut."), GO_BACK),
    "outage_closed": (
        _("Avbrottet är stängt"),
        _("Varje blankett är redovisad, så inget mer registreras. Det du skickade är inte sparat."),
        _("Hittas en blankett till rättar den som är ansvarig antalet. Då öppnas avbrottet igen."),
    ),
    "not_all_accounted": (RULES, _("Alla blanketter är inte redovisade. Inget har ändrats."), SEE_OUTAGE),
    "finding_settled": (CHANGED, _("Avvikelsen är redan åtgärdad."), _("Öppna listan igen och se vad som gäller nu.")),
    "nothing_chosen": (RULES, _("Välj minst en i listan. Inget har ändrats."), GO_BACK),
    "answer_needed": (RULES, _("Välj vad du vill göra. Inget har ändrats."), GO_BACK),
    "until_needed": (RULES, _("Välj till och med vilken dag. Inget har ändrats."), GO_BACK),
    "not_removable": (RULES, _("Det går bara för avvikelser om en persons behörighet. Inget har ändrats."), GO_BACK),
    "not_owner": (RULES, _("Bara systemägaren kan godta risken. Inget har ändrats."), GO_BACK),
    "baseline_taken": (
        CHANGED,
        _("Utgångsläget är redan taget."),
        _("Öppna sidan igen och se hur långt det har kommit."),
    ),
    "baseline_unknown": (
        _("Katalogen går inte att lita på just nu"),
        _("Inget är ändrat. Utgångsläget tas av en läsning som är hel och ny."),
        _("Se läsningarna av katalogen, och försök igen i morgon."),
    ),
    "not_accounted": (CHANGED, _("Blanketten är redan ändrad."), SEE_OUTAGE),
    "document_damaged": (
        _("Dokumentet är skadat"),
        _("Det som är sparat är inte det som gjordes, så det lämnas inte ut."),
        _("Gör ett nytt dokument, och kontakta informationssäkerhetssamordnaren."),
    ),
    "scan_damaged": (
        _("Bilden är skadad"),
        _("Det som är sparat är inte det som registrerades, så det lämnas inte ut."),
        _("Skanna blanketten igen, och kontakta informationssäkerhetssamordnaren."),
    ),
}
