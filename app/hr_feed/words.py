"""Why a file from HR, or a value in it, was refused, in plain words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

REASONS = {
    "missing": _("Värdet saknas."),
    "personnummer": _("Det står något som ser ut som ett personnummer. Det får inte finnas i filen."),
    "not_text": _("Värdet är varken text eller tal."),
    "too_long": _("Värdet är för långt. Högst 200 tecken."),
    "not_a_date": _("Det går inte att läsa som ett datum. Skriv till exempel 2026-03-02."),
    "not_yes_or_no": _("Skriv ja eller nej."),
    "unknown_form": _("Anställningsformen är okänd. Lägg till ordet i inställningen BEHORIG_HR_FORMS."),
    "unknown_event": _("Händelsen är okänd. Lämna den tom eller skriv Company, Rehire, Corporate, Mover eller Jumper."),
    "ends_before_start": _("Slutet är före början, eller början saknas."),
    "differs_from_earlier_row": _("En tidigare rad om samma person säger något annat."),
    "twice_in_file": _("Samma anställning står på flera rader."),
    "several_main": _("Personen har två huvudanställningar samtidigt."),
    "file_too_large": _("Filen är större än 200 MB."),
    "file_not_text": _("Filen är inte en textfil. Den ska vara CSV eller JSON."),
    "file_without_rows": _("Filen är tom."),
    "columns_missing": _("Filen saknar kolumner:"),
    "not_json": _("Filen är inte JSON av rätt slag: en lista med personer, var och en med en lista anställningar."),
}


def reason(code: str) -> str:
    """The words for a reason."""
    return str(REASONS[code])
