"""Remember for which chairs an answer counts.

A step may need answers of several people, so many of each chair (owner, the other owner). Who sits where may change
after the answer, so it is kept with the answer and not looked up when the next one comes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("chairs", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("task", "chairs")
