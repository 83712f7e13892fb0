"""Keep the way of an authorised orderer from nomination to end, and orderers of everything up to a class.

Why: rules.md C9 asks for a nominator, an acceptance of the duties, a registration by a third person and a yearly
confirmation. A row of `appointment` says only who may order today. "All up to K2" is a scope of its own: without it
an orderer of all systems could order what is sensitive.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = "state IN ('nominated', 'accepted', 'active', 'suspended')"


def _grant_to_application() -> None:
    """Rights of the application's role, when it is another than the owner."""
    settings = current_app.extensions["settings"]
    role = make_url(settings.database_url).username
    owner = make_url(settings.database_owner_url or settings.database_url).username
    if role is None or role == owner:
        return
    quoted = op.get_bind().dialect.identifier_preparer.quote(role)
    tables = "orderer_appointment, orderer_unit, orderer_system"
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {quoted}")
    op.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")


def upgrade() -> None:
    """Add the column and the three tables."""
    op.add_column("appointment", sa.Column("max_confidentiality", sa.Integer(), nullable=True))
    op.create_table(
        "orderer_appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nominator_id", sa.Integer(), nullable=False),
        sa.Column("registrar_id", sa.Integer(), nullable=True),
        sa.Column("home_unit_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("nominated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("lapses_on", sa.Date(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("duties_version", sa.String(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.CheckConstraint("person_id <> nominator_id", name=op.f("ck_orderer_appointment_not_self")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_orderer_appointment_period")),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_orderer_appointment_{column}_person"))
            for column in ("person_id", "nominator_id", "registrar_id")
        ),
        sa.ForeignKeyConstraint(["home_unit_id"], ["unit.id"], name=op.f("fk_orderer_appointment_home_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orderer_appointment")),
    )
    op.create_index("ix_orderer_appointment_open", "orderer_appointment", ["person_id"], postgresql_where=sa.text(OPEN))
    for table, thing in (("orderer_unit", "unit"), ("orderer_system", "system")):
        op.create_table(
            table,
            sa.Column("orderer_id", sa.Integer(), nullable=False),
            sa.Column(f"{thing}_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["orderer_id"], ["orderer_appointment.id"], name=op.f(f"fk_{table}_orderer_id_orderer_appointment")
            ),
            sa.ForeignKeyConstraint([f"{thing}_id"], [f"{thing}.id"], name=op.f(f"fk_{table}_{thing}_id_{thing}")),
            sa.PrimaryKeyConstraint("orderer_id", f"{thing}_id", name=op.f(f"pk_{table}")),
        )
    _grant_to_application()


def downgrade() -> None:
    """Forget the way; the roles that came of it stay, except those up to a class, which would become wider."""
    op.execute("DELETE FROM appointment WHERE max_confidentiality IS NOT NULL")
    op.drop_table("orderer_system")
    op.drop_table("orderer_unit")
    op.drop_table("orderer_appointment")
    op.drop_column("appointment", "max_confidentiality")
