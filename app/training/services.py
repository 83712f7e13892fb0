"""Signing. Takes part in the caller's transaction; importing has a module of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.db import db
from app.errors import Conflict, NotFound
from app.events import publish
from app.training import importing, queries
from app.training.models import Signature
from workflows.events import Actor, CatalogueLoaded
from workflows.training_events import AgreementSigned


def sign(type_: str, version: str, *, actor: Actor, method: str, now: datetime) -> int:
    """Keep that the actor has signed the version in force; returns the signature's id. Again changes nothing.

    Raises NotFound for an agreement that is not in force, Conflict(new_version) when the version that the actor has
    read is not the one in force any more. ``method`` says how the actor had logged in.
    """
    agreement = queries.in_force(type_, clock.local(now).date())
    if agreement is None or actor.person_id is None:
        raise NotFound()
    if agreement.version != version:
        raise Conflict("new_version")
    values = {"person_id": actor.person_id, "agreement_id": agreement.id, "signed_at": now, "method": method}
    adding = insert(Signature).values(values).on_conflict_do_nothing().returning(Signature.id)
    signature_id = db.session.scalar(adding)
    if signature_id is None:
        return queries.signature_id(actor.person_id, agreement.id)
    publish(AgreementSigned(signature_id, actor.person_id, type_, version, actor, now))
    return signature_id


def catalogue_loaded(_event: CatalogueLoaded) -> None:
    """A course may count for other months than before (a reaction)."""
    importing.recount()
