"""What several refusals say alike: their headings, and what to do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

RULES = _("Det går inte enligt reglerna")
CHANGED = _("Det har hänt något sedan du öppnade sidan")
SEE_AGAIN = _("Öppna ärendet igen och se vad som gäller nu.")
GO_BACK = _("Gå tillbaka och ändra det du fyllde i.")
