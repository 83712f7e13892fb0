"""Keep how far each server has been read, and who is in the groups that the catalogue names.

Why: what has changed since is read every few minutes, and only a server that counts its changes can say so. A
membership is kept from one reading to another, so that each night can be seen again without copying all of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MARK, GROUP, MEMBERSHIP = "directory_mark", "directory_group", "directory_membership"


def upgrade() -> None:
    op.add_column("directory_run", sa.Column("gone", postgresql.JSONB(), nullable=False, server_default="[]"))
    op.alter_column("directory_run", "gone", server_default=None)
    op.create_table(
        MARK,
        sa.Column("server", sa.String(), primary_key=True),
        sa.Column("copy", sa.String(), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        GROUP,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("object_guid", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dn", sa.String(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("missing_since", MOMENT, nullable=True),
    )
    op.create_index("ix_directory_group_name", GROUP, ["name"])
    op.create_table(
        MEMBERSHIP,
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("group_id", sa.Integer(), sa.ForeignKey(f"{GROUP}.id"), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("member_guid", "member_dn")),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
    )
    op.create_index(
        "uq_directory_membership_now", MEMBERSHIP, ["group_id", "member_guid"],
        unique=True, postgresql_where=sa.text("gone_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_directory_membership_member_guid", MEMBERSHIP, ["member_guid"])
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {MARK}, {GROUP}, {MEMBERSHIP} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON {GROUP}_id_seq, {MEMBERSHIP}_id_seq TO {quoted}")


def downgrade() -> None:
    for table in (MEMBERSHIP, GROUP, MARK):
        op.drop_table(table)
    op.drop_column("directory_run", "gone")
