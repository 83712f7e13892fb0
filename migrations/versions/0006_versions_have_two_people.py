"""Let a version of a process be proposed by one person and activated by another.

Why: whoever can change a process alone can let themselves have any access. So a version has a status, and two
people whom the database keeps apart; at most one version of a process is active; and what is stored is never
changed, since orders under way follow it. The newest version of each process that is stored today is active.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "workflow_version"
WHO = ("proposed_by_id", "activated_by_id")
CHECKS = {
    "status": "status IN ('proposed', 'active', 'superseded', 'withdrawn')",
    "two_people": "proposed_by_id <> activated_by_id",
    "activated": "(status IN ('active', 'superseded')) = (activated_at IS NOT NULL)",
}
NEWEST_IS_ACTIVE = """
UPDATE workflow_version SET activated_at = proposed_at, status = CASE
  WHEN version = (SELECT max(version) FROM workflow_version AS every WHERE every.process = workflow_version.process)
  THEN 'active' ELSE 'superseded' END
"""
TEXT_IS_KEPT = """
CREATE FUNCTION workflow_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.process, NEW.version, NEW.digest, NEW.source, NEW.proposed_by_id)
            IS NOT DISTINCT FROM (OLD.id, OLD.process, OLD.version, OLD.digest, OLD.source, OLD.proposed_by_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'workflow_version is kept: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER workflow_version_no_change BEFORE UPDATE OR DELETE ON workflow_version
    FOR EACH ROW EXECUTE FUNCTION workflow_version_is_kept();
"""


def upgrade() -> None:
    """Add the columns, make the newest of each process active, and lock the texts."""
    op.alter_column(TABLE, "loaded_at", new_column_name="proposed_at")
    op.add_column(TABLE, sa.Column("status", sa.String(), nullable=False, server_default="proposed"))
    op.add_column(TABLE, sa.Column("why", sa.String(), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    for column in WHO:
        op.add_column(TABLE, sa.Column(column, sa.Integer(), nullable=True))
        op.create_foreign_key(f"fk_{TABLE}_{column}_person", TABLE, "person", [column], ["id"])
    op.execute(NEWEST_IS_ACTIVE)
    for column in ("status", "why"):
        op.alter_column(TABLE, column, server_default=None)
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE, rule)
    active = sa.text("status = 'active'")
    op.create_index("uq_workflow_version_active", TABLE, ["process"], unique=True, postgresql_where=active)
    op.execute(TEXT_IS_KEPT)


def downgrade() -> None:
    """Forget who proposed and activated what; every stored version stays."""
    op.execute("DROP TRIGGER workflow_version_no_change ON workflow_version")
    op.execute("DROP FUNCTION workflow_version_is_kept()")
    op.drop_index("uq_workflow_version_active", TABLE)
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE)
    for column in (*WHO, "activated_at", "why", "status"):
        op.drop_column(TABLE, column)
    op.alter_column(TABLE, "proposed_at", new_column_name="loaded_at")
