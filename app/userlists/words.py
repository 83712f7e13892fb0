"""What the pages say of lists."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.reconciliation import finding_words
from app.templating.state_words import Look

STATES = {
    "in_violation": Look(_("Strider mot beslut"), "stop", "warning"),
    "orphan": Look(_("Konto utan person"), "stop", "warning"),
    "not_approved": Look(_("Utan beslut"), "stop", "warning"),
    "missing": Look(_("Saknas i systemet"), "wait", "warning"),
    "pending_removal": Look(_("På väg bort"), "wait", "clock"),
    "implied": Look(_("Följer av annat"), "done", "check"),
    "approved": Look(_("Beslutad"), "done", "check"),
    "closed": Look(_("Stängt konto"), "idle", "info"),
}
WHY = {
    **finding_words.CAUSES,
    "granted": _("enligt beställning"),
    "legacy": _("fanns när tjänsten togs i bruk"),
    "higher": _("ingår i en högre nivå"),
    "service": _("tjänstekonto"),
    "removal_ordered": _("borttagningen är beställd"),
    "removed_since": _("borttagen efter listans dag"),
    "disabled": _("kontot är stängt i systemet"),
}
MATCHED = {
    "number": _("anställningsnummer"),
    "login": _("användarnamn, svagare"),
    "mail": _("e-post, svagare"),
}
FIELDS = {
    "number": _("Anställningsnummer"),
    "login": _("Användarnamn"),
    "mail": _("E-post"),
    "name": _("Namn"),
    "level": _("Roll eller nivå"),
    "status": _("Om kontot är öppet"),
    "used_on": _("Senast inloggad"),
}
FAULTS = {
    "personnummer": _("Det ser ut att vara ett personnummer, och läses inte."),
    "no_key": _("Raden säger inte vems kontot är: anställningsnummer, användarnamn och e-post saknas."),
    "unknown_level": _("Rollen är inte kopplad till någon nivå. Välj en ovanför, eller att den inte räknas."),
    "level_missing": _("Raden har ingen roll. Välj ovanför vad en tom roll betyder."),
    "unknown_status": _("Det går inte att se om kontot är öppet. Skriv till exempel aktiv eller spärrad."),
    "not_a_date": _("Det är inget datum. Skriv till exempel 2026-03-02."),
}
ACTS = {
    "remove": finding_words.ACTS["remove"],
    "order": finding_words.ACTS["order"],
    "service": _("Godta som tjänstekonto"),
    "accept": finding_words.ACTS["accept"],
    "explain": finding_words.ACTS["explain"],
}
DONE = {
    **finding_words.DONE,
    "remove": _("Borttagningen är beställd. Nästa lista visar när den är gjord."),
    "service": _("Kontot är godtaget som tjänstekonto till och med dagen."),
}
REFUSALS = {
    **finding_words.REFUSALS,
    "file_too_large": _("Filen är för stor. Högst 8 MB, och 50 000 konton."),
    "file_not_text": _("Filen går inte att läsa. Spara den som CSV eller XLSX."),
    "file_not_a_workbook": _("Arbetsboken går inte att läsa. Spara den som XLSX utan lösenord, eller som CSV."),
    "file_without_rows": _("Filen har inga konton. Den första raden är rubriker och varje rad därefter ett konto."),
    "too_many_rows": _("Filen har mer än 50 000 rader. Ta bort konton som är borttagna i systemet."),
    "too_many_columns": _("Filen har för många kolumner. Ta bort dem som inte behövs."),
    "headings_missing": _("Den första raden ska vara rubriker, till exempel Användarnamn, Roll och Status."),
    "headings_twice": _("Två kolumner har samma rubrik. Ge dem olika namn."),
    "same_file": _("Samma lista är redan inläst för den dagen. Inget har ändrats."),
    "no_levels": _("Systemets alla nivåer ges av grupper i katalogen, som läses varje natt. Ingen lista behövs."),
    "future": _("Dagen har inte varit än. Välj den dag då listan togs ut."),
    "older_than_current": _("Listan är äldre än den som redan används. Ta ut en ny."),
    "column_twice": _("Samma kolumn är vald två gånger. Välj en kolumn för varje uppgift."),
    "column_unknown": _("Välj bland kolumnerna i listan."),
    "level_unknown": _("Välj bland systemets nivåer."),
    "list_faulty": _("Listan har rader som inte stämmer. Inget av den används. Rätta dem och läs in listan igen."),
    "no_key_column": _("Välj minst en kolumn som säger vems kontot är: anställningsnummer, användarnamn eller e-post."),
    "no_accounts": _("Listan har inga konton som räknas. Se över rollerna ovanför."),
    "service_too_long": _("Någon svarar för ett tjänstekonto i högst ett år. Välj en tidigare dag."),
    "responsible_unknown": _("Ingen som arbetar här har det anställningsnumret eller användarnamnet."),
    "responsible_is_you": _("Någon annan än du behöver svara för kontot, eftersom du godtar det."),
    "not_an_account": _("Bara konton utan person kan bli tjänstekonton. Ta bort de andra ur valet."),
}
CONFLICTS = {
    "list_overtaken": _("Någon annan har läst in en lista under tiden. Läs in din igen och se vad som skiljer."),
    "list_settled": _("Listan är redan använd eller borttagen. Inget har ändrats."),
}


def refusal(code: str) -> str:
    """What is wrong, and what to do."""
    return str(REFUSALS[code])
