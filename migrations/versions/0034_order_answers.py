"""What an order answers to the questions of its definition's own form.

A process asks what it needs without a change of the product: the answers are kept by the questions' names, and what
each means is said by the definition version that the order follows. Orders from before answer nothing.

Revision ID: 0034
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    answers = sa.Column("answers", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'"))
    op.add_column("access_request", answers)


def downgrade() -> None:
    op.drop_column("access_request", "answers")
