"""Why a file, or a row of it, was refused, in plain words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

REASONS = {
    "number_missing": _("Anställningsnumret saknas."),
    "personnummer": _("Det står något som ser ut som ett personnummer. Skriv anställningsnumret i stället."),
    "unknown_person": _("Ingen har det anställningsnumret."),
    "course_missing": _("Kurskoden saknas."),
    "unknown_course": _("Kursen finns inte i systemkatalogen."),
    "day_missing": _("Datumet saknas."),
    "not_a_date": _("Det går inte att läsa som ett datum. Skriv till exempel 2026-03-02."),
    "future": _("Datumet har inte varit än."),
    "duplicate": _("Samma person, kurs och dag står på en tidigare rad."),
    "file_too_large": _("Filen är för stor. Dela upp den."),
    "file_not_text": _("Filen är inte en textfil. Spara den som CSV och försök igen."),
    "file_without_rows": _("Filen är tom."),
    "columns_missing": _("Filen saknar en kolumn. Den ska ha anställningsnummer, kurskod och datum."),
}
COLUMNS = {"number": _("Anställningsnummer"), "course": _("Kurskod"), "day": _("Datum")}


def reason(code: str) -> str:
    """The words for a reason; the code itself when it has none."""
    return str(REASONS.get(code, code))


def column(code: str) -> str:
    """What the column is called."""
    return str(COLUMNS.get(code, code))
