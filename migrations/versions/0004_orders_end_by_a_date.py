"""Tell an order under way by its dates instead of by a list of states.

Why: a municipality's own process may name its states as it likes. What keeps two open orders of the same right apart
must not depend on the names that the shipped processes happen to use.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BY_DATES = "submitted_at IS NOT NULL AND ended_at IS NULL"
STATES = "requested", "waiting_prerequisites", "receiving_requested", "manager_approved", "owner_approved", "returned"
BY_STATES = "state IN ({})".format(", ".join(f"'{state}'" for state in STATES))
INDEXES = {
    "uq_access_request_open": (
        ["subject_id", "level_id", "scope"],
        "(kind IN ('new', 'change') OR grant_id IS NULL)",
    ),
    "uq_access_request_open_on_grant": (["grant_id"], "grant_id IS NOT NULL"),
}


def _replace_indexes(under_way: str) -> None:
    for name, columns, which in (
        (
            "uq_access_request_open",
            ["subject_id", "level_id", "scope"],
            "(kind IN ('new', 'change') OR grant_id IS NULL)",
        ),
        ("uq_access_request_open_on_grant", ["grant_id"], "grant_id IS NOT NULL"),
    ):
        op.drop_index(name, "access_request")
        op.create_index(
            name, "access_request", columns, unique=True, postgresql_where=sa.text(f"{under_way} AND {which}")
        )


def upgrade() -> None:
    """Rebuild both indexes; the rows say the same by either."""
    _replace_indexes(BY_DATES)


def downgrade() -> None:
    """Back to the states that the shipped processes use."""
    _replace_indexes(BY_STATES)
