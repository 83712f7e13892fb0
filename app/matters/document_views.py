"""Files of a matter for the registry: making one, and fetching what was made."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app import clock, permissions
from app.auth import act_as, current_person, needs
from app.db import transaction
from app.errors import NotAllowed
from app.matters import bp, definitions, documents, presenting, queries, words
from app.matters.act_forms import DocumentForm
from app.matters.models import Matter, MatterDocument


@bp.get("/<case_number>/documents")
@needs("matter.show", queries.by_case_number)
def document_index(matter: Matter) -> str:
    """What has been made, and the form for a new one."""
    return _page(matter, DocumentForm(formdata=None))


@bp.post("/<case_number>/documents")
@needs("matter.document", queries.by_case_number)
def make_document(matter: Matter) -> Any:
    """Make a file of the matter as it stands."""
    form, case_number = DocumentForm(), matter.case_number
    try:
        with transaction():
            documents.make(queries.hold(matter.id), form.diary_number.data or "", act_as("registrar"), clock.now())
    except NotAllowed as refusal:
        form.diary_number.errors = [words.fault(refusal.reason)]
        return _page(queries.by_case_number(case_number), form), 422
    flash(_("Dokumentet är klart. Hämta det och registrera det i diariet."), "done")
    return redirect(url_for("matters.document_index", case_number=case_number))


def _page(matter: Matter, form: DocumentForm) -> str:
    made = queries.documents(matter.id)
    return render_template(
        "matter_documents.html",
        matter=matter,
        form=form,
        rows=[(document, presenting.look(definitions.of(matter), document.state)) for document in made],
        may_make=permissions.allowed("matter.document", current_person(), matter),
    )


@bp.get("/documents/<int:document_id>")
@needs("matter.fetch_document", queries.document)
def document_file(document: MatterDocument) -> Response:
    """The PDF, as it was made."""
    name = f"{document.matter.case_number}-{document.id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(documents.content_of(document), mimetype="application/pdf", headers=headers)
