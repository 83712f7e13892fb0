"""What should make a decider think, in plain words."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.catalogue import queries as catalogue
from app.grants.models import Grant
from app.requests import facts, prerequisites
from app.requests.models import AccessRequest
from app.templating import dates
from workflows import conflict

REVOKED_BECAUSE = {
    "employment_ended": _l("Anställningen har upphört."),
    "terminated": _l("Anställningen har upphört. Det brådskar."),
    "review": _l("Den behövs inte, enligt granskningen."),
    "review_unanswered": _l("Ingen svarade för den när den granskades."),
    "expired": _l("Slutdagen har passerat."),
    "long_leave": _l("Personen har varit borta länge."),
    "moved": _l("Personen har bytt arbete."),
    "changed": _l("Behörigheten har ersatts av en annan nivå."),
    "emergency_over": _l("Nödbehörighetens tid är ute."),
    "emergency_disapproved": _l("Chefen godkände inte nödbehörigheten i efterhand."),
}


def about(order: AccessRequest) -> list[str]:
    """Another board's system; what is not learnt or signed yet (C0.6); a toxic pair with what the subject holds."""
    found = []
    board = order.subject.unit.board if order.subject.unit else ""
    if board and board != order.level.system.board and order.level.profile in ("sensitive", "privileged"):
        found.append(_("Personen arbetar under en annan nämnd än den som äger systemet."))
    if lacks := ", ".join(prerequisites.missing(order)):
        found.append(_("Saknar än så länge: %(names)s. Behörigheten tilldelas först när det är klart.", names=lacks))
    return found + _toxic(order)


def _toxic(order: AccessRequest) -> list[str]:
    case = facts.case_for(order, now=clock.now(), actor_id=None, evidence=None)
    level = f"{case.level.system}.{case.level.code}"
    found = conflict.clashes(level, case.scope, holdings=case.holdings, pairs=case.toxic_pairs)
    until = {e.pair_id: e.valid_to for e in case.exemptions}
    return [_clash(c.holding, until.get(c.pair.id)) for c in found]


def _clash(holding: conflict.Holding, until: date | None) -> str:
    level = catalogue.level_by_code(*holding.level.rsplit(".", 1))
    other = f"{level.system.name}, {level.label}"
    if holding.source.startswith("grant:"):
        text = _("Olämplig kombination med %(other)s, som personen redan har.", other=other)
    else:
        case_number = holding.source
        text = _("Olämplig kombination med %(other)s, som också är beställd (%(case)s).", other=other, case=case_number)
    exempt = _("Undantag är godkänt till %(day)s.", day=dates.date_in_words(until)) if until else ""
    return f"{text} {exempt}".strip()


def why_revoked(grant: Grant) -> str:
    """Who or what ordered the removal, and when."""
    known = REVOKED_BECAUSE.get(grant.revoke_reason)
    when = dates.date_in_words(grant.revoke_ordered_at.date()) if grant.revoke_ordered_at else ""
    return f"{known or grant.revoke_reason} {when}".strip()
