"""Keep the freeze windows of each system, what a level lets one do, and what a window has moved.

Why: G15 (rules.md C0.3) gives no new write levels while a pay run or a year-end goes on. Which levels write is the
catalogue's to say; one that does not say counts as one that writes. A task that a window has moved keeps the date that
it had, so that it can go back when the window is ended early.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the two columns."""
    op.add_column("access_level", sa.Column("access", sa.String(), server_default=sa.text("'write'"), nullable=False))
    op.add_column("task", sa.Column("due_unfrozen", sa.Date(), nullable=True))
    op.create_table(
        "freeze_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_freeze_window_period")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_freeze_window_created_by_id_person")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_freeze_window_ended_by_id_person")),
        sa.ForeignKeyConstraint(["system_id"], ["system.id"], name=op.f("fk_freeze_window_system_id_system")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze_window")),
    )
    op.create_index("ix_freeze_window_system", "freeze_window", ["system_id", "last_day"])
    op.create_index(
        "uq_freeze_window_planned",
        "freeze_window",
        ["system_id", "first_day", "last_day"],
        unique=True,
        postgresql_where=sa.text("source = 'catalogue'"),
    )
    _let_the_application_use("freeze_window")


def _let_the_application_use(table: str) -> None:
    """Give the application's role its rights to a new table, where it is another role than the owner."""
    settings = current_app.extensions["settings"]
    role = make_url(settings.database_url).username
    if role is None or role == make_url(settings.database_owner_url or settings.database_url).username:
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {quoted}")


def downgrade() -> None:
    """Forget the windows; tasks stay where they were moved."""
    op.drop_table("freeze_window")
    op.drop_column("task", "due_unfrozen")
    op.drop_column("access_level", "access")
