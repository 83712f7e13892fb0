"""Who may do what with somebody's long leave (rules.md C5): the table's predicates and rows. Never the subject."""

from __future__ import annotations

from app.permissions.of_movers import SEES_ALL, near, somebody_else
from app.permissions.positions import auditor, coordinator, hr, leads_somebody

NEAR = somebody_else(near)
TABLE = {
    "absence.list": (leads_somebody, hr, coordinator, auditor),
    "absence.all": (hr, coordinator, auditor),
    "absence.announce": (leads_somebody, hr),
    "absence.announce_for": (NEAR, somebody_else(hr)),
    "absence.show": (NEAR, *SEES_ALL),
    "absence.decide": (NEAR,),
    "absence.withdraw": (NEAR, somebody_else(hr)),
}
HIDDEN_WITHOUT = dict.fromkeys(("absence.show", "absence.decide", "absence.withdraw"), "absence.show")
