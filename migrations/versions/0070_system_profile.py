"""What is attested of each system with its next day, and its risks (seed-to-capability.md C20-C24).

Why: plan, documentation, continuity plan, alarms, agreements and power are attestations on the system's record, so that
the yearly report can say what is in order. What somebody has attested is never changed: a new one takes its place.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0070"
down_revision = "0064"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _to(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "attestation",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("system_id", "system"),
        *_text("kind"),
        _to("matter_id", "matter", nullable=True),
        sa.Column("is_needed", sa.Boolean(), nullable=False),
        *_text("reference", "note"),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        _to("responsible_id", "person"),
        _to("made_by_id", "person"),
        sa.Column("made_at", MOMENT, nullable=False),
        _check("attestation", "days", "due_on > done_on"),
        _check("attestation", "matter", "(kind = 'alarms') = (matter_id IS NOT NULL)"),
    )
    latest = ["system_id", "kind", sa.text("coalesce(matter_id, 0)"), sa.text("id DESC")]
    op.create_index("ix_attestation_latest", "attestation", latest)
    op.create_table(
        "system_risk",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("system_id", "system"),
        *_text("text"),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("consequence", sa.Integer(), nullable=False),
        *_text("measure"),
        _to("responsible_id", "person", nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        _to("noted_by_id", "person"),
        *_text("decision", "decision_reason"),
        sa.Column("decided_until", sa.Date(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        _to("decided_by_id", "person", nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        _to("closed_by_id", "person", nullable=True),
        *_text("closed_note"),
        _check("system_risk", "score", "likelihood BETWEEN 1 AND 4 AND consequence BETWEEN 1 AND 4"),
        _check("system_risk", "decision", "decision IN ('', 'accept', 'reduce', 'avoid')"),
        _check("system_risk", "decided", "(decision = '') = (decided_by_id IS NULL)"),
    )
    op.create_index("ix_system_risk_open", "system_risk", ["system_id"], postgresql_where=sa.text("closed_at IS NULL"))
    _let_the_application("attestation", "SELECT, INSERT")
    _let_the_application("system_risk", "SELECT, INSERT, UPDATE")


def _let_the_application(table: str, rights: str) -> None:
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT {rights} ON {table} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table("system_risk")
    op.drop_table("attestation")
