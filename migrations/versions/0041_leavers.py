"""Keep who leaves, and since when a person has said so (rules.md C6).

Why: the end of an employment was only the removal of what somebody held. Nobody was asked before the last day, nothing
was verified afterwards, and how long it took was not known. ``person.ended_here_at``: somebody here has ended it, and
the directory does not say so yet.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0041"
down_revision = "0052"
branch_labels = None
depends_on = None

TABLE, ITEM = "leaver", "leaver_item"
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "source": "source IN ('date', 'ended', 'notice', 'immediate')",
    "reason_code": "(source = 'immediate') = (reason_code <> '')",
    "not_self": "opened_by_id <> person_id AND prepared_by_id <> person_id",
    "measured": "(state = 'closed') <= (working_days IS NOT NULL)",
}
UNDER_WAY = "state IN ('planned', 'prepared', 'removing', 'verifying')"


def _person(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("person.id"), nullable=nullable)


def upgrade() -> None:
    op.add_column("person", sa.Column("ended_here_at", MOMENT, nullable=True))
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        _person("person_id", nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False, server_default=""),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        _person("opened_by_id"),
        _person("told_id"),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        _person("prepared_by_id"),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("prepared_at", "ended_at", "account_by", "gone_at")),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("clean", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("remains", JSONB(), nullable=False, server_default="[]"),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    op.create_index("uq_leaver_under_way", TABLE, ["person_id"], unique=True, postgresql_where=sa.text(UNDER_WAY))
    op.create_table(
        ITEM,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("leaver_id", sa.Integer(), sa.ForeignKey(f"{TABLE}.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        _person("added_by_id", nullable=False),
        _person("done_by_id"),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('equipment', 'mailbox', 'delegated', 'other')", name=op.f("ck_leaver_item_kind")),
    )
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row is lost."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    for table in (TABLE, ITEM):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {quoted}")
        op.execute(f"GRANT USAGE, SELECT ON {table}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table(ITEM)
    op.drop_table(TABLE)
    op.drop_column("person", "ended_here_at")
