"""What the pages about checks say for the codes that are kept."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from app.templating.state_words import Look
from workflows.log_check import DEVIATION, FINE, UNCHECKED

RESULTS = {
    FINE: _("Inget att anmärka"),
    DEVIATION: _("Avvikelse"),
    UNCHECKED: _("Gick inte att kontrollera"),
}
LOOKS = {
    "": Look(_("Inte besvarad"), "wait", "clock"),
    FINE: Look(RESULTS[FINE], "done", "check"),
    DEVIATION: Look(RESULTS[DEVIATION], "stop", "warning"),
    UNCHECKED: Look(RESULTS[UNCHECKED], "wait", "question"),
}
STATES = {
    "done": Look(_("Klar"), "done", "check"),
    "done_deviating": Look(_("Klar, med avvikelse"), "stop", "warning"),
    "begun": Look(_("Påbörjad"), "now", "pencil"),
    "drawn": Look(_("Ska göras"), "now", "person"),
}
REFUSALS = {
    "incomplete": _("Något saknas eller är fel. Det står vid varje fält."),
    "answer_needed": _("Välj ett svar."),
    "note_needed": _("Skriv vad som avvek, eller varför det inte gick att kontrollera, med minst 10 tecken."),
    "action_needed": _("Skriv vad som är gjort åt avvikelsen, eller ska göras och av vem, med minst 20 tecken."),
    "count_needed": _("Skriv ett antal. Fanns inga: skriv 0."),
    "too_long": _("Texten är för lång. Skriv högst 2 000 tecken."),
    "personnummer": _("Texten ser ut att innehålla ett personnummer. Ta bort det."),
    "not_self": _(
        "Du är själv dragen i stickprovet, eller svarar för någon som är det. Någon annan behöver kontrollera."
    ),
}
CONFLICTS = {
    "changed_meanwhile": _("Någon annan har sparat svar medan du skrev. Läs in sidan igen och fyll på."),
}


def state(is_done: bool, answered: int, deviations: int) -> Look:
    """How far a check has come."""
    if is_done:
        return STATES["done_deviating" if deviations else "done"]
    return STATES["begun" if answered else "drawn"]
