"""Keep handovers of roles: who to whom, from which day, and whether the successor has said yes.

Why: rules.md W15. A role that changes hands must be accepted, and the tasks that wait follow it on the day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _grant_to_application() -> None:
    """Rights of the application's role, when it is another than the owner."""
    settings = current_app.extensions["settings"]
    role = make_url(settings.database_url).username
    owner = make_url(settings.database_owner_url or settings.database_url).username
    if role is None or role == owner:
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON role_handover TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "role_handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_role_handover_not_self")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_role_handover_{column}_{table}"))
            for column, table in (
                ("system_id", "system"),
                ("unit_id", "unit"),
                ("from_id", "person"),
                ("to_id", "person"),
                ("proposer_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_handover")),
    )
    op.create_index(
        "ix_role_handover_open",
        "role_handover",
        ["state"],
        postgresql_where=sa.text("state IN ('proposed', 'accepted')"),
    )
    _grant_to_application()


def downgrade() -> None:
    """Forget the handovers; what they led to stays."""
    op.drop_table("role_handover")
