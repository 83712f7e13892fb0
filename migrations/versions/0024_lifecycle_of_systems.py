"""Keep which matter has set the lifecycle of a system.

Why: a system comes into use, is phased out and is retired by decisions (rules.md C14). A catalogue file that is loaded
again says what a system is, and must not undo how far it has come.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("system", sa.Column("lifecycle_matter", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("system", "lifecycle_matter")
