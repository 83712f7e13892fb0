"""Keep which lower level a system manager proposes while the orderer is asked about it.

Why: rules.md C2 lets the system manager propose a lower level, and the orderer's yes counts as a new order of it
without new approvals. What was asked about must be what is answered, whoever else changes the catalogue meanwhile.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE, COLUMN = "access_request", "proposed_level_id"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column(COLUMN, sa.Integer(), nullable=True))
    op.create_foreign_key(op.f(f"fk_{TABLE}_{COLUMN}_access_level"), TABLE, "access_level", [COLUMN], ["id"])


def downgrade() -> None:
    op.drop_column(TABLE, COLUMN)
