"""Let a sensitive order say what it rests on, and a right begin when its introduction is given and received.

Why: rules.md C3 asks for the need analysis, the licence to practise and the SITHS card on the order, and lets the right
be used only when somebody has introduced its holder and handed over the manual, and the holder says so too.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RIGHT = "access_grant"
INTRODUCER = "fk_access_grant_introduced_by_id_person"


def upgrade() -> None:
    """Add the columns; what there is already says nothing of this."""
    op.add_column("access_request", sa.Column("need_analysis_ref", sa.String(), nullable=False, server_default=""))
    op.add_column("access_request", sa.Column("is_licensed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(RIGHT, sa.Column("introduced_by_id", sa.Integer(), nullable=True))
    op.add_column(RIGHT, sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(RIGHT, sa.Column("manual_version", sa.String(), nullable=False, server_default=""))
    op.add_column(RIGHT, sa.Column("received_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(INTRODUCER, RIGHT, "person", ["introduced_by_id"], ["id"])


def downgrade() -> None:
    """Forget what was said."""
    op.drop_constraint(INTRODUCER, RIGHT, type_="foreignkey")
    for column in ("received_at", "manual_version", "introduced_at", "introduced_by_id"):
        op.drop_column(RIGHT, column)
    for column in ("is_licensed", "need_analysis_ref"):
        op.drop_column("access_request", column)
