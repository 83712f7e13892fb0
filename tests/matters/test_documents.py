"""Files of a matter for the registry: what they say, that they stay as they were, and for whom they are."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from app.audit.models import AuditEvent
from app.db import db, transaction
from app.matters import documents, queries
from app.matters.models import Matter, MatterDocument
from tests.auth.conftest import LogIn
from tests.matters.conftest import Council, Open, say
from tests.matters.test_pages import post
from tests.people import Town

pytestmark = pytest.mark.usefixtures("frozen_time")
MADE = select(AuditEvent).where(AuditEvent.event == "matter.document_made")


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def made(as_person: LogIn, matter: Matter, town: Town, diary_number: str = "KS 2026/118") -> MatterDocument:
    """Carol makes a file of the matter."""
    page = f"/matters/{matter.case_number}/documents"
    assert post(as_person(town.carol), page, diary_number=diary_number).status_code == 302
    return queries.documents(matter.id)[0]


def test_the_file_tells_the_whole_matter_as_it_stood(
    as_person: LogIn, town: Town, council: Council, opened: Open
) -> None:
    matter = opened()
    say(matter, council.ivar)
    say(matter, town.coordinator)
    document = made(as_person, matter, town)
    text = words_of(document.content)
    for said in (
        "Bokningar från biblioteket till LEX",
        "INT-2026-0001, diarienummer KS 2026/118",
        "Flödet stannar. Riskvärde 4. Ingen åtgärd.",
        "Inga Säker",
        "Små risker.",
        "Ärendet skickades",
    ):
        assert said in text
    say(matter, town.olga)
    assert words_of(queries.document(document.id).content) == text


def test_the_file_is_tagged_and_made_to_be_kept(as_person: LogIn, town: Town, opened: Open) -> None:
    root = PdfReader(BytesIO(made(as_person, opened(), town).content)).trailer["/Root"]
    meta = root["/Metadata"].get_data().decode()
    assert root["/Lang"] == "sv"
    assert root["/MarkInfo"]["/Marked"]
    assert "<pdfaid:part>2</pdfaid:part>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta


def test_the_log_has_the_hash_and_the_file_is_fetched_as_it_was(as_person: LogIn, town: Town, opened: Open) -> None:
    matter = opened()
    document = made(as_person, matter, town)
    kept = db.session.scalars(MADE).one()
    assert (kept.object_id, kept.data["sha256"], kept.data["diary_number"]) == (
        matter.id,
        document.digest,
        "KS 2026/118",
    )
    fetched = as_person(town.olga).get(f"/matters/documents/{document.id}")
    assert (fetched.mimetype, fetched.data) == ("application/pdf", document.content)
    assert "KS 2026/118" in as_person(town.olga).get(f"/matters/{matter.case_number}/documents").text


def test_what_is_written_is_never_read_as_markup(as_person: LogIn, town: Town, opened: Open) -> None:
    text = words_of(made(as_person, opened(name='#panic("x") $1 \\ å'), town, diary_number="*KS* #5").content)
    assert '#panic("x") $1 \\ å' in text
    assert "diarienummer *KS* #5" in text


@pytest.mark.parametrize(
    ("number", "said"),
    [("19900101-2385", "personnummer"), ("K" * 61, "Texten är för lång")],
)
def test_faults_of_the_number_are_said_beside_it(
    as_person: LogIn, town: Town, opened: Open, number: str, said: str
) -> None:
    matter = opened()
    answered = post(as_person(town.carol), f"/matters/{matter.case_number}/documents", diary_number=number)
    assert answered.status_code == 422
    assert said in answered.text
    assert number in answered.text
    assert not queries.documents(matter.id)


def test_who_may_not_see_the_matter_gets_nothing(as_person: LogIn, town: Town, opened: Open) -> None:
    matter = opened()
    document = made(as_person, matter, town)
    stranger = as_person(town.alice)
    paths = (f"/matters/{matter.case_number}/documents", f"/matters/documents/{document.id}")
    assert [stranger.get(path).status_code for path in paths] == [404, 403]
    assert stranger.get("/matters/documents/999").status_code == 404


def test_who_only_sees_it_makes_no_file(as_person: LogIn, town: Town, council: Council, opened: Open) -> None:
    matter = opened()
    page = f"/matters/{matter.case_number}/documents"
    reader = as_person(council.ivar)
    assert "Gör ett nytt dokument" not in reader.get(page).text
    assert post(reader, page, diary_number="").status_code == 403


def test_a_draft_has_no_file(as_person: LogIn, town: Town, opened: Open) -> None:
    matter = opened(send=False)
    assert post(as_person(town.carol), f"/matters/{matter.case_number}/documents", diary_number="").status_code == 403


def test_a_kept_file_cannot_be_changed(as_person: LogIn, town: Town, opened: Open) -> None:
    document = made(as_person, opened(), town)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction():
        document.content += b" "


def test_a_damaged_file_is_not_handed_out(
    as_person: LogIn, town: Town, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = made(as_person, opened(), town)
    monkeypatch.setattr(documents, "sha256", lambda content: sha256(content + b" "))
    answered = as_person(town.carol).get(f"/matters/documents/{document.id}")
    assert answered.status_code == 404
    assert "Dokumentet är skadat" in answered.text
