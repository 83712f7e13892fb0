"""Keep when the directory first said that somebody had ended: one sighting is not believed (field.md B6).

Why: a personnel system that is late makes an account flap for a night, and everything that its holder had was removed.
Whoever has ended before this revision had everything removed then, and needs no row.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0040"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLE = "ended_sighting"
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "state": "state IN ('open', 'certain', 'undone')",
    "settled": "(state = 'open') = (settled_at IS NULL)",
    "why": "(state = 'certain') = (why <> '')",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("snapshot_id", sa.BigInteger(), sa.ForeignKey("directory_snapshot.id"), nullable=True),
        sa.Column("state", sa.String(), nullable=False, server_default="open"),
        sa.Column("why", sa.String(), nullable=False, server_default=""),
        sa.Column("settled_at", MOMENT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("uq_ended_sighting_open", TABLE, ["person_id"], unique=True, postgresql_where=is_open)
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON {TABLE}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table(TABLE)
