"""A task knows for which nämnd the other side was asked (rules.md G12).

Why: across nämnder both sides approve. Whoever moves to a third nämnd meanwhile is asked about there, so an approval
says which nämnd it was given for.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("board", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("task", "board")
