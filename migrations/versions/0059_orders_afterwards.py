"""An order knows the finding that it puts right afterwards (rules.md C13, G16).

Why: what somebody has and nobody ordered is regularised by an ordinary order. A grave finding stops other orders of the
same person and system, and may not stop the one that puts it right; and who reads why somebody has something sees that
it was there first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0036"
branch_labels = None
depends_on = None

KEY = "fk_access_request_finding_id_finding"


def upgrade() -> None:
    op.add_column("access_request", sa.Column("finding_id", sa.Integer(), sa.ForeignKey("finding.id", name=KEY)))
    op.create_index("ix_access_request_finding_id", "access_request", ["finding_id"])


def downgrade() -> None:
    op.drop_column("access_request", "finding_id")
