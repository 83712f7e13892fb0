"""Keep the documents of matters that go to the registry, with their hash and diary number.

Why: what was decided about an integration is recorded as a file for the archive (rules.md C10), and must be found as
it was when the matter has moved on. Nothing of a kept document is ever changed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0039"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLE = "matter_document"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("matter_id", sa.Integer(), sa.ForeignKey("matter.id"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("diary_number", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_index(f"ix_{TABLE}_matter_id", TABLE, ["matter_id"])
    _grant_to_application()


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row changes."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON {TABLE}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table(TABLE)
