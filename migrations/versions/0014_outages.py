"""Keep outages: what was out, from when to when, what the owner decided meanwhile, and the count of forms.

Why: the time on paper is the only one in which somebody may have access that the product has not granted (rules.md
C12), so when it began and ended, and who said so, is on record. The same thing is out once at a time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "outage"
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "kind": "kind IN ('system', 'directory', 'network', 'product', 'mail')",
    "system": "(kind = 'system') = (system_id IS NOT NULL)",
    "period": "ended_at >= started_at",
    "counted": "forms_void BETWEEN 0 AND forms_issued",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("declared_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("measures_until", sa.Date(), nullable=True),
        sa.Column("measures_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("measures_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=True),
        sa.Column("forms_issued", sa.Integer(), nullable=True),
        sa.Column("forms_void", sa.Integer(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    op.create_index(
        "uq_outage_open",
        TABLE,
        ["kind", sa.text("coalesce(system_id, 0)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
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
