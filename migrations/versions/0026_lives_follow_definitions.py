"""Let orderers, handovers and outages keep the version of the definition that they began with.

Why: their deadlines, terms and moves were Python tables, and are definitions now, which a municipality changes. What is
under way follows version 1, which says the same as the tables did. What is under way is told by ``ended_at``, and not
by the names of states, which are the definition's.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLES = ("orderer_appointment", "role_handover", "outage")
# Index, table, column, and which rows it held before.
OPEN = (
    ("ix_orderer_appointment_open", TABLES[0], "person_id", "'nominated', 'accepted', 'active', 'suspended'"),
    ("ix_role_handover_open", TABLES[1], "state", "'proposed', 'accepted'"),
)
# None is without it; were one, it would come alive again.
END_ORDERERS = """
UPDATE orderer_appointment SET ended_at = now() WHERE ended_at IS NULL AND state IN ('declined', 'lapsed', 'ended')
"""
END_HANDOVERS = """
UPDATE role_handover SET ended_at = now()
WHERE ended_at IS NULL AND state IN ('declined', 'lapsed', 'completed', 'withdrawn')
"""


def upgrade() -> None:
    for table in TABLES:
        column = sa.Column("definition_version", sa.Integer(), nullable=False, server_default="1")
        op.add_column(table, column)
    op.execute(END_ORDERERS)
    op.execute(END_HANDOVERS)
    for name, table, column_name, _states in OPEN:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [column_name], postgresql_where=sa.text("ended_at IS NULL"))


def downgrade() -> None:
    for name, table, column, states in OPEN:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [column], postgresql_where=sa.text(f"state IN ({states})"))
    for table in TABLES:
        op.drop_column(table, "definition_version")
