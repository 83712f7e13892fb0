"""The room's words: what became of each right, what is another, and refusals."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.templating.state_words import Look

ROWS: Mapping[str, Look] = {
    "open": Look(_("Väntar på svar"), "wait", "question"),
    "kept": Look(_("Behålls"), "done", "check"),
    "anew": Look(_("Beställs på nytt"), "wait", "clock"),
    "changing": Look(_("Byter nivå"), "wait", "clock"),
    "ending": Look(_("Tas bort"), "wait", "clock"),
    "removed": Look(_("Tas bort"), "wait", "clock"),
    "gone": Look(_("Borttagen"), "idle", "undo"),
    "stays": Look(_("Oförändrad"), "idle", "check"),
    "supported": Look(_("Har stöd i en annan anställning"), "done", "check"),
}
WHY: Mapping[str, object] = {
    "decided": _("Den nya chefen har beslutat det."),
    "silence": _("Ingen svarade i tid."),
    "change_date": _("Känsliga behörigheter följer inte med till ett nytt arbete."),
    "overlap_over": _("Tiden för överlämningen är slut."),
}
WHAT: Mapping[str, object] = {
    "unit": _("Ny enhet"),
    "title": _("Ny titel"),
    "manager": _("Ny chef"),
    "reorganisation": _("Omorganisation"),
    "employment": _("En av flera anställningar är slut"),
}
REORGANISATIONS: Mapping[str, Look] = {
    "proposed": Look(_("Väntar på förvaltningschefen"), "wait", "clock"),
    "approved": Look(_("Godkänd"), "done", "check"),
    "refused": Look(_("Avslagen"), "stop", "cross"),
    "withdrawn": Look(_("Återtagen"), "idle", "undo"),
    "closed": Look(_("Avslutad"), "idle", "check"),
}
# What is wrong with a line of the list of units.
MAPPING: Mapping[str, object] = {
    "two_codes": _("raden ska ha två koder: den gamla och den nya"),
    "unknown_unit": _("det finns ingen enhet med den gamla koden"),
    "same_unit": _("den gamla och den nya koden är samma"),
    "unit_twice": _("den gamla koden står på två rader"),
    "unit_taken": _("enheten är redan med i en omorganisation som pågår"),
    "another_board": _("enheterna hör till olika nämnder, gör en omorganisation för varje nämnd"),
    "nothing_mapped": _("det finns ingen rad med två koder"),
    "too_many_units": _("högst 500 enheter åt gången"),
}
REFUSALS: Mapping[str, object] = {
    "mapping_faulty": _("Rätta raderna som står ovanför. Inget är sparat."),
    "name_needed": _("Skriv vad omorganisationen heter, högst 120 tecken."),
    "last_day_too_far": _("Det är mer än ett halvår dit. Välj en tidigare dag."),
    "nobody_heads_the_board": _("Nämnden har ingen förvaltningschef som kan besluta. Utse en först."),
    "not_your_board": _("Bara den nämndens förvaltningschef beslutar."),
    "nothing_chosen": _("Välj minst en rad."),
    "nothing_decided": _("Svara om minst en behörighet. Inget är sparat."),
    "directory_unknown": _("Personalkatalogen svarar inte just nu, så inget kan behållas. Försök igen om en stund."),
    "employment_ended": _("Personens anställning är slut, så inget kan behållas."),
    "overlap_too_long": _("Det är längre än reglerna tillåter. Välj en tidigare dag."),
    "overlap_needs_reason": _("Skriv varför behörigheten behövs för överlämningen."),
    "nothing_changes": _("Varken enhet eller chef blir en annan. Välj det som är nytt."),
    "manager_not_here": _("Den nya chefen måste arbeta här. Välj någon annan."),
    "manager_needed": _("Skriv vem som blir ny chef."),
    "verdict_unknown": _("Välj ett av svaren."),
    "date_unreadable": _("Skriv dagen som år-månad-dag."),
}
# Of other rooms, said here of a change of work.
SHARED: Mapping[str, object] = {
    "not_self": _("Ingen kan besluta om sitt eget byte. Det gör cheferna."),
    "day_has_been": _("Dagen har redan varit. Välj i dag eller senare."),
    "day_too_far": _("Det är mer än ett år dit. Välj en tidigare dag."),
    "not_employed_here": _("Personen har ingen anställning här, enligt personalkatalogen."),
    "nobody_there": _("Ingen har det anställningsnumret. Kontrollera siffrorna."),
    "not_yours": _("Du kan bara anmäla den som du är chef för, eller blir chef för."),
    "reason_too_long": _("Högst 500 tecken."),
    "personnummer": _("Texten innehåller något som ser ut som ett personnummer. Ta bort det."),
}
CONFLICTS: Mapping[str, object] = {
    "row_decided": _(
        "Någon annan har redan svarat om en av behörigheterna. Inget av dina svar är sparat. Se vad som är kvar."
    ),
    "reorganisation_decided": _("Någon annan hann före. Inget mer har ändrats."),
    "moves_settled": _("Ingen av dem väntar längre. Någon annan var först."),
    "mover_begun": _("Bytet har redan börjat. Inget har ändrats."),
}


def said(reason: str) -> str:
    """A refusal in words."""
    return str({**SHARED, **REFUSALS}.get(reason, reason))
