"""Keep the moves that wait since so many came at once (rules.md C5).

Why: a reorganisation in the directory would have mailed hundreds of managers, and removed by silence in ten days.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0064"
down_revision = "0055"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
RULES = {
    "state": "state IN ('waiting', 'released', 'opened', 'undone')",
    "settled": "(state IN ('opened', 'undone')) = (settled_at IS NOT NULL)",
    "not_self": "released_by_id <> person_id",
}


def _to(name: str, table: str, nullable: bool = True, **more: bool) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable, **more)


def upgrade() -> None:
    op.create_table(
        "held_move",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("person_id", "person", nullable=False, index=True),
        sa.Column("what", JSONB(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        *(_to(name, "unit") for name in ("from_unit_id", "to_unit_id")),
        *(sa.Column(name, sa.String(), nullable=False, server_default="") for name in ("from_title", "to_title")),
        *(_to(name, "person") for name in ("from_manager_id", "to_manager_id")),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("held_at", MOMENT, nullable=False, index=True),
        sa.Column("state", sa.String(), nullable=False, server_default="waiting"),
        _to("released_by_id", "person"),
        sa.Column("settled_at", MOMENT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_held_move_{name}")) for name, rule in RULES.items()),
    )
    waits = sa.text("state IN ('waiting', 'released')")
    op.create_index("uq_held_move", "held_move", ["person_id"], unique=True, postgresql_where=waits)
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: a new table belongs to the owner, and the application is another role."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON held_move TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON held_move_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table("held_move")
