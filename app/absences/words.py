"""The room's words: refusals."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

REFUSALS: Mapping[str, object] = {
    "absence_over": _("Den dagen har redan varit. Välj i dag eller senare, eller lämna tomt."),
    "answer_each": _("Svara om var och en av behörigheterna som vilar."),
    "still_on_leave": _("Personalkatalogen säger att personen fortfarande är borta, så inget kan öppnas."),
}
# Of other rooms, said here of a leave.
SHARED: Mapping[str, object] = {
    "not_self": _("Ingen kan besluta om sin egen frånvaro. Det gör chefen."),
    "not_employed_here": _("Personen har ingen anställning här, enligt personalkatalogen."),
    "nobody_there": _("Ingen har det anställningsnumret. Kontrollera siffrorna."),
    "not_yours": _("Du kan bara anmäla dina egna medarbetare."),
    "period_reversed": _("Sista dagen ligger före den första."),
    "day_too_far": _("Det är för långt fram. Välj en tidigare dag."),
    "directory_unknown": _("Personalkatalogen svarar inte just nu, så inget kan öppnas. Försök igen om en stund."),
    "employment_ended": _("Personens anställning är slut, så inget kan öppnas."),
    "no_such_move": _("Någon annan hann före. Inget av dina svar är sparat."),
}
CONFLICTS: Mapping[str, object] = {
    "absence_returning": _("Personen är redan tillbaka. Öppna först det som vilar."),
}


def said(reason: str) -> str:
    """A refusal in words."""
    return str({**REFUSALS, **CONFLICTS, **SHARED}.get(reason, reason))
