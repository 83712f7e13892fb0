"""Signing: the version that was read, once, for ever."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app import clock
from app.audit.models import AuditEvent
from app.catalogue.models import Agreement
from app.db import db, transaction
from app.errors import Conflict, NotFound
from app.training import queries
from app.training.models import Signature
from tests.people import Town
from tests.training.conftest import signed


def test_signing_keeps_who_what_when_and_how(town: Town, agreement: Agreement) -> None:
    kept = queries.signature(signed(town.alice))
    assert (kept.person_id, kept.agreement.text, kept.method) == (town.alice.id, agreement.text, "test")
    assert kept.signed_at <= clock.now()


def test_signing_is_on_record_with_the_version(town: Town, agreement: Agreement) -> None:
    signature_id = signed(town.alice)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "agreement.signed")).one()
    assert (event.actor_id, event.object_id, event.documents) == (town.alice.id, signature_id, {"SOC": "1"})


def test_signing_twice_is_signing_once(town: Town, agreement: Agreement) -> None:
    assert signed(town.alice) == signed(town.alice)
    assert len(db.session.scalars(select(AuditEvent).where(AuditEvent.event == "agreement.signed")).all()) == 1


def test_version_that_was_replaced_while_it_was_read_is_not_signed(town: Town, agreement: Agreement) -> None:
    with transaction() as session:
        session.add(Agreement(type="SOC", version="2", name="Ny", text="Ny text.", valid_from=clock.today()))
    with pytest.raises(Conflict):
        signed(town.alice, version="1")
    assert db.session.scalars(select(Signature)).all() == []


def test_what_is_not_in_force_cannot_be_signed(town: Town) -> None:
    with pytest.raises(NotFound):
        signed(town.alice)


@pytest.mark.parametrize("act", ["UPDATE signature SET method = 'x'", "DELETE FROM signature"])
def test_database_refuses_to_change_a_signature(town: Town, agreement: Agreement, act: str) -> None:
    signed(town.alice)
    with pytest.raises(ProgrammingError, match=r"permission denied|never changed"), transaction():
        db.session.execute(text(act))


def test_signature_outlives_the_employment(town: Town, agreement: Agreement) -> None:
    signature_id = signed(town.alice)
    with transaction():
        town.alice.employment_status = "ended"
    assert queries.signature(signature_id).person_id == town.alice.id
