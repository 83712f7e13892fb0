"""Keep which privileged rights the coordinators have heard of, and which quarterly lists have gone out (rules.md C3).

Why: the job that tells may run twice, or late, and shall tell of each once. Rights from before this revision are in the
first quarterly list.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0050"
down_revision = "0041"
branch_labels = None
depends_on = None

NOTICE, LIST = "privileged_notice", "privileged_list"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        NOTICE,
        sa.Column("grant_id", sa.Integer(), sa.ForeignKey("access_grant.id"), primary_key=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
    )
    untold = sa.text("told_at IS NULL")
    op.create_index("ix_privileged_notice_untold", NOTICE, ["noted_at"], postgresql_where=untold)
    op.create_table(
        LIST,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False, unique=True),
        sa.Column("rights", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {NOTICE} TO {quoted}")
        op.execute(f"GRANT SELECT, INSERT ON {LIST} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON {LIST}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table(LIST)
    op.drop_table(NOTICE)
