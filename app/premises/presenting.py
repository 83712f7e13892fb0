"""Rows about tags, as the templates want them (macros/credentials.html)."""

from __future__ import annotations

from types import SimpleNamespace

from app.premises import words
from app.premises.models import Credential


def row(credential: Credential) -> SimpleNamespace:
    """One line about a tag."""
    return SimpleNamespace(
        id=credential.id,
        kind=words.KINDS[credential.kind],
        serial=credential.serial,
        system=credential.system.name,
        subject=credential.subject.display_name,
        look=words.look(credential),
        scopes=[grant.scope or grant.level.label for grant in credential.grants],
        due_on=credential.due_on if words.stands(credential) in ("programmed", "unsigned") else None,
        last_used_on=credential.last_used_on,
        may_report=credential.status in ("programmed", "handed_out"),
    )
