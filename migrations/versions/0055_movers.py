"""Keep where each person works, who was seen elsewhere, and what is decided when somebody moves (rules.md C5).

Why: a change of unit, manager or title was only a new value in a column. Whoever moved kept everything.
Nobody is taken as moved by the revision itself: where somebody works is kept when the directory is read next.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0055"
down_revision = "0053"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("placement", "move_sighting", "mover", "mover_row")
ROW_STATES = "('open', 'kept', 'anew', 'changing', 'ending', 'removed', 'gone', 'stays', 'supported')"


def _id(kind: type[sa.types.TypeEngine] = sa.Integer) -> sa.Column:
    return sa.Column("id", kind(), primary_key=True)


def _to(name: str, table: str, nullable: bool = True, **more: bool) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable, **more)


def _where() -> list[sa.Column]:
    """Unit, title and manager."""
    title = sa.Column("title", sa.String(), nullable=False, server_default="")
    return [_to("unit_id", "unit"), title, _to("manager_id", "person")]


def _check(table: str, **rules: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()]


def upgrade() -> None:
    op.create_table(
        "placement", sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True), *_where()
    )
    _sightings()
    _movers()
    _rows()
    _grant_to_application()


def _sightings() -> None:
    op.create_table(
        "move_sighting",
        _id(sa.BigInteger),
        _to("person_id", "person", nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("snapshot_id", sa.BigInteger(), sa.ForeignKey("directory_snapshot.id"), nullable=True),
        *_where(),
        sa.Column("state", sa.String(), nullable=False, server_default="open"),
        sa.Column("why", sa.String(), nullable=False, server_default=""),
        sa.Column("settled_at", MOMENT, nullable=True),
        *_check(
            "move_sighting",
            state="state IN ('open', 'certain', 'undone')",
            settled="(state = 'open') = (settled_at IS NULL)",
            why="(state = 'certain') = (why <> '')",
        ),
    )
    is_open = sa.text("state = 'open'")
    op.create_index("uq_move_sighting_open", "move_sighting", ["person_id"], unique=True, postgresql_where=is_open)


def _movers() -> None:
    op.create_table(
        "mover",
        _id(),
        _to("person_id", "person", nullable=False, index=True),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("what", JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("change_on", sa.Date(), nullable=False),
        sa.Column("by_day", sa.Boolean(), nullable=False, server_default="false"),
        *(_to(name, "unit") for name in ("from_unit_id", "to_unit_id")),
        *(sa.Column(name, sa.String(), nullable=False, server_default="") for name in ("from_title", "to_title")),
        _to("employment_id", "employment"),
        *(_to(name, "person") for name in ("from_manager_id", "old_manager_id", "new_manager_id")),
        sa.Column("opened_at", MOMENT, nullable=False),
        _to("opened_by_id", "person"),
        sa.Column("asked_on", sa.Date(), nullable=True),
        *(_to(name, "person") for name in ("told_new_id", "told_old_id")),
        sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("escalated_on", "noticed_on")),
        sa.Column("ended_at", MOMENT, nullable=True),
        *_check(
            "mover",
            source="source IN ('directory', 'notice', 'employment')",
            not_self="opened_by_id <> person_id AND old_manager_id <> person_id AND new_manager_id <> person_id",
            ended="(state IN ('closed', 'withdrawn', 'overtaken')) = (ended_at IS NOT NULL)",
        ),
    )
    is_open = sa.text("state IN ('announced', 'deciding')")
    op.create_index("uq_mover_open", "mover", ["person_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_mover_under_way", "mover", ["state"], postgresql_where=sa.text("ended_at IS NULL"))


def _rows() -> None:
    op.create_table(
        "mover_row",
        _id(),
        _to("mover_id", "mover", nullable=False),
        _to("grant_id", "access_grant", nullable=False, index=True),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, server_default="open"),
        sa.Column("why", sa.String(), nullable=False, server_default=""),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("remove_on", "until")),
        sa.Column("overlap_reason", sa.String(), nullable=False, server_default=""),
        *(_to(name, "person") for name in ("handed_by_id", "decided_by_id")),
        sa.Column("decided_at", MOMENT, nullable=True),
        *_check(
            "mover_row",
            state=f"state IN {ROW_STATES}",
            day="(state IN ('open', 'anew', 'changing', 'ending')) <= (remove_on IS NOT NULL)",
            why="(state = 'removed') = (why <> '')",
        ),
    )
    op.create_index("uq_mover_row", "mover_row", ["mover_id", "grant_id"], unique=True)


def _grant_to_application() -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {quoted}")
    for table in TABLES[1:]:
        op.execute(f"GRANT USAGE, SELECT ON {table}_id_seq TO {quoted}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
