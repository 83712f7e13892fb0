"""Keep who works here without an employment: as what, with whom as sponsor, by which agreement, until when (G17).

Why: consultants, elected members, trainees and volunteers may have access where the municipality opts in (rules.md C1).
The database refuses one that lasts longer than twelve months from when it was confirmed, a second one of the same
person, and anybody who sponsors or registers themselves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0036"
down_revision = "0045"
branch_labels = None
depends_on = None

TABLE = "assignment"
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")
CHECKS = {
    "period": "ends_on >= starts_on",
    "longest": "ends_on <= (confirmed_on + interval '12 months')::date",
    "not_self": "sponsor_id <> person_id AND registered_by_id <> person_id",
    "agreement": "agreement_ref <> ''",
    "ended": "(ended_at IS NULL) = (end_reason = '')",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sponsor_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("agreement_ref", sa.String(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("starts_on", "ends_on", "confirmed_on")),
        sa.Column("registered_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("account", sa.String(), nullable=False, server_default="none"),
        sa.Column("vacant_since", sa.Date(), nullable=True),
        sa.Column("suspended_at", MOMENT, nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False, server_default=""),
        sa.Column("ended_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    op.create_index("uq_assignment_open", TABLE, ["person_id"], unique=True, postgresql_where=OPEN)
    op.create_index("ix_assignment_sponsor", TABLE, ["sponsor_id"], postgresql_where=OPEN)
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON {TABLE}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table(TABLE)
