"""Keep the pairs of levels that one person may not hold together, the exemptions from them, and the role packages.

Why: guard G13 asks at each step of an order which pairs the level makes with what the subject has, so pairs are
rows with keys and not words in a level's details. The database itself sees that an exemption is approved by two
people of whom neither is the person whom it is for, or asked for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("toxic_exemption", "role_package", "toxic_pair")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "toxic_pair",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("first_level_id", sa.Integer(), sa.ForeignKey("access_level.id"), nullable=False),
        sa.Column("second_level_id", sa.Integer(), sa.ForeignKey("access_level.id"), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("same_scope", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("first_level_id", "second_level_id", name=op.f("uq_toxic_pair_first_level_id")),
        sa.CheckConstraint("first_level_id < second_level_id", name=op.f("ck_toxic_pair_two_levels")),
        sa.CheckConstraint("mode IN ('record', 'approve', 'enforce')", name=op.f("ck_toxic_pair_mode")),
    )
    op.create_index("ix_toxic_pair_second_level_id", "toxic_pair", ["second_level_id"])
    op.create_table(
        "role_package",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level_ids", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "toxic_exemption",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("pair_id", sa.Integer(), sa.ForeignKey("toxic_pair.id"), nullable=False),
        sa.Column("subject_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("owner_at", MOMENT, nullable=True),
        sa.Column("coordinator_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("coordinator_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('asked', 'approved', 'rejected', 'ended')", name=op.f("ck_toxic_exemption_status")
        ),
        sa.CheckConstraint(
            "owner_id <> coordinator_id AND owner_id NOT IN (subject_id, asked_by_id)"
            " AND coordinator_id NOT IN (subject_id, asked_by_id)",
            name=op.f("ck_toxic_exemption_four_eyes"),
        ),
        sa.CheckConstraint(
            "status <> 'approved' OR (owner_id IS NOT NULL AND coordinator_id IS NOT NULL)",
            name=op.f("ck_toxic_exemption_both"),
        ),
    )
    op.create_index(
        "uq_toxic_exemption_open",
        "toxic_exemption",
        ["subject_id", "pair_id"],
        unique=True,
        postgresql_where=sa.text("status = 'asked'"),
    )
    op.create_index("ix_toxic_exemption_subject_id", "toxic_exemption", ["subject_id"])
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(TABLES)} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON {', '.join(f'{table}_id_seq' for table in TABLES)} TO {quoted}")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
