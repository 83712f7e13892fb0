"""Lists of accounts of systems outside the directory, and service accounts (rules.md C13, F13).

Why: a system that no group of the directory gives access to tells who is in it by a list that its manager hands in.
Only what is needed to compare is kept, of the latest list only; the file is not. An account without a person may be
accepted as a service account when somebody else than the one who accepts it answers for it to a day: the database
refuses one person in both places.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0060"
down_revision = "0057"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _to(name: str, table: str, *, nullable: bool = False, **more: bool) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable, **more)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    _lists()
    _accounts()
    for table in ("user_list", "user_list_mapping", "user_list_account", "service_account"):
        _grant_to_application(table, with_sequence=table != "user_list_mapping")


def _lists() -> None:
    op.create_table(
        "user_list",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("system_id", "system"),
        _text("state"),
        _text("file_name"),
        _text("digest"),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("headings", JSONB(), nullable=False),
        sa.Column("hidden", JSONB(), nullable=False),
        sa.Column("cells", JSONB(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        _to("based_on_id", "user_list", nullable=True),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        _to("uploaded_by_id", "person"),
        sa.Column("applied_at", MOMENT, nullable=True),
        _to("applied_by_id", "person", nullable=True),
        _check("user_list", "state", "state IN ('draft', 'current', 'replaced', 'dropped')"),
        _check("user_list", "cells", "cells IS NULL OR state = 'draft'"),
        _check("user_list", "applied", "(applied_at IS NOT NULL) = (state IN ('current', 'replaced'))"),
    )
    op.create_index("ix_user_list_system_id", "user_list", ["system_id"])
    current = sa.text("state = 'current'")
    op.create_index("uq_user_list_current", "user_list", ["system_id"], unique=True, postgresql_where=current)
    op.create_table(
        "user_list_mapping",
        _to("system_id", "system", primary_key=True),
        sa.Column("columns", JSONB(), nullable=False),
        sa.Column("levels", JSONB(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        _to("saved_by_id", "person"),
    )


def _accounts() -> None:
    op.create_table(
        "user_list_account",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("list_id", "user_list"),
        sa.Column("line", sa.Integer(), nullable=False),
        _text("login"),
        _text("name"),
        _to("person_id", "person", nullable=True),
        _text("who"),
        _text("matched_by"),
        _to("level_id", "access_level", nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
    )
    for column in ("list_id", "person_id"):
        op.create_index(f"ix_user_list_account_{column}", "user_list_account", [column])
    op.create_table(
        "service_account",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("system_id", "system"),
        _text("login"),
        _to("responsible_id", "person"),
        sa.Column("until", sa.Date(), nullable=False),
        _text("reason"),
        sa.Column("accepted_at", MOMENT, nullable=False),
        _to("accepted_by_id", "person"),
        sa.UniqueConstraint("system_id", "login", name=op.f("uq_service_account_system_id")),
        _check("service_account", "two_people", "responsible_id <> accepted_by_id"),
    )


def _grant_to_application(table: str, *, with_sequence: bool) -> None:
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        rights = "SELECT, INSERT, UPDATE, DELETE" if table == "user_list_account" else "SELECT, INSERT, UPDATE"
        op.execute(f"GRANT {rights} ON {table} TO {quoted}")
        if with_sequence:
            op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {quoted}")


def downgrade() -> None:
    for table in ("service_account", "user_list_account", "user_list_mapping", "user_list"):
        op.drop_table(table)
