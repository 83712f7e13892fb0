"""What has happened to people's courses and agreements, in the past tense (as ``events``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflows.events import Actor


@dataclass(frozen=True, slots=True)
class TrainingImported:
    """A file of completed courses was read. ``people``: ids of those who got a completion that was not known.

    ``digest`` is the file's SHA-256.
    """

    import_id: int
    added: int
    known: int
    refused: int
    digest: str
    people: tuple[int, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class AgreementSigned:
    """A person has signed a version of a confidentiality agreement."""

    signature_id: int
    person_id: int
    agreement: str
    version: str
    actor: Actor
    at: datetime
