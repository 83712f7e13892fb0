"""What a refused appointment says beside its field."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.catalogue.models import Deputyship
from app.errors import NotAllowed
from app.templating import dates


def beside(refusal: NotAllowed) -> str:
    """The refusal in words that name who is in the way, and when."""
    in_the_way: Any = refusal.details.get("deputyship")
    if isinstance(in_the_way, Deputyship):
        return _in_the_way(refusal.reason, in_the_way)
    plain = {
        "deputy_self": _("Du kan inte ersätta dig själv. Välj någon annan."),
        "deputy_period": _(
            "En ersättare utses för högst %(months)s månader. Välj en tidigare sista dag.",
            months=refusal.details.get("months", ""),
        ),
        "period": _("Sista dagen ligger före första dagen. Ändra en av dem."),
        "same_person": _("Personen har redan rollen. Välj någon annan."),
        "handover_past": _("Dagen har redan varit. Välj i dag eller senare."),
        "not_holder": _("Rollen har redan bytt ägare. Gå tillbaka och se vad som gäller nu."),
        "handover_under_way": _("Någon är redan tillfrågad. Ta tillbaka den frågan först."),
        "not_self": _("Du kan inte utse dig själv. Välj någon annan."),
        "orderer_period": _(
            "En behörig beställare utses för högst %(months)s månader. Välj en tidigare sista dag.",
            months=refusal.details.get("months", ""),
        ),
        "already_nominated": _("Personen är redan föreslagen eller behörig beställare för någon av enheterna då."),
        "duties_changed": _("Texten har ändrats sedan du öppnade sidan. Läs den igen."),
        "course_missing": _("Du behöver gå kursen BESTALLARE-INTRO först. Svara sedan här."),
        "not_employed": _("Personen är inte anställd enligt personalkatalogen. Välj någon annan."),
    }
    return plain.get(refusal.reason, refusal.reason)


def longest(months: int | None) -> str:
    """How long a term may be, as a hint."""
    return _("Högst %(months)s månader efter första dagen.", months=months) if months else ""


def _in_the_way(reason: str, found: Deputyship) -> str:
    told = {
        "deputy": found.deputy.display_name,
        "person": found.person.display_name,
        "period": dates.period(found.valid_from, found.valid_to),
    }
    if reason == "deputy_already":
        return _("%(deputy)s är redan din ersättare (%(period)s). Avsluta det först, eller välj andra dagar.", **told)
    return _(
        "%(deputy)s ersätter %(person)s (%(period)s), och en ersättare kan inte i sin tur ha en ersättare. "
        "Välj någon annan eller andra dagar.",
        **told,
    )
