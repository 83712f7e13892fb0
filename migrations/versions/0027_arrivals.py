"""Keep who has come and has no base order, and when somebody last looked.

Why: a new account in the directory is to give the manager an order that is filled in (rules.md C1), once, and not again
when the job runs twice. Whoever is here when the watch begins is kept as existing, so that nobody is flooded.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE, WATCH = "arrival", "arrival_watch"
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "state": "state IN ('existing', 'open', 'ordered', 'declined', 'left')",
    "declined": "(state = 'declined') <= (decided_by_id IS NOT NULL AND reason <> '')",
    "not_self": "decided_by_id <> person_id",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("told_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reason", sa.String(), nullable=False, server_default=""),
        sa.Column("decided_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    op.create_index("uq_arrival_here", TABLE, ["person_id"], unique=True, postgresql_where=sa.text("state <> 'left'"))
    op.create_index("ix_arrival_open", TABLE, ["person_id"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        WATCH,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f(f"ck_{WATCH}_one")),
    )
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row is lost."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    for table in (TABLE, WATCH):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON {table}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table(WATCH)
    op.drop_table(TABLE)
