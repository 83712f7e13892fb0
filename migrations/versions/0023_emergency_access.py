"""Keep emergencies: the hours of a right that was granted at once, and the control that follows it.

Why: rules.md C7 lets the owner and the courses wait, and asks afterwards instead. When the right ends is a moment and
not a day, and nobody may be able to forget it. An emergency right may live beside an ordinary one that comes meanwhile,
so each is unique by itself. The database refuses more than 72 hours, and one person in two parts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "0023"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE, ORDER, RIGHT = "emergency", "access_request", "access_grant"
MOMENT = sa.DateTime(timezone=True)
CHECKS = {
    "state": "state IN ('open', 'closed', 'closed_deviation')",
    "longest": "expires_at <= granted_at + interval '72 hours'",
    "closed": "(state = 'open') = (closed_at IS NULL)",
    "not_self": "subject_id <> orderer_id AND subject_id <> granted_by_id",
    "four_eyes": "orderer_id <> granted_by_id AND approved_by_id NOT IN (subject_id, orderer_id)",
}
THING = ["subject_id", "level_id", "scope"]
UNDER_WAY = "submitted_at IS NOT NULL AND ended_at IS NULL"
ORDERED = "(kind IN ('new', 'change') OR grant_id IS NULL)"
LIVE = "status IN ('pending_activation', 'active', 'suspended')"


def upgrade() -> None:
    for column in ("emergency_reason", "incident_number"):
        op.add_column(ORDER, sa.Column(column, sa.String(), nullable=False, server_default=""))
    _unique("uq_access_request_open", ORDER, f"{UNDER_WAY} AND kind <> 'emergency' AND {ORDERED}", again=True)
    _unique("uq_access_request_open_emergency", ORDER, f"{UNDER_WAY} AND kind = 'emergency'")
    _unique("uq_access_grant_live", RIGHT, f"{LIVE} AND source <> 'emergency'", again=True)
    _unique("uq_access_grant_live_emergency", RIGHT, "status = 'active' AND source = 'emergency'")
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        _of("grant_id", RIGHT, unique=True),
        _of("request_id", ORDER, unique=True),
        _of("subject_id", "person"),
        _of("level_id", "access_level"),
        _of("orderer_id", "person"),
        _of("granted_by_id", "person"),
        _of("granted_for_id", "person", nullable=True),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("deferred", postgresql.JSONB(), nullable=False),
        sa.Column("extended_at", MOMENT, nullable=True),
        _of("extended_by_id", "person", nullable=True),
        sa.Column("extension_reason", sa.String(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("approve_by", "follow_up_by", "close_by")),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        _of("approved_by_id", "person", nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approval_reason", sa.String(), nullable=False),
        sa.Column("followed_up_at", MOMENT, nullable=True),
        _of("followed_up_by_id", "person", nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("sample", "result", "lesson")),
        sa.Column("deviations", postgresql.JSONB(), nullable=False),
        sa.Column("is_incident", sa.Boolean(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        _of("closed_by_id", "person", nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{TABLE}_{name}")) for name, rule in CHECKS.items()),
    )
    op.create_index("ix_emergency_expires", TABLE, ["expires_at"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_index("ix_emergency_subject", TABLE, ["subject_id", "level_id"])
    op.create_index("ix_emergency_level_id", TABLE, ["level_id"])
    _grant_to_application()


def _of(name: str, table: str, *, nullable: bool = False, unique: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable, unique=unique)


def _unique(name: str, table: str, where: str, *, again: bool = False) -> None:
    if again:
        op.drop_index(name, table_name=table)
    op.create_index(name, table, THING, unique=True, postgresql_where=sa.text(where))


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row is lost."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON {TABLE}_id_seq TO {quoted}")


def downgrade() -> None:
    """Only where no emergency has been: an emergency right and an ordinary one could not both stay."""
    op.drop_table(TABLE)
    op.drop_index("uq_access_grant_live_emergency", table_name=RIGHT)
    _unique("uq_access_grant_live", RIGHT, LIVE, again=True)
    op.drop_index("uq_access_request_open_emergency", table_name=ORDER)
    _unique("uq_access_request_open", ORDER, f"{UNDER_WAY} AND {ORDERED}", again=True)
    for column in ("incident_number", "emergency_reason"):
        op.drop_column(ORDER, column)
