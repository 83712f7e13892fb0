"""Keep who a reading of the directory would end when it is held back, and which two people let it through.

Why: a fault in the directory looks like hundreds of leavers. A person has to see who they are, and a second one has
to agree (four eyes), before anything follows. The database refuses one person in both parts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
RUN, LEAVER = "directory_run", "directory_leaver"


def upgrade() -> None:
    for name in ("proposed", "released"):
        op.add_column(RUN, sa.Column(f"{name}_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True))
        op.add_column(RUN, sa.Column(f"{name}_at", MOMENT, nullable=True))
    op.add_column(RUN, sa.Column("release_reason", sa.String(), nullable=False, server_default=""))
    op.alter_column(RUN, "release_reason", server_default=None)
    op.create_check_constraint(
        op.f("ck_directory_run_four_eyes"),
        RUN,
        "released_by_id IS NULL OR (proposed_by_id IS NOT NULL AND released_by_id <> proposed_by_id)",
    )
    op.create_table(
        LEAVER,
        sa.Column("run_id", sa.BigInteger(), sa.ForeignKey(f"{RUN}.id"), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("before", "after", "reason")),
    )
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT SELECT, INSERT ON {LEAVER} TO {quoted}")


def downgrade() -> None:
    op.drop_table(LEAVER)
    op.drop_constraint(op.f("ck_directory_run_four_eyes"), RUN)
    for name in ("release_reason", "released_at", "released_by_id", "proposed_at", "proposed_by_id"):
        op.drop_column(RUN, name)
