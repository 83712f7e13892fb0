"""Queue what is to be changed in the directory, and let rights wait until it is confirmed.

Why: with BEHORIG_LDAP_WRITE=on the product puts people into groups and takes them out by itself. That is an act of an
outbox: queued with the right, carried out by the worker, done when it has been read back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0057"
down_revision = "0050"
branch_labels = None
depends_on = None

TABLE = "directory_write"
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "act": "act IN ('add', 'remove')",
    "status": "status IN ('waiting', 'done', 'dropped', 'handed_over')",
    "ended": "(status = 'waiting') = (ended_at IS NULL)",
}


def upgrade() -> None:
    op.add_column(
        "access_grant", sa.Column("waits_for_directory", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("grant_id", sa.Integer(), sa.ForeignKey("access_grant.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("level_id", sa.Integer(), sa.ForeignKey("access_level.id"), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("group_name", "act")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("status", "reason", "detail", "server")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempts", "refusals")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("queued_at", "next_attempt_at")),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("tried_at", "leased_until", "ended_at")),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index("uq_directory_write_open", TABLE, ["grant_id", "act"], unique=True, postgresql_where=waiting)
    op.create_index("ix_directory_write_queue", TABLE, ["next_attempt_at"], postgresql_where=waiting)
    op.create_index("ix_directory_write_grant", TABLE, ["grant_id"])
    op.create_index("ix_directory_write_tried", TABLE, ["tried_at"])
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON {TABLE}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_column("access_grant", "waits_for_directory")
