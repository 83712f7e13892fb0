"""Let an order name the unit where a right is to be used for a time, and keep one open order for each right.

Why: `temporary_other_unit` (rules.md C2) is approved by the managers of two units, so the order must say which the
other one is. While an extension or a change of a right is under way, a second one of the same right would grant what
nobody looked at together: the database refuses it, as it refuses two open orders of the same level. Both indexes know
the new state in which the receiving unit's manager is asked.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SENT = ("requested", "waiting_prerequisites", "manager_approved", "owner_approved", "returned")
ONE_LEVEL = ["subject_id", "level_id", "scope"]


def _under_way(*states: str) -> str:
    return "state IN ({})".format(", ".join(f"'{state}'" for state in states))


def upgrade() -> None:
    """Add the column and the index on rights, and widen the index on levels."""
    op.add_column("access_request", sa.Column("receiving_unit_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        "fk_access_request_receiving_unit_id_unit", "access_request", "unit", ["receiving_unit_id"], ["id"]
    )
    under_way = _under_way(*SENT[:2], "receiving_requested", *SENT[2:])
    op.drop_index("uq_access_request_open", "access_request")
    op.create_index(
        "uq_access_request_open",
        "access_request",
        ONE_LEVEL,
        unique=True,
        postgresql_where=sa.text(f"{under_way} AND (kind IN ('new', 'change') OR grant_id IS NULL)"),
    )
    op.create_index(
        "uq_access_request_open_on_grant",
        "access_request",
        ["grant_id"],
        unique=True,
        postgresql_where=sa.text(f"{under_way} AND grant_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Forget the units; orders that stand in the new state must have ended first."""
    op.drop_index("uq_access_request_open_on_grant", "access_request")
    op.drop_index("uq_access_request_open", "access_request")
    op.create_index(
        "uq_access_request_open",
        "access_request",
        ONE_LEVEL,
        unique=True,
        postgresql_where=sa.text(f"{_under_way(*SENT)} AND kind IN ('new', 'change')"),
    )
    op.drop_constraint("fk_access_request_receiving_unit_id_unit", "access_request", type_="foreignkey")
    op.drop_column("access_request", "receiving_unit_id")
