"""Findings of the directory, the readings of memberships they rest on, and the baseline of go-live (rules.md C13).

Why: a finding may be about a person without a system (no manager), or about a group or an account and nobody known, and
it says between which readings it was seen. The readings are kept because only one that is neither unknown nor held is
judged. On go-live no membership has an order behind it: the baseline makes each a right with source legacy, and keeps
who answers for it; the database refuses an answer about oneself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0045"
down_revision = "0039"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('open', 'assigned', 'reopened')")
KEY = [sa.text("coalesce(person_id, 0)"), sa.text("coalesce(system_id, 0)"), "type", "thing"]
OLD_KEY = [sa.text("coalesce(person_id, 0)"), "system_id", "type"]


def _to(name: str, table: str, *, nullable: bool = False, **more: bool) -> sa.Column[int]:
    kind = sa.BigInteger() if table in ("membership_reading", "directory_snapshot") else sa.Integer()
    return sa.Column(name, kind, sa.ForeignKey(f"{table}.id"), nullable=nullable, **more)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "membership_reading",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("groups", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _to("snapshot_id", "directory_snapshot", nullable=True),
        sa.Column("judged_at", MOMENT, nullable=True),
        sa.Column("outcome", JSONB(), nullable=False),
        _check("membership_reading", "state", "state IN ('done', 'held')"),
    )
    _findings()
    _baseline()
    for table in ("membership_reading", "baseline", "baseline_item"):
        _grant_to_application(table, "SELECT, INSERT, UPDATE")


def _findings() -> None:
    op.alter_column("finding", "system_id", nullable=True)
    op.add_column("finding", sa.Column("thing", sa.String(), nullable=False, server_default=""))
    op.add_column("finding", sa.Column("last_seen_at", MOMENT, nullable=True))
    op.execute("UPDATE finding SET last_seen_at = found_at")
    op.alter_column("finding", "last_seen_at", nullable=False)
    op.add_column("finding", _to("first_reading_id", "membership_reading", nullable=True))
    op.add_column("finding", _to("last_reading_id", "membership_reading", nullable=True))
    op.add_column("finding", _to("request_id", "access_request", nullable=True))
    op.drop_index("uq_finding_open", "finding")
    op.create_index("uq_finding_open", "finding", KEY, unique=True, postgresql_where=OPEN)


def _baseline() -> None:
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("reading_id", "membership_reading"),
        sa.Column("taken_at", MOMENT, nullable=False),
        _to("taken_by_id", "person"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rights", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.UniqueConstraint("reading_id", name=op.f("uq_baseline_reading_id")),
    )
    op.create_table(
        "baseline_item",
        _to("grant_id", "access_grant", primary_key=True),
        _to("baseline_id", "baseline"),
        _to("system_id", "system"),
        _to("subject_id", "person"),
        sa.Column("verdict", sa.String(), nullable=False),
        _to("decided_by_id", "person", nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        _check("baseline_item", "verdict", "verdict IN ('', 'keep', 'remove')"),
        _check("baseline_item", "decided", "(verdict = '') = (decided_by_id IS NULL)"),
        _check("baseline_item", "not_self", "decided_by_id <> subject_id"),
    )
    op.create_index("ix_baseline_item_baseline_id", "baseline_item", ["baseline_id"])
    op.create_index("ix_baseline_item_subject_id", "baseline_item", ["subject_id"])
    op.create_index("ix_baseline_item_open", "baseline_item", ["system_id"], postgresql_where=sa.text("verdict = ''"))


def _grant_to_application(table: str, rights: str) -> None:
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT {rights} ON {table} TO {quoted}")
        if table != "baseline_item":
            op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {quoted}")


def downgrade() -> None:
    op.drop_table("baseline_item")
    op.drop_table("baseline")
    op.drop_index("uq_finding_open", "finding")
    op.execute("DELETE FROM finding WHERE system_id IS NULL OR thing <> ''")
    op.create_index("uq_finding_open", "finding", OLD_KEY, unique=True, postgresql_where=OPEN)
    for name in ("request_id", "last_reading_id", "first_reading_id", "last_seen_at", "thing"):
        op.drop_column("finding", name)
    op.alter_column("finding", "system_id", nullable=False)
    op.drop_table("membership_reading")
