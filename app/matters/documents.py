"""The file of a matter for the registry: made once, kept as it was made, with its hash in the log (rules.md C10)."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import current_app
from flask_babel import force_locale

from app import printing
from app.audit import queries as log
from app.db import db
from app.errors import NotAllowed, NotFound
from app.events import publish
from app.matters import definitions, presenting, queries, words
from app.matters.models import Matter, MatterDocument
from app.templating.dates import iso_moment
from app.templating.texts import said
from workflows.events import Actor
from workflows.matter_events import MatterDocumentMade
from workflows.personal_numbers import find_personnummer

TEMPLATE = Path(__file__).parent / "printed/matter.typ"
# A municipality's archive has one wording, whoever made the file.
LANGUAGE = "sv"
LONGEST_NUMBER = 60


def make(matter: Matter, diary_number: str, actor: Actor, now: datetime) -> MatterDocument:
    """A file of the matter as it stands now. Raises NotAllowed: too_long, personnummer (field ``diary_number``)."""
    number = " ".join(diary_number.split())
    if len(number) > LONGEST_NUMBER:
        raise NotAllowed("too_long", field="diary_number")
    if find_personnummer(number):
        raise NotAllowed("personnummer", field="diary_number")
    content = printing.pdf(TEMPLATE, facts(matter, number, now), now)
    document = MatterDocument(
        matter_id=matter.id,
        state=matter.state,
        form_version=matter.form_version,
        diary_number=number,
        made_at=now,
        made_by_id=actor.person_id,
        digest=sha256(content).hexdigest(),
        content=content,
    )
    db.session.add(document)
    db.session.flush()
    about = document.id, matter.id, document.form_version, number, document.digest
    publish(MatterDocumentMade(*about, actor=actor, at=now))
    return document


def content_of(document: MatterDocument) -> bytes:
    """The file. Raises NotFound when it is not what was kept."""
    if sha256(document.content).hexdigest() != document.digest:
        raise NotFound("document_damaged")
    return document.content


def facts(matter: Matter, diary_number: str, now: datetime) -> dict[str, Any]:
    """The facts of ``printed/matter.typ``, as plain JSON values in Swedish."""
    workflow, tasks = definitions.of(matter), queries.tasks_of(matter.id)
    with force_locale(LANGUAGE):
        return {
            "municipality": current_app.extensions["settings"].municipality,
            "process": said(workflow.title),
            "definition_version": matter.definition_version,
            "case_number": matter.case_number,
            "diary_number": diary_number,
            "title": matter.title or presenting.systems_of(matter) or said(workflow.title),
            "systems": presenting.systems_of(matter),
            "state": presenting.look_of(matter).word,
            "valid_to": matter.valid_to.isoformat() if matter.valid_to else "",
            "form_version": matter.form_version,
            "made_at": iso_moment(now),
            "answers": _sections(presenting.sections(definitions.terms(workflow).fields_of(""), matter.answers)),
            "opinions": [
                {"name": one.name, "by": one.by, "at": iso_moment(one.at), "answers": _sections(one.sections)}
                for one in presenting.opinions(matter, tasks)
            ],
            "conditions": [_condition(c) for c in queries.conditions(matter.id)],
            "history": [_event(e) for e in presenting.history(matter, log.of_matter(matter.id))],
        }


def _sections(sections: list[SimpleNamespace]) -> list[dict[str, Any]]:
    return [
        {
            "heading": section.heading,
            "answers": [
                {"label": answer.label, "text": answer.text, "rows": answer.rows} for answer in section.answers
            ],
        }
        for section in sections
    ]


def _condition(condition: Any) -> dict[str, str]:
    return {
        "text": condition.text,
        "due": condition.due_on.isoformat(),
        "status": str(words.CONDITION[condition.status]),
        "note": condition.note,
    }


def _event(event: SimpleNamespace) -> dict[str, str]:
    return {
        "at": iso_moment(event.at),
        "what": event.label,
        "who": event.who,
        "on_behalf_of": event.on_behalf_of,
        "reason": event.reason,
    }
