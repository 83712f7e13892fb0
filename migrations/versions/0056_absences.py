"""Keep long leaves: their dates and what is asked about them, never why (rules.md C5).

Why: nothing followed from a leave. What is secret kept being usable for as long as somebody was away.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0056"
down_revision = "0062"
branch_labels = None
depends_on = None

TABLE = "absence"
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "source": "source IN ('directory', 'notice')",
    "period": "ends_on >= starts_on",
    "not_self": "opened_by_id <> person_id AND ended_by_id <> person_id",
    "ended": "(state IN ('ended', 'withdrawn', 'overtaken')) = (ended_at IS NOT NULL)",
}


def _person(name: str, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("person.id"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        _person("person_id", nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("source", "state")),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("opened_at", MOMENT, nullable=False),
        _person("opened_by_id"),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("rested_on", "asked_on")),
        _person("told_id"),
        sa.Column("told_state", sa.String(), nullable=False, server_default=""),
        sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"),
        _person("ended_by_id"),
        sa.Column("ended_at", MOMENT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    not_over = sa.text("ended_at IS NULL")
    op.create_index("uq_absence_under_way", TABLE, ["person_id"], unique=True, postgresql_where=not_over)
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
