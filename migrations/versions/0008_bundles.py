"""Keep which orders were sent together: a role package for somebody, or one level for many.

Why: each of them is an order of its own, decided by itself; but whoever sent them wants to see what became of
all, and whoever is asked about thirty gets one mail. In a bundle there is one order for each person and level at
most, ended or not: sending twice, at once or later, makes nothing twice.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_bundle",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("orderer_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("package_id", sa.Integer(), sa.ForeignKey("role_package.id"), nullable=True),
        sa.Column("level_id", sa.Integer(), sa.ForeignKey("access_level.id"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_out", postgresql.JSONB(), nullable=False),
        sa.UniqueConstraint("orderer_id", "key", name=op.f("uq_order_bundle_orderer_id")),
    )
    op.add_column("access_request", sa.Column("bundle_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        "fk_access_request_bundle_id_order_bundle", "access_request", "order_bundle", ["bundle_id"], ["id"]
    )
    op.create_index(
        "uq_access_request_open_in_bundle",
        "access_request",
        ["bundle_id", "subject_id", "level_id"],
        unique=True,
        postgresql_where=sa.text("bundle_id IS NOT NULL"),
    )
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: a new table belongs to the owner, and the application is another role."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON order_bundle TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON order_bundle_id_seq TO {quoted}")


def downgrade() -> None:
    """Forget what was sent together; the orders stay."""
    op.drop_index("uq_access_request_open_in_bundle", "access_request")
    op.drop_constraint("fk_access_request_bundle_id_order_bundle", "access_request", type_="foreignkey")
    op.drop_column("access_request", "bundle_id")
    op.drop_table("order_bundle")
