"""Keep what was done on paper: each form as registered, its scan, what is asked about it, and findings.

Why: after an outage every right that was given on paper is put on record with its original times, verified by a second
person and judged by the rules, and every serial is accounted for (rules.md C12). What fails is a finding (C13), one
open for each person, system and type. A scan is never changed, so the application may only add to that table; the
database too refuses that who registered a form verifies it, or whom it is about.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url

revision = "0019"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state IN ('open', 'assigned', 'reopened')")
STATES = (
    "open", "assigned", "reopened", "resolved_removed", "resolved_regularised", "accepted_risk", "false_positive",
)  # fmt: skip


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _to(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    _account()
    _findings()
    _papers()
    for table, rights in (
        ("finding", "SELECT, INSERT, UPDATE"),
        ("paper_scan", "SELECT, INSERT"),
        ("paper_order", "SELECT, INSERT, UPDATE"),
        ("paper_registration", "SELECT, INSERT, UPDATE"),
    ):
        _grant_to_application(table, rights)


def _account() -> None:
    op.add_column("paper_form", _to("outage_id", "outage", nullable=True))
    op.add_column("paper_form", sa.Column("note", sa.String(), nullable=False, server_default=""))
    op.add_column("paper_form", _to("accounted_by_id", "person", nullable=True))
    op.add_column("paper_form", sa.Column("accounted_at", MOMENT, nullable=True))
    op.create_index("ix_paper_form_outage_id", "paper_form", ["outage_id"])
    op.add_column("outage", sa.Column("closed_at", MOMENT, nullable=True))
    op.add_column("outage", _to("closed_by_id", "person", nullable=True))
    op.add_column("outage", sa.Column("closing_rung", sa.Integer(), nullable=False, server_default=sa.text("0")))
    # Nobody can have registered a form before there was a place for it: no reminder is sent of outages of that time.
    op.execute("UPDATE outage SET closed_at = recorded_at, closed_by_id = ended_by_id WHERE ended_at IS NOT NULL")
    op.create_check_constraint(op.f("ck_outage_closed"), "outage", "closed_at IS NULL OR ended_at IS NOT NULL")


def _findings() -> None:
    op.create_table(
        "finding",
        _id(),
        _text("type"),
        _text("severity"),
        _to("system_id", "system"),
        _to("person_id", "person", nullable=True),
        sa.Column("evidence", JSONB(), nullable=False),
        _text("state"),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        _text("reason"),
        sa.Column("accepted_until", sa.Date(), nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        _to("resolved_by_id", "person", nullable=True),
        _check("finding", "state", f"state IN {STATES}"),
        _check("finding", "severity", "severity IN ('low', 'medium', 'high')"),
        _check("finding", "accepted", "(state = 'accepted_risk') = (accepted_until IS NOT NULL)"),
    )
    columns = [sa.text("coalesce(person_id, 0)"), "system_id", "type"]
    op.create_index("uq_finding_open", "finding", columns, unique=True, postgresql_where=OPEN)
    op.create_index("ix_finding_due", "finding", ["due_on"], postgresql_where=OPEN)
    op.create_index("ix_finding_system_id", "finding", ["system_id"])
    op.create_index("ix_finding_person_id", "finding", ["person_id"])


def _papers() -> None:
    kinds = "media_type IN ('application/pdf', 'image/jpeg', 'image/png')"
    op.create_table(
        "paper_scan",
        _id(),
        _to("form_id", "paper_form"),
        _text("media_type"),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("digest"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _to("kept_by_id", "person"),
        sa.Column("kept_at", MOMENT, nullable=False),
        _check("paper_scan", "media_type", kinds),
    )
    op.create_index("ix_paper_scan_form_id", "paper_scan", ["form_id"])
    op.create_table(
        "paper_order",
        _id(),
        sa.Column("form_id", sa.Integer(), sa.ForeignKey("paper_form.id"), nullable=False, unique=True),
        _to("outage_id", "outage"),
        _to("scan_id", "paper_scan"),
        _text("state"),
        _to("subject_id", "person"),
        _to("level_id", "access_level"),
        _text("scope"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        _text("purpose"),
        _text("need_analysis_ref"),
        sa.Column("is_licensed", sa.Boolean(), nullable=False),
        sa.Column("has_siths", sa.Boolean(), nullable=False),
        _to("orderer_id", "person"),
        _to("manager_id", "person"),
        _text("employment_checked"),
        sa.Column("occurred_at", MOMENT, nullable=False),
        _to("owner_id", "person", nullable=True),
        _text("owner_note"),
        _to("executor_id", "person"),
        _text("done"),
        sa.Column("done_at", MOMENT, nullable=False),
        _to("registered_by_id", "person"),
        sa.Column("registered_at", MOMENT, nullable=False),
        _text("question"),
        _to("verified_by_id", "person", nullable=True),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("evidence", JSONB(), nullable=False),
        sa.Column("trials", JSONB(), nullable=False),
        sa.Column("judged_at", MOMENT, nullable=True),
        sa.Column("grant_id", sa.Integer(), sa.ForeignKey("access_grant.id"), nullable=True, unique=True),
        _to("finding_id", "finding", nullable=True),
        _to("request_id", "access_request", nullable=True),
        _check("paper_order", "period", "valid_to >= valid_from"),
        _check("paper_order", "times", "done_at >= occurred_at"),
        _check("paper_order", "second_person", "verified_by_id NOT IN (registered_by_id, subject_id)"),
        _check("paper_order", "not_self", "registered_by_id <> subject_id"),
        _check("paper_order", "employment_checked", "employment_checked IN ('phone', 'id', 'no')"),
    )
    for column in ("outage_id", "subject_id", "finding_id"):
        op.create_index(f"ix_paper_order_{column}", "paper_order", [column])
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_paper_order_waiting", "paper_order", ["state"], postgresql_where=waiting)
    op.create_table(
        "paper_registration",
        _id(),
        _to("outage_id", "outage"),
        _to("system_id", "system"),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        _to("confirmed_by_id", "person", nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.UniqueConstraint("outage_id", "system_id", name=op.f("uq_paper_registration_outage_id")),
    )


def _grant_to_application(table: str, rights: str) -> None:
    """As in the first revision: new tables belong to the owner, and the application is another role. No row is lost."""
    role = make_url(current_app.extensions["settings"].database_url).username
    if role is None or role == op.get_bind().scalar(sa.text("SELECT current_user")):
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    op.execute(f"GRANT {rights} ON {table} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON {table}_id_seq TO {quoted}")


def downgrade() -> None:
    for table in ("paper_registration", "paper_order", "paper_scan", "finding"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_outage_closed"), "outage")
    for column in ("closing_rung", "closed_by_id", "closed_at"):
        op.drop_column("outage", column)
    for column in ("accounted_at", "accounted_by_id", "note", "outage_id"):
        op.drop_column("paper_form", column)
