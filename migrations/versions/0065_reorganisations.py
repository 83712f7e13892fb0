"""Keep reorganisations, which unit becomes which, and who moves by them (rules.md C5).

Why: whole units that become others are one decision, and not a case for each person.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0065"
down_revision = "0070"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("reorganisation", "reorganised_unit")
RULES = {
    "state": "state IN ('proposed', 'approved', 'refused', 'withdrawn', 'closed')",
    "four_eyes": "decided_by_id <> proposed_by_id",
    "decided": "(state IN ('approved', 'refused', 'closed')) = (decided_by_id IS NOT NULL)",
}


def _to(name: str, table: str, nullable: bool = False, **more: bool) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable, **more)


def upgrade() -> None:
    op.create_table(
        "reorganisation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, server_default="proposed"),
        _to("proposed_by_id", "person"),
        sa.Column("proposed_at", MOMENT, nullable=False),
        _to("decided_by_id", "person", nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_reorganisation_{name}")) for name, rule in RULES.items()),
    )
    op.create_table(
        "reorganised_unit",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("reorganisation_id", "reorganisation"),
        _to("from_unit_id", "unit", index=True),
        sa.Column("to_code", sa.String(), nullable=False),
    )
    op.create_index("uq_reorganised_unit", "reorganised_unit", ["reorganisation_id", "from_unit_id"], unique=True)
    op.add_column("mover", _to("reorganisation_id", "reorganisation", nullable=True, index=True))
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON {table}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_column("mover", "reorganisation_id")
    for table in reversed(TABLES):
        op.drop_table(table)
