"""Read the directory into tables of its own first, and apply it person by person in chunks.

Why: a whole municipality in one transaction keeps everything in memory and loses all of it with the process. A run
keeps what was read, how far it has come, and what it found too strange to apply. The reading itself is not logged:
after a crash of the database it is empty, which is seen by its count, and it is made anew. Managers are found by DN.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
RUN, READING, JUDGEMENT = "directory_run", "directory_reading", "directory_judgement"
TEXTS = (
    "employee_number", "dn", "login", "employee_type", "status", "reason", "form", "given_name", "surname",
    "display_name", "search", "sort_key", "mail", "language", "title", "unit_code", "unit_name", "board", "manager_dn",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        RUN,
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("accounts", "known", "added", "leaving")),
        sa.Column("applied_up_to", sa.String(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("held_because", sa.String(), nullable=False),
        sa.Column("marks", postgresql.JSONB(), nullable=False),
        sa.Column("snapshot_id", sa.BigInteger(), sa.ForeignKey("directory_snapshot.id"), nullable=True),
        sa.CheckConstraint("kind IN ('full', 'incremental')", name=op.f("ck_directory_run_kind")),
        sa.CheckConstraint("state IN ('applying', 'done', 'held', 'abandoned')", name=op.f("ck_directory_run_state")),
    )
    op.create_index("uq_directory_run_applying", RUN, ["state"], unique=True, postgresql_where="state = 'applying'")
    _create_reading()
    op.create_index("ix_directory_account_dn", "directory_account", [sa.text("lower(dn)")])
    _grant_to_application()


def _create_reading() -> None:
    op.create_table(
        READING,
        sa.Column("id", sa.BigInteger(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("object_guid", *TEXTS)),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("enabled", "in_disabled_ou", "protected", "start_readable")
        ),
        *(sa.Column(name, sa.Date()) for name in ("expires_on", "account_starts_on", "starts_on", "ends_on")),
        sa.Column("created_at", MOMENT),
        sa.Column("attributes", postgresql.JSONB(), nullable=False),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_directory_reading_employee_number", READING, ["employee_number"])
    op.create_index("ix_directory_reading_dn", READING, [sa.text("lower(dn)")])
    op.create_table(
        JUDGEMENT,
        sa.Column("employee_number", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("main_guid", "status", "reason", "form")),
        *(sa.Column(name, sa.Date()) for name in ("starts_on", "ends_on")),
        prefixes=["UNLOGGED"],
    )


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {RUN} TO {quoted}")
    op.execute(f"GRANT SELECT, INSERT, DELETE, TRUNCATE ON {READING}, {JUDGEMENT} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON {RUN}_id_seq, {READING}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_index("ix_directory_account_dn", table_name="directory_account")
    for table in (JUDGEMENT, READING, RUN):
        op.drop_table(table)
