"""The yearly report as files: what stands in them, that they are the same again, and that they are on record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest
import time_machine
from pypdf import PdfReader
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.control import charts
from app.control.charts import Bar
from app.control.report_models import ControlReport
from app.db import db
from tests.auth.conftest import LogIn, token
from tests.control.conftest import WRITING
from tests.people import Town


@pytest.fixture(autouse=True)
def january(drafted: ControlReport) -> Iterator[None]:
    """A day on which reports are written."""
    with time_machine.travel(WRITING, tick=False):
        yield


def fetch(browser: Any, report_id: int, kind: str) -> Any:
    data = {"csrf_token": token(browser.get("/").text), "kind": kind}
    return browser.post(f"/control/reports/{report_id}/file", data=data)


def remark(browser: Any, report_id: int, comment: str) -> None:
    said = {"comment": comment, "measure": "Öva.", "responsible": "Ägaren", "due_on": "2026-05-01", "version": "1"}
    path = f"/control/reports/{report_id}/points/IK-09"
    answered = browser.post(path, data={"csrf_token": token(browser.get("/").text), **said})
    assert answered.status_code == 302


def test_json_is_the_frozen_data_and_every_file_is_on_record_with_its_hash(
    drafted: ControlReport, town: Town, as_person: LogIn
) -> None:
    inga, report_id, digest = as_person(town.coordinator), drafted.id, drafted.digest
    made = {kind: fetch(inga, report_id, kind) for kind in ("json", "csv", "xlsx", "pdf")}
    assert sha256(made["json"].data).hexdigest() == digest
    assert json.loads(made["json"].data)["system"]["code"] == "MIC"
    found = select(AuditEvent).where(AuditEvent.event == "control.report_exported").order_by(AuditEvent.id)
    logged = {event.data["kind"]: event.data["digest"] for event in db.session.scalars(found)}
    assert logged == {kind: sha256(answer.data).hexdigest() for kind, answer in made.items()}
    assert [fetch(inga, report_id, kind).data for kind in ("json", "csv")] == [made["json"].data, made["csv"].data]


def test_the_tables_have_their_description_and_no_cell_is_a_formula(
    drafted: ControlReport, town: Town, as_person: LogIn
) -> None:
    carol, report_id = as_person(town.carol), drafted.id
    remark(carol, report_id, "=1+1; nej")
    archive = ZipFile(BytesIO(fetch(carol, report_id, "csv").data))
    described = json.loads(archive.read("metadata.json"))
    for table in described["tables"]:
        content = archive.read(table["file"])
        assert sha256(content).hexdigest() == table["sha256"]
        head, *rows = content.decode("utf-8-sig").splitlines()
        assert head.split(";") == [column["name"] for column in table["columns"]] and len(rows) == table["rows"]
    assert "'=1+1; nej" in archive.read("åtgärder.csv").decode("utf-8-sig")
    book = openpyxl.load_workbook(BytesIO(fetch(carol, report_id, "xlsx").data))
    assert book.sheetnames == ["Kontrollpunkter", "Åtgärder", "Kontroller", "Siffror", "Profil"]
    written = next(book["Åtgärder"].iter_rows(min_row=2))
    assert written[1].value == "=1+1; nej" and written[1].data_type == "s"
    assert written[4].value.date() == date(2026, 5, 1)
    assert {type(row[3].value) for row in book["Kontrollpunkter"].iter_rows(min_row=2)} == {int}


def test_the_pdf_is_archival_accessible_and_says_what_the_page_says(
    drafted: ControlReport, town: Town, as_person: LogIn
) -> None:
    carol, report_id, digest = as_person(town.carol), drafted.id, drafted.digest
    remark(carol, report_id, "Övningen är bokad på fredag.")
    pdf = PdfReader(BytesIO(fetch(carol, report_id, "pdf").data))
    meta = pdf.xmp_metadata
    assert meta is not None
    raw = meta.stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in raw and "<pdfaid:conformance>A</pdfaid:conformance>" in raw
    assert "<pdfuaid:part>1</pdfuaid:part>" in raw
    first, whole = pdf.pages[0].extract_text(), "".join(page.extract_text() for page in pdf.pages)
    assert "Sekretess." in first and "Internkontroll 2025: MicroMarc" in first
    assert "Övningen är bokad på fredag" in whole and "Carol Dahl" in whole and digest[:20] in whole.replace("\n", "")


def test_a_boards_pdf_names_nobody(drafted: ControlReport, town: Town, as_person: LogIn) -> None:
    wanted = select(ControlReport.id).where(ControlReport.board == "KTN", ControlReport.system_id.is_(None))
    report_id = db.session.scalars(wanted).one()
    inga = as_person(town.coordinator)
    data = {"csrf_token": token(inga.get("/").text), "judgement": "Ett år utan anmärkning.", "version": "1"}
    assert inga.post(f"/control/reports/{report_id}/submit", data=data).status_code == 302
    pdf = PdfReader(BytesIO(fetch(inga, report_id, "pdf").data))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "Ett år utan anmärkning" in text
    assert not any(one.display_name in text for one in (town.carol, town.olga, town.coordinator, town.sam))


def test_whose_files_they_are(drafted: ControlReport, town: Town, as_person: LogIn) -> None:
    report_id = drafted.id
    assert fetch(as_person(town.dan), report_id, "pdf").status_code == 403
    assert fetch(as_person(town.carol), report_id, "exe").status_code == 404
    assert as_person(town.carol).get(f"/control/reports/{report_id}/file").status_code == 405


def test_a_chart_is_well_formed_says_itself_in_words_and_escapes_what_it_is_told() -> None:
    chart = charts.bars("Fynd <efter> typ", [Bar("Kopierat & konto", 12, 3), Bar("Övrigt", 0)])
    picture = ElementTree.fromstring(chart.svg)
    assert picture.findtext("{http://www.w3.org/2000/svg}title") == chart.alt
    assert "Kopierat & konto 3 av 12" in chart.alt and "Övrigt 0" in chart.alt
    assert charts.bars("Tomt", []).alt == "Tomt: inga värden."
