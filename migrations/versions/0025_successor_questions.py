"""Keep who needs the system that replaces another, as their managers say.

Why: when a system is retired (rules.md C14, W17) each manager answers once for each person who has a right in it. The
answer orders nothing by itself: the order is the manager's, and goes the usual way.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = "successor_question"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=False),
        sa.Column("subject_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id"), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.UniqueConstraint("matter_id", "subject_id"),
        sa.CheckConstraint("answer IN ('', 'needs', 'needs_not')", name=op.f(f"ck_{TABLE}_answer")),
        sa.CheckConstraint("answered_by_id <> subject_id", name=op.f(f"ck_{TABLE}_not_self")),
    )
    op.create_index(op.f("ix_successor_question_task_id"), TABLE, ["task_id"])
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row is lost."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON {TABLE}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table(TABLE)
