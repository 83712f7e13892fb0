"""Keep the drills of the paper routine: when, who held it, how it went.

Why: the routine is tried once a year (rules.md C12), the internal control counts it (IK-09), and whoever runs the
system is reminded when twelve months have passed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "continuity_test"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.CheckConstraint("result IN ('worked', 'partly', 'failed')", name=op.f(f"ck_{TABLE}_result")),
    )
    op.create_index(f"ix_{TABLE}_system_id", TABLE, ["system_id"])
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
