"""What is said of readings of the directory that are held (app/reconciliation): heading, what happened, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.errorpages.headings import CHANGED

READING = _("Läsningen av katalogen hålls")
SEE_READINGS = _("Öppna sidan Läsningar av katalogen och se vad som gäller nu.")

WORDS: Mapping[str, tuple[object, object, object]] = {
    "mass_leave": (READING, _("Så många skulle sluta på en gång att inget är infört."), SEE_READINGS),
    "reading_held": (READING, _("Katalogens uppgifter ser orimliga ut. Inget är infört."), SEE_READINGS),
    "reading_short": (READING, _("Katalogen lämnade alldeles för få konton. Inget är infört."), SEE_READINGS),
    "reading_old": (READING, _("Katalogen lämnade äldre uppgifter än förut. Inget är infört."), SEE_READINGS),
    "clock_differs": (READING, _("Katalogens klocka och vår går olika. Inget är infört."), SEE_READINGS),
    "hold_is_past": (CHANGED, _("Läsningen hålls inte längre. Det du skickade är inte sparat."), SEE_READINGS),
    "already_proposed": (CHANGED, _("Någon annan har redan föreslagit det."), SEE_READINGS),
    "not_proposed": (CHANGED, _("Förslaget är tillbakataget. Inget är släppt."), SEE_READINGS),
}
