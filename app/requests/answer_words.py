"""What is wrong with an answer to a definition's question, and what to do; of orders and matters alike."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

FAULTS: Mapping[str, object] = {
    "needed": _("Det här behöver fyllas i."),
    "personnummer": _("Texten innehåller något som ser ut som ett personnummer. Ta bort det."),
    "too_long": _("Texten är för lång."),
    "not_a_choice": _("Välj ett av alternativen."),
    "not_a_date": _("Skriv datum så här: 2026-12-01."),
    "not_a_number": _("Skriv ett heltal."),
    "back_dated": _("Datumet har redan passerat."),
    "not_an_account": _("Skriv kontots namn utan mellanslag, till exempel adm-anna."),
    "everyday_account": _(
        "Det är ett konto som någon loggar in med varje dag. Skriv ett särskilt administratörskonto. Finns inget: be "
        "servicedesk om ett först."
    ),
    "account_taken": _("Någon annan har det kontot, och konton delas inte. Skriv personens eget administratörskonto."),
    "not_a_person": _("Ingen, eller mer än en, heter så. Skriv inloggning eller anställningsnummer."),
}
