"""Keep the packs of numbered paper forms that were printed, and every serial in them.

Why: after an outage each serial must be accounted for (rules.md C12), so it is on record from the moment when it is
printed. The PDF is kept as it was made: it shows who could approve on that day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("paper_form", "paper_pack")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "paper_pack",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=False),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("unit.id"), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("roles_digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
    )
    op.create_index(
        "uq_paper_pack_current",
        "paper_pack",
        ["system_id", sa.text("coalesce(unit_id, 0)")],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "paper_form",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("system_id", sa.Integer(), sa.ForeignKey("system.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False, unique=True),
        sa.Column("pack_id", sa.Integer(), sa.ForeignKey("paper_pack.id"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.UniqueConstraint("system_id", "number", name=op.f("uq_paper_form_system_id")),
        sa.CheckConstraint("status IN ('issued', 'used', 'void', 'missing')", name=op.f("ck_paper_form_status")),
        sa.CheckConstraint("number > 0", name=op.f("ck_paper_form_number")),
    )
    op.create_index("ix_paper_form_pack_id", "paper_form", ["pack_id"])
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row is lost."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {', '.join(TABLES)} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON {', '.join(f'{table}_id_seq' for table in TABLES)} TO {quoted}")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
