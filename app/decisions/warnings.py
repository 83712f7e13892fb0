"""What should make a decider think, in plain words."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.grants import queries as grants
from app.grants.models import Grant
from app.requests.models import AccessRequest
from app.templating import dates

REVOKED_BECAUSE = {
    "employment_ended": _l("Anställningen har upphört."),
    "expired": _l("Slutdagen har passerat."),
    "changed": _l("Behörigheten har ersatts av en annan nivå."),
}


def about(order: AccessRequest) -> list[str]:
    """Another board's system; a toxic pair with what the subject already holds."""
    found = []
    board = order.subject.unit.board if order.subject.unit else ""
    if board and board != order.level.system.board and order.level.profile in ("sensitive", "privileged"):
        found.append(_("Personen arbetar under en annan nämnd än den som äger systemet."))
    pairs = set(order.level.details.get("toxic", ()))
    held = {f"{g.level.system.code}.{g.level.code}" for g in grants.of_people([order.subject_id])}
    found += [_("Olämplig kombination med %(other)s, som personen redan har.", other=o) for o in sorted(pairs & held)]
    return found


def why_revoked(grant: Grant) -> str:
    """Who or what ordered the removal, and when."""
    known = REVOKED_BECAUSE.get(grant.revoke_reason)
    when = dates.date_in_words(grant.revoke_ordered_at.date()) if grant.revoke_ordered_at else ""
    return f"{known or grant.revoke_reason} {when}".strip()
