"""What a sensitive order rests on becomes answers to questions of its definition (decision 46).

Why: the analysis, the licence and the card were columns that only code knew of. As answers they stand with everything
else that a definition asks, and one way shows, tries and keeps them all. What was stored before moves along, so that an
old order reads as it did.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0060"
branch_labels = None
depends_on = None

TO_ANSWERS = """
UPDATE access_request SET answers = answers
  || CASE WHEN need_analysis_ref = '' THEN '{}' ELSE jsonb_build_object('need_analysis_ref', need_analysis_ref) END
  || CASE WHEN is_licensed THEN '{"is_licensed": "yes"}' ELSE '{}'::jsonb END
  || CASE WHEN has_siths THEN '{"has_siths": "yes"}' ELSE '{}'::jsonb END
WHERE need_analysis_ref <> '' OR is_licensed OR has_siths
"""
FROM_ANSWERS = """
UPDATE access_request SET need_analysis_ref = coalesce(answers ->> 'need_analysis_ref', ''),
  is_licensed = coalesce(answers ->> 'is_licensed' = 'yes', false),
  has_siths = coalesce(answers ->> 'has_siths' = 'yes', false),
  answers = answers - 'need_analysis_ref' - 'is_licensed' - 'has_siths' - 'is_needed'
"""
COLUMNS = ("need_analysis_ref", "is_licensed", "has_siths")


def upgrade() -> None:
    op.execute(TO_ANSWERS)
    for name in COLUMNS:
        op.drop_column("access_request", name)


def downgrade() -> None:
    op.add_column("access_request", sa.Column(COLUMNS[0], sa.String(), nullable=False, server_default=""))
    for name in COLUMNS[1:]:
        op.add_column("access_request", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.execute(FROM_ANSWERS)
    op.alter_column("access_request", "has_siths", server_default=None)
