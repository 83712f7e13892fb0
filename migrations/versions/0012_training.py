"""Keep courses, completions, agreements and signatures, so that an order can wait for what its level asks for.

Why: guards G8 and G9 (rules.md C0.3) ask whether somebody is trained, and has signed, on the day of each move; until
now the names of courses stood in the levels' rows and nowhere else. A signature survives the employment, and is worth
something only if nobody can change it: the database refuses that, as it does for the log.
Load the catalogue again after this: it fills in courses and agreements.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("course", "agreement", "completion", "signature", "training_import")
MOMENT = sa.DateTime(timezone=True)
UNCHANGEABLE = """
CREATE FUNCTION signature_is_unchangeable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'signature is never changed or deleted: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER signature_no_change BEFORE UPDATE OR DELETE ON signature
    FOR EACH ROW EXECUTE FUNCTION signature_is_unchangeable();
CREATE TRIGGER signature_no_truncate BEFORE TRUNCATE ON signature
    FOR EACH STATEMENT EXECUTE FUNCTION signature_is_unchangeable();
"""


def upgrade() -> None:
    """Create the tables and give the application its rights on them."""
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_months", sa.Integer()),
        sa.Column("counts_from", sa.Date()),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("legal_ground", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.UniqueConstraint("type", "version"),
    )
    op.create_table(
        "completion",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("course_id", sa.Integer(), sa.ForeignKey("course.id"), nullable=False, index=True),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), index=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("near_told_at", MOMENT),
        sa.Column("expiry_told_at", MOMENT),
        sa.UniqueConstraint("person_id", "course_id", "completed_on"),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("agreement_id", sa.Integer(), sa.ForeignKey("agreement.id"), nullable=False, index=True),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.UniqueConstraint("person_id", "agreement_id"),
    )
    op.create_table(
        "training_import",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("read_by_id", sa.Integer(), sa.ForeignKey("person.id")),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", postgresql.JSONB(), nullable=False),
    )
    op.execute(UNCHANGEABLE)
    _grant_to_application()


def downgrade() -> None:
    """Drop them; what people have signed goes with them."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION signature_is_unchangeable()")


def _grant_to_application() -> None:
    """Rights of the application's role, when it is another than the owner: a signature it may only add."""
    settings = current_app.extensions["settings"]
    role = make_url(settings.database_url).username
    owner = make_url(settings.database_owner_url or settings.database_url).username
    if role is None or role == owner:
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(TABLES)} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON signature, agreement FROM {quoted}")
