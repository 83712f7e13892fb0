"""The room's words: states, answers, what came of each right, why something is recommended, and refusals."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.reviews.models import ReviewCampaign
from app.templating.state_words import Look

STATES: Mapping[str, Look] = {
    "planned": Look(_("Planerad"), "idle", "clock"),
    "open": Look(_("Pågår"), "now", "person"),
    "grace": Look(_("Tiden är ute, sista påminnelsen"), "wait", "warning"),
    "applying": Look(_("Genomförs"), "now", "clock"),
    "stopped": Look(_("Har stannat"), "stop", "warning"),
    "closed": Look(_("Klar och underskriven"), "done", "check"),
    "cancelled": Look(_("Avbruten"), "idle", "undo"),
}
KINDS: Mapping[str, object] = {"system": _("Ett system"), "unit": _("En enhet"), "person": _("En person")}
VERDICTS: Mapping[str, object] = {"keep": _("Behåll"), "change": _("Ändra"), "remove": _("Ta bort")}
OUTCOMES: Mapping[str, Look] = {
    "": Look(_("Väntar"), "wait", "clock"),
    "ended": Look(_("Avslutad av annat skäl"), "idle", "undo"),
    "kept": Look(_("Behålls"), "done", "check"),
    "undecided": Look(_("Ej bedömd, kvar"), "wait", "question"),
    "changing": Look(_("Ny nivå ska beställas"), "wait", "clock"),
    "suspended": Look(_("Vilar, ingen svarade"), "stop", "warning"),
    "noticed": Look(_("Avslutas, ingen svarade"), "wait", "clock"),
    "removed": Look(_("Avslut beställt"), "now", "check"),
}
WHY: Mapping[str, object] = {
    "finding": _("det finns en öppen avvikelse för personen i systemet"),
    "unused": _("personen har inte loggat in på mer än ett halvår"),
    "peers": _("kollegor med samma titel har den också"),
    "ordered": _("den är beställd och inget avviker"),
}
NOTES: Mapping[str, object] = {
    "alone": _("Ingen kollega med samma titel har den."),
    "inherited": _("Den fanns före tjänsten, och ingen har beställt den här."),
}
HINDRANCES: Mapping[str, object] = {
    "directory_old": _("Personalkatalogen är inte läst på två dagar."),
    "list_old": _("Listan över konton i systemet är äldre än sju dagar."),
    "nothing_to_review": _("Ingen har någon behörighet som omfattas."),
    "nobody_to_ask": _("För någon behörighet finns ingen att fråga: varken chef, systemägare eller samordnare."),
}
REFUSALS: Mapping[str, object] = {
    **{name: HINDRANCES[name] for name in ("nothing_to_review", "nobody_to_ask")},
    "data_old": _("Det som är känt är för gammalt. Läs in det på nytt, eller kryssa i att du öppnar ändå."),
    "answer_needed": _("Välj ett svar."),
    "incomplete": _("Något behöver ändras. Det står vid raden."),
    "one_at_a_time": _("Känsliga behörigheter besvaras en i taget."),
    "reason_to_keep": _("Skriv varför den utökade rättigheten behövs, med minst 20 tecken."),
    "note_too_long": _("Texten är för lång. Skriv högst 1 000 tecken."),
    "same_person": _("Den personen svarar redan. Välj någon annan."),
    "nobody_there": _("Ingen som arbetar här har det anställningsnumret. Kontrollera siffrorna."),
    "no_such_scope": _("Det finns inget med den koden eller det numret. Kontrollera hur det är skrivet."),
    "not_gone": _("Allt är inte borttaget än. Skriv under när listan nedan är tom."),
    "reason_too_short": _("Skriv lite mer, så att det går att förstå efteråt."),
    "personnummer": _("Texten ser ut att innehålla ett personnummer. Ta bort det."),
    "not_self": _("Ingen svarar för sina egna behörigheter."),
}
CONFLICTS: Mapping[str, object] = {
    "review_moved": _("Granskningen har gått vidare, så det går inte längre. Inget har ändrats."),
    "review_under_way": _("En granskning av samma sak är redan planerad eller pågår."),
}


def look(campaign: ReviewCampaign) -> Look:
    """How the campaign stands."""
    is_stopped = campaign.state == "applying" and campaign.stopped_at and not campaign.released_at
    return STATES["stopped" if is_stopped else campaign.state]


def title(campaign: ReviewCampaign) -> str:
    """What it is called: by what it is of."""
    if campaign.system is not None:
        return campaign.system.name
    if campaign.unit is not None:
        return campaign.unit.name
    return campaign.person.display_name if campaign.person else gettext("Granskning")
