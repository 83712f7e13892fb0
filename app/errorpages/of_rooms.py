"""What the rooms say beside their fields, for a page that has no form to say it in."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from app.absences import words as absences
from app.assignments import words as assignments
from app.control import report_words as reports
from app.control import words as control
from app.decisions.emergency import REFUSALS as OF_CONTROLS
from app.emergencies.forms import REFUSALS as OF_HOURS
from app.leavers.forms import REFUSALS as OF_LEAVERS
from app.log_checks import words as log_checks
from app.matters import words as matters
from app.movers import words as movers
from app.outages.outage_forms import REFUSALS as OF_OUTAGES
from app.outages.words import REFUSALS as OF_FORMS
from app.premises import words as premises
from app.requests.words import REFUSALS as OF_ORDERS
from app.reviews import words as reviews
from app.training.words import REASONS as OF_TRAINING
from app.userlists import words as userlists

# Where two rooms use the same code, the first one's words are general enough for both.
ROOMS: tuple[Mapping[str, object], ...] = (
    OF_TRAINING, OF_OUTAGES, OF_FORMS, OF_ORDERS, OF_HOURS, OF_CONTROLS,
    premises.REFUSALS, log_checks.REFUSALS, matters.REFUSALS, matters.FAULTS, assignments.REFUSALS,
    OF_LEAVERS,
    userlists.REFUSALS,
    reviews.REFUSALS, movers.REFUSALS, movers.SHARED, absences.REFUSALS,
    control.REFUSALS, reports.REFUSALS,
)  # fmt: skip
# "forbidden" is a level that nobody may order there, and a page that the reader may not see here.
REFUSED: Mapping[str, object] = {c: said for c, said in ChainMap(*map(dict, ROOMS)).items() if c != "forbidden"}
# Somebody else was first.
OVERTAKEN: Mapping[str, object] = {
    **premises.CONFLICTS,
    **assignments.CONFLICTS,
    **log_checks.CONFLICTS,
    **userlists.CONFLICTS,
    **reviews.CONFLICTS,
    **movers.CONFLICTS,
    **control.CONFLICTS,
    **absences.CONFLICTS,
    **reports.CONFLICTS,
    "condition_met": _("Någon annan har redan markerat villkoret som klart."),
    "leaver_ended": _("Anställningen är redan avslutad här, och allt är beställt. Inget har ändrats."),
    "arrival_settled": _("Någon har redan beställt åt personen, eller svarat. Inget har ändrats."),
}
