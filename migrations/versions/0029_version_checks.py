"""Keep what the worker finds about a proposed version: the proof, and the back-test against real orders.

Why: both take seconds to minutes, which no web request may. A version is activated only when its proof is here, made
by the engine that runs, and has found nothing; and who reloads the page finds the same answer.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "0029"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = "workflow_check"
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "kind": "kind IN ('proof', 'backtest')",
    "status": "status IN ('waiting', 'running', 'done', 'failed')",
    "since": "(kind = 'backtest') = (since IS NOT NULL)",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("workflow_version.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False, server_default=""),
        sa.Column("asked_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=False, server_default="{}"),
        sa.UniqueConstraint("version_id", "kind"),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    under_way = sa.text("status IN ('waiting', 'running')")
    op.create_index(f"ix_{TABLE}_waiting", TABLE, ["id"], postgresql_where=under_way)
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
