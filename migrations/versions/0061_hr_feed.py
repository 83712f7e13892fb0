"""Keep who is employed as HR says it, every file that came, and its runs beside those of the directory.

Why: HR knows several employments with forms and dates; a file from it wins over the directory (field.md B6).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0061"
down_revision = "0059"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("hr_person", "hr_employment", "hr_file")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _dates(*names: str, nullable: bool = True) -> list[sa.Column[sa.Date]]:
    return [sa.Column(name, sa.Date(), nullable=nullable) for name in names]


def upgrade() -> None:
    op.create_table(
        "hr_person",
        sa.Column("employee_number", sa.String(), primary_key=True),
        *_text("person_key", "given_name", "surname"),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("gone_since", MOMENT, nullable=True),
        *_text("status"),
        sa.Column("status_before", sa.String(), nullable=False),
        *_text("reason", "main_key", "form"),
        *_dates("starts_on", "ends_on"),
        *_text("title", "unit_code", "unit_name", "board", "manager", "search", "sort_key"),
        *_dates("judged_on", nullable=False),
    )
    op.create_index("ix_hr_person_judged_on", "hr_person", ["judged_on"])
    op.create_table(
        "hr_employment",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("employee_number", sa.String(), sa.ForeignKey("hr_person.employee_number"), nullable=False),
        *_text("form"),
        *_dates("starts_on", nullable=False),
        *_dates("ends_on"),
        *_text("title", "unit_code", "unit_name", "board"),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("is_manual", sa.Boolean(), nullable=False),
        *_text("manager", "hiring_manager", "event"),
        *_dates("leave_from", "leave_to"),
    )
    op.create_index("ix_hr_employment_employee_number", "hr_employment", ["employee_number"])
    op.create_table(
        "hr_file",
        sa.Column("id", sa.Integer(), primary_key=True),
        *_text("name", "digest"),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        *_text("state"),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("employments", sa.Integer(), nullable=False),
        *_text("why"),
        sa.Column("faults", JSONB(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), sa.ForeignKey("directory_run.id"), nullable=True),
        sa.Column("told_late_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('applied', 'held', 'refused')", name=op.f("ck_hr_file_state")),
    )
    op.drop_constraint(op.f("ck_directory_run_kind"), "directory_run")
    op.create_check_constraint(op.f("ck_directory_run_kind"), "directory_run", "kind IN ('full', 'incremental', 'hr')")
    _let_the_application()


def downgrade() -> None:
    op.execute("DELETE FROM directory_leaver WHERE run_id IN (SELECT id FROM directory_run WHERE kind = 'hr')")
    for table in ("hr_file", "hr_employment", "hr_person"):
        op.drop_table(table)
    op.execute("DELETE FROM directory_run WHERE kind = 'hr'")
    op.drop_constraint(op.f("ck_directory_run_kind"), "directory_run")
    op.create_check_constraint(op.f("ck_directory_run_kind"), "directory_run", "kind IN ('full', 'incremental')")


def _let_the_application() -> None:
    """The file in force is replaced whole: its employments are the only rows that may be deleted."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {quoted}")
    op.execute(f"GRANT DELETE ON hr_employment TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON hr_file_id_seq TO {quoted}")
