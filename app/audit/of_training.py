"""Courses and agreements in the log."""

from __future__ import annotations

from app.audit.services import record
from workflows.training_events import AgreementSigned, TrainingImported


def training_imported(event: TrainingImported) -> None:
    """How many rows of which file were taken, known and refused; who they are about stands in the rows themselves."""
    counts = {"added": event.added, "known": event.known, "refused": event.refused}
    data = {**counts, "sha256": event.digest}
    kind = "training_import"
    record("training.imported", actor=event.actor, at=event.at, object_type=kind, object_id=event.import_id, data=data)


def agreement_signed(event: AgreementSigned) -> None:
    """Who signed which version (rules.md C0.5: document versions accepted)."""
    record(
        "agreement.signed",
        actor=event.actor,
        at=event.at,
        object_type="signature",
        object_id=event.signature_id,
        documents={event.agreement: event.version},
    )
