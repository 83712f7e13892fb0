"""Bind a decision link to the database that it was made in.

Why: in a database that was restored from a copy, a link that was spent after the copy lies unspent again. The
copy cannot know that; but it can know that it is a copy, from what no copy takes with it: the cluster, its
timeline (another after every point-in-time recovery), the database and the table have other numbers.
Links that are on their way when this is installed stay as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INCARNATION = """
CREATE FUNCTION database_incarnation() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(
        ':',
        (SELECT system_identifier FROM pg_control_system()),
        left(pg_walfile_name(pg_current_wal_lsn()), 8),
        (SELECT oid FROM pg_database WHERE datname = current_database()),
        'public.decision_link'::regclass::oid
    )
$$
"""


def upgrade() -> None:
    op.execute(INCARNATION)
    made_here = sa.Column("incarnation", sa.String(), nullable=False, server_default=sa.func.database_incarnation())
    op.add_column("decision_link", made_here)


def downgrade() -> None:
    op.drop_column("decision_link", "incarnation")
    op.execute("DROP FUNCTION database_incarnation()")
