"""Reviews of what people have: campaigns, what each reviewer has of them, and the rights (rules.md C8 W8).

Why: each right is answered for at intervals by the line manager of its holder. A campaign may have a million rights and
is opened by one statement, so an item has no foreign keys and one index beside its key; what a page needs is frozen in
the row. The database refuses that anybody answers about themselves, and that a campaign is closed unsigned.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0066"
down_revision = "0056"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = ("planned", "open", "grace", "applying", "closed", "cancelled")


def _to(name: str, table: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=True)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    _campaigns()
    op.create_table(
        "review_part",
        sa.Column("id", sa.Integer(), primary_key=True),
        _to("campaign_id", "review_campaign", nullable=False),
        _to("reviewer_id", "person", nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("helper_ids", JSONB(), nullable=False),
        _moment("done_at"),
        sa.UniqueConstraint("campaign_id", "reviewer_id"),
    )
    op.create_index(op.f("ix_review_part_reviewer_id"), "review_part", ["reviewer_id"])
    _items()
    for table in ("review_campaign", "review_part", "review_item"):
        _grant_to_application(table)


def _campaigns() -> None:
    scope = (
        "(kind = 'system') = (system_id IS NOT NULL) AND (kind = 'unit') = (unit_id IS NOT NULL)"
        " AND (kind = 'person') = (person_id IS NOT NULL)"
    )
    opened = "state IN ('planned', 'cancelled') OR (opened_at IS NOT NULL AND due_on IS NOT NULL)"
    op.create_table(
        "review_campaign",
        sa.Column("id", sa.Integer(), primary_key=True),
        _words("kind"),
        _to("system_id", "system"),
        _to("unit_id", "unit"),
        _to("person_id", "person"),
        _words("state"),
        _words("reason"),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _to("created_by_id", "person"),
        sa.Column("hindrances", JSONB(), nullable=False),
        _moment("opened_at"),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("grace_until", sa.Date(), nullable=True),
        _moment("applied_at"),
        _moment("stopped_at"),
        _moment("released_at"),
        _to("released_by_id", "person"),
        _words("statement"),
        sa.Column("figures", JSONB(), nullable=False),
        _moment("closed_at"),
        _to("closed_by_id", "person"),
        _check("review_campaign", "state", f"state IN {STATES}"),
        _check("review_campaign", "kind", "kind IN ('system', 'unit', 'person')"),
        _check("review_campaign", "scope", scope),
        _check("review_campaign", "opened", opened),
        _check("review_campaign", "closed", "(state = 'closed') = (closed_at IS NOT NULL)"),
        _check("review_campaign", "signed", "state <> 'closed' OR (statement <> '' AND closed_by_id IS NOT NULL)"),
    )
    op.create_index(op.f("ix_review_campaign_system_id"), "review_campaign", ["system_id"])
    under_way = sa.text("state NOT IN ('closed', 'cancelled')")
    op.create_index("ix_review_campaign_open", "review_campaign", ["state"], postgresql_where=under_way)


def _items() -> None:
    numbers = ("reviewer_id", "subject_id", "level_id", "system_id")
    op.create_table(
        "review_item",
        sa.Column("campaign_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("grant_id", sa.Integer(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        _words("profile"),
        sa.Column("is_strict", sa.Boolean(), nullable=False),
        _words("source"),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False, server_default=""),
        sa.Column("note", sa.String(), nullable=False, server_default=""),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        _moment("decided_at"),
        sa.Column("seconds", sa.SmallInteger(), nullable=True),
        sa.Column("is_bulk", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("outcome", sa.String(), nullable=False, server_default=""),
        sa.Column("remove_on", sa.Date(), nullable=True),
        _check("review_item", "not_self", "reviewer_id <> subject_id AND decided_by_id <> subject_id"),
        _check("review_item", "verdict", "verdict IN ('', 'keep', 'change', 'remove')"),
        _check("review_item", "decided", "(verdict = '') = (decided_by_id IS NULL)"),
    )
    op.create_index("ix_review_item_reviewer", "review_item", ["reviewer_id", "campaign_id", "subject_id"])


def _grant_to_application(table: str) -> None:
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is not None and role != op.get_bind().scalar(sa.text("SELECT current_user")):
        quoted = op.get_bind().dialect.identifier_preparer.quote(role)
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {quoted}")
        if table != "review_item":
            op.execute(f"GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {quoted}")


def downgrade() -> None:
    for table in ("review_item", "review_part", "review_campaign"):
        op.drop_table(table)
