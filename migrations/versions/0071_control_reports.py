"""The yearly round of internal control: reports with frozen data, supplements, and controls made by hand (C11).

Why: every system and every board reports once a year by 1 March. The figures are read once, as of 31 December, and kept
with their hash; what people write beside them is kept apart. Supplements and controls are only added.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0071"
down_revision = "0066"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "('expected', 'drafted', 'submitted', 'approved', 'received', 'closed', 'returned')"


def _to(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _moments(*names: str, nullable: bool = True) -> list[sa.Column[sa.DateTime]]:
    return [sa.Column(name, MOMENT, nullable=nullable) for name in names]


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "control_round",
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False),
        *_moments("opened_at", nullable=False),
        *_moments("frozen_at", "drafted_at"),
        *_numbers("rung"),
    )
    op.create_table(
        "control_report",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("year", sa.Integer(), sa.ForeignKey("control_round.year"), nullable=False),
        *_text("board"),
        _to("system_id", "system", nullable=True),
        *_text("state"),
        sa.Column("data", JSONB(), nullable=True),
        *_text("digest"),
        sa.Column("remarks", JSONB(), nullable=False),
        sa.Column("author_ids", JSONB(), nullable=False),
        *_text("judgement", "rating", "rating_reason", "question"),
        sa.Column("answer_by", sa.Date(), nullable=True),
        *_text("diary_number"),
        *_moments("submitted_at"),
        _to("submitted_by_id", "person", nullable=True),
        *_moments("approved_at"),
        _to("approved_by_id", "person", nullable=True),
        *_moments("received_at"),
        _to("received_by_id", "person", nullable=True),
        *_moments("closed_at"),
        *_numbers("version"),
        _check("control_report", "state", f"state IN {STATES}"),
        _check("control_report", "frozen", "(data IS NULL) = (digest = '')"),
        _check("control_report", "rating", "rating IN ('', 'green', 'amber', 'red')"),
    )
    op.create_index("ix_control_report_system_id", "control_report", ["system_id"])
    one = ["year", "board", sa.text("coalesce(system_id, 0)")]
    op.create_index("uq_control_report", "control_report", one, unique=True)
    op.create_table(
        "control_supplement",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("report_id", "control_report"),
        *_numbers("number"),
        *_text("text"),
        *_moments("made_at", nullable=False),
        _to("made_by_id", "person"),
        sa.UniqueConstraint("report_id", "number"),
    )
    _activities()
    for table in ("control_round", "control_report"):
        _let_the_application(table, "SELECT, INSERT, UPDATE")
    for table in ("control_supplement", "control_activity"):
        _let_the_application(table, "SELECT, INSERT")


def _activities() -> None:
    op.create_table(
        "control_activity",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("system_id", "system"),
        *_text("kind"),
        sa.Column("made_on", sa.Date(), nullable=False),
        *_text("what", "method"),
        *_numbers("sample", "deviations"),
        *_text("result"),
        *_moments("recorded_at", nullable=False),
        _to("recorded_by_id", "person"),
        sa.Column("attachment", sa.LargeBinary(), nullable=True),
        *_text("attachment_name", "attachment_kind", "attachment_digest"),
        _check("control_activity", "kind", "kind IN ('other', 'fixed_data')"),
        _check("control_activity", "counted", "deviations BETWEEN 0 AND sample"),
        _check("control_activity", "attachment", "(attachment IS NULL) = (attachment_digest = '')"),
    )
    op.create_index("ix_control_activity_system_id", "control_activity", ["system_id"])


def _let_the_application(table: str, rights: str) -> None:
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT {rights} ON {table} TO {quoted}")
        if table != "control_round":
            op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {quoted}")


def downgrade() -> None:
    for table in ("control_activity", "control_supplement", "control_report", "control_round"):
        op.drop_table(table)
