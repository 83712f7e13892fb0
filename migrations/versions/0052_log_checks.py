"""The monthly check of the logs of sensitive systems (rules.md C3 loggkontroll, IK-08).

Why: each month some of a K3 system's users are drawn, and the owner looks in the system's own log at what they did. The
seed and everybody who could be drawn are kept, so that anybody can draw the same sample again. A system has one check a
month, whatever runs twice; and the database refuses an answer about oneself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0052"
down_revision = "0061"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _to(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "log_check",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("system_id", "system"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("users", JSONB(), nullable=False),
        sa.Column("user_count", sa.Integer(), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("colleague_cases", sa.Integer(), nullable=True),
        sa.Column("protected_cases", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False, server_default=""),
        sa.Column("done_at", MOMENT, nullable=True),
        _to("done_by_id", "person", nullable=True),
        _to("done_for_id", "person", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.UniqueConstraint("system_id", "month"),
        _check("log_check", "month", "extract(day FROM month) = 1"),
        _check("log_check", "done", "(done_at IS NULL) = (done_by_id IS NULL)"),
        _check("log_check", "cases", "colleague_cases >= 0 AND protected_cases >= 0"),
    )
    op.create_index("ix_log_check_open", "log_check", ["due_on"], postgresql_where=sa.text("done_at IS NULL"))
    op.create_table(
        "log_check_item",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("check_id", "log_check"),
        _to("person_id", "person"),
        sa.Column("result", sa.String(), nullable=False, server_default=""),
        sa.Column("note", sa.String(), nullable=False, server_default=""),
        sa.Column("answered_at", MOMENT, nullable=True),
        _to("answered_by_id", "person", nullable=True),
        sa.UniqueConstraint("check_id", "person_id"),
        _check("log_check_item", "result", "result IN ('', 'fine', 'deviation', 'unchecked')"),
        _check("log_check_item", "answered", "(result = '') = (answered_by_id IS NULL)"),
        _check("log_check_item", "not_self", "answered_by_id <> person_id"),
    )
    op.add_column("task", _to("log_check_id", "log_check", nullable=True))
    op.create_index("ix_task_log_check", "task", ["log_check_id"])
    for table in ("log_check", "log_check_item"):
        _grant_to_application(table)


def _grant_to_application(table: str) -> None:
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {quoted}")


def downgrade() -> None:
    op.execute("UPDATE task SET status = 'closed' WHERE log_check_id IS NOT NULL AND status = 'open'")
    op.drop_index("ix_task_log_check", "task")
    op.drop_column("task", "log_check_id")
    op.drop_table("log_check_item")
    op.drop_table("log_check")
