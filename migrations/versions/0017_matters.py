"""Keep matters: processes that are not orders, the versions of their answers, and what was approved on condition.

Why: an integration is approved by the owners of both its systems, on a form whose every version is on record with the
decision that rests on it (rules.md C10). Tasks may be about a matter, so that inbox, reminders and deputies are the
same as for orders. What was answered is never changed: the application may only add to it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "0017"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
RIGHTS = {
    "matter_number": "SELECT, INSERT, UPDATE",
    "matter": "SELECT, INSERT, UPDATE",
    "matter_answers": "SELECT, INSERT",
    "matter_condition": "SELECT, INSERT, UPDATE",
}


def upgrade() -> None:
    op.create_table(
        "matter_number",
        sa.Column("series", sa.String(), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer(), nullable=False),
    )
    _create_matter()
    op.create_table(
        "matter_answers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.UniqueConstraint("matter_id", "number"),
    )
    _create_condition()
    op.add_column("task", sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=True))
    op.create_index("ix_task_matter", "task", ["matter_id"])
    _grant_to_application()


def _create_matter() -> None:
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_number", sa.String(), nullable=False, unique=True),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=True),
        sa.Column("other_system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=True),
        sa.Column("confidentiality", sa.Integer(), nullable=False),
        sa.Column("personal_data", sa.Boolean(), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("previous_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_matter_state", "matter", ["process", "state"])
    for column in ("system_id", "other_system_id", "opened_by_id"):
        op.create_index(f"ix_matter_{column}", "matter", [column])
    op.create_index(
        "uq_matter_renewal",
        "matter",
        ["previous_id"],
        unique=True,
        postgresql_where=sa.text("previous_id IS NOT NULL AND ended_at IS NULL"),
    )


def _create_condition() -> None:
    op.create_table(
        "matter_condition",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("told_near", MOMENT, nullable=True),
        sa.Column("told_late", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('open', 'done', 'void')", name=op.f("ck_matter_condition_status")),
    )
    op.create_index("ix_matter_condition_matter_id", "matter_condition", ["matter_id"])


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row is lost."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO {quoted}")
    for table in ("matter", "matter_answers", "matter_condition"):
        op.execute(f"GRANT USAGE, SELECT ON {table}_id_seq TO {quoted}")


def downgrade() -> None:
    op.execute("DELETE FROM task_clock WHERE task_id IN (SELECT id FROM task WHERE matter_id IS NOT NULL)")
    op.execute("DELETE FROM decision_link WHERE task_id IN (SELECT id FROM task WHERE matter_id IS NOT NULL)")
    op.execute("DELETE FROM task_addressee WHERE task_id IN (SELECT id FROM task WHERE matter_id IS NOT NULL)")
    op.execute("DELETE FROM outbox_mail WHERE task_id IN (SELECT id FROM task WHERE matter_id IS NOT NULL)")
    op.execute("DELETE FROM task WHERE matter_id IS NOT NULL")
    op.drop_index("ix_task_matter", "task")
    op.drop_column("task", "matter_id")
    for table in ("matter_condition", "matter_answers", "matter", "matter_number"):
        op.drop_table(table)
