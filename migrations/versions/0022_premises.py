"""Keep zones, their times, and tags, cards and keys with the rights that they carry.

Why: physical access is a process of its own (rules.md C4). A right to pass is granted once and outlives its tag: one
that is lost is replaced on the same right, so the tag is a row of its own, and one tag carries several rights. Who
answers for premises is an appointment to a post that the catalogue's zones name, so that one person has one post for
all zones of a building. An order names zones by their rows; its scope says them in words.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import make_url

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "kind": "kind IN ('tag', 'card', 'key')",
    "status": "status IN ('programmed', 'handed_out', 'lost', 'handed_back')",
    "receipt": "receipt IN ('', 'screen', 'paper')",
    "not_self": "subject_id <> handed_out_by_id",
    "blocked": "blocked_at IS NULL OR block_ordered_at IS NOT NULL",
}
WITH_KEYS = ("zone", "time_schedule", "credential")


def upgrade() -> None:
    _catalogue()
    _orders()
    _credentials()
    _grant_to_application()


def _catalogue() -> None:
    op.create_table(
        "zone",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_post", sa.String(), nullable=False),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("system_id", "code"),
    )
    op.create_table(
        "time_schedule",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("after_hours", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("system_id", "code"),
    )
    op.add_column("appointment", sa.Column("post", sa.String(), nullable=False, server_default=""))


def _orders() -> None:
    zones = sa.Column("zone_ids", ARRAY(sa.Integer()), nullable=False, server_default=sa.text("'{}'"))
    op.add_column("access_request", zones)
    schedule = sa.Column("schedule_id", sa.Integer(), sa.ForeignKey("time_schedule.id"), nullable=True)
    op.add_column("access_request", schedule)


def _credentials() -> None:
    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=False),
        sa.Column("subject_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("programmed_at", MOMENT, nullable=False),
        sa.Column("programmed_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("handed_out_at", MOMENT, nullable=True),
        sa.Column("handed_out_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("id_method", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("receipt_note", sa.String(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=True),
        sa.Column("lost_at", MOMENT, nullable=True),
        sa.Column("lost_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("lost_note", sa.String(), nullable=False),
        sa.Column("block_ordered_at", MOMENT, nullable=True),
        sa.Column("block_reason", sa.String(), nullable=False),
        sa.Column("blocked_at", MOMENT, nullable=True),
        sa.Column("blocked_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("handed_back_at", MOMENT, nullable=True),
        sa.Column("handed_back_to_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("not_back_at", MOMENT, nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_credential_{name}")) for name, rule in CHECKS.items()),
    )
    live = sa.text("status IN ('programmed', 'handed_out', 'lost')")
    op.create_index("uq_credential_serial", "credential", ["system_id", "serial"], unique=True, postgresql_where=live)
    op.create_index("ix_credential_subject", "credential", ["subject_id"])
    op.create_table(
        "credential_grant",
        sa.Column("credential_id", sa.Integer(), sa.ForeignKey("credential.id"), primary_key=True),
        sa.Column("grant_id", sa.Integer(), sa.ForeignKey("access_grant.id"), primary_key=True),
    )
    op.create_index(op.f("ix_credential_grant_grant_id"), "credential_grant", ["grant_id"])


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row is lost."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    for table in (*WITH_KEYS, "credential_grant"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {quoted}")
    for table in WITH_KEYS:
        op.execute(f"GRANT USAGE, SELECT ON {table}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table("credential_grant")
    op.drop_table("credential")
    op.drop_column("access_request", "schedule_id")
    op.drop_column("access_request", "zone_ids")
    op.drop_column("appointment", "post")
    op.drop_table("time_schedule")
    op.drop_table("zone")
