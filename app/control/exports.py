"""A report as files: PDF for the archive, a workbook, tables with their description, and the frozen data itself.

JSON and tables are made of the frozen data and what is written beside it: the same of both gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import force_locale
from openpyxl import Workbook

from app import printing
from app.control import charts, freezing, report_queries, report_words, reporting
from app.control.charts import Bar, Chart
from app.control.emails import name_of
from app.control.report_models import ControlReport
from app.control.words import THINGS, why
from app.events import publish
from app.reconciliation import finding_words
from app.spreadsheets import MARK, harmless
from app.templating.dates import iso_moment
from workflows.control_events import ControlReportExported
from workflows.events import Actor
from workflows.system_profile import Light

TEMPLATE = Path(__file__).parent / "printed/report.typ"
# A municipality's archive has one wording, whoever made the file.
LANGUAGE = "sv"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever the file is made
SECRECY = "Uppgifterna kan omfattas av sekretess. Den prövas när någon begär att få se rapporten."


class Table(NamedTuple):
    """One table: its name, its columns with the type of each (text, integer or date), and its rows."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Any]]


class File(NamedTuple):
    """A file to download."""

    name: str
    mimetype: str
    content: bytes


def make(report: ControlReport, kind: str, actor: Actor, now: datetime) -> File:
    """The report as a file of this kind; its hash is in the log. ``kind``: pdf, xlsx, csv or json."""
    suffix, mimetype, content_of = KINDS[kind]
    with force_locale(LANGUAGE):
        content = content_of(report, now)
    digest = sha256(content).hexdigest()
    about = ("control_report", report.id, report.system_id)
    said = {"kind": kind, "digest": digest, "data": report.digest, "version": report.version}
    publish(ControlReportExported(*about, actor, now, data=said))
    return File(f"internkontroll-{report.year}-{_code(report)}.{suffix}", mimetype, content)


def _code(report: ControlReport) -> str:
    return report.system.code.lower() if report.system else f"namnd-{report.board.lower()}"


def as_json(report: ControlReport, _now: datetime) -> bytes:
    """The frozen data, byte for byte what its hash is of."""
    return freezing.canonical(report.data)


def tables(report: ControlReport) -> list[Table]:
    """Everything in the report as tables."""
    data = _data(report)
    columns = ("Kontrollpunkt", "Kontrollmoment", "Metod", "Urval", "Avvikelser", "Bedömning", "Varför")
    kinds = ("text", "text", "text", "integer", "integer", "text", "text")
    points = Table("Kontrollpunkter", list(zip(columns, kinds, strict=True)), [_point(row) for row in data["points"]])
    remarks = [(code, *(said.get(n, "") for n in reporting.REMARKS)) for code, said in sorted(report.remarks.items())]
    head = ("Kontrollpunkt", "Kommentar", "Åtgärd", "Ansvarig", "Klart", "Uppföljning av förra årets åtgärd")
    types = ("text", "text", "text", "text", "date", "text")
    written = Table("Åtgärder", list(zip(head, types, strict=True)), [(*r[:4], _day(r[4]), r[5]) for r in remarks])
    return [points, written, *(_of_system(data) if report.system_id is not None else _of_board(data))]


def _of_system(data: Mapping[str, Any]) -> list[Table]:
    made = [
        (_day(a["made_on"]), a["what"], a["method"], a["sample"], a["deviations"], a["result"], a["attachment"])
        for a in data["activities"]
    ]
    head = [("Datum", "date"), ("Kontroll", "text"), ("Metod", "text"), ("Urval", "integer"), ("Avvikelser", "integer")]
    head += [("Resultat", "text"), ("Underlagets SHA-256", "text")]
    metrics = data["metrics"]
    numbers = [("Beställningar", str(report_words.OUTCOMES.get(n, n)), c) for n, c in metrics["orders"].items()]
    numbers += [("Behörigheter vid årets slut", name, count) for name, count in metrics["held"].items()]
    numbers += [("Fynd", finding_words.title(name), count) for name, count in metrics["findings"].items()]
    counted = [("Mått", "text"), ("Vad", "text"), ("Antal", "integer")]
    things = [
        (str(THINGS[o["thing"]]), _colour(o["colour"]), why(_light(o)), _day(o["day"])) for o in data["readiness"]
    ]
    profile = [("Vad", "text"), ("Bedömning", "text"), ("Varför", "text"), ("Dag", "date")]
    return [Table("Kontroller", head, made), Table("Siffror", counted, numbers), Table("Profil", profile, things)]


def _of_board(data: Mapping[str, Any]) -> list[Table]:
    head = [("System", "text"), ("Bedömning", "text"), ("På plats, procent", "integer")]
    return [Table("System", head, [(one["name"], _colour(one["rating"]), one["score"]) for one in data["systems"]])]


def _point(row: Mapping[str, Any]) -> tuple[Any, ...]:
    code = row["code"]
    what = (code, str(report_words.POINTS[code]), str(report_words.METHODS[code]))
    return (*what, row["sample"], row["deviations"], _colour(row["colour"]), str(report_words.WHY[row["why"]]))


def _colour(code: str) -> str:
    return str(report_words.RATINGS[code].word)


def _light(one: Mapping[str, Any]) -> Light:
    return Light(one["colour"], one["why"], _day(one["day"]), one["count"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _data(report: ControlReport) -> Mapping[str, Any]:
    assert report.data is not None, "the permission to make files asks for data"
    return report.data


def as_csv(report: ControlReport, _now: datetime) -> bytes:
    """Every table as CSV, and what their columns are in metadata.json; one archive."""
    found = tables(report)
    files = {f"{table.name.lower()}.csv": _csv(table) for table in found}
    described = {
        "about": f"Internkontroll {report.year}, {name_of(report)}",
        "frozen_data_sha256": report.digest,
        "encoding": "UTF-8 with byte order mark",
        "separator": ";",
        "tables": [
            {
                "file": f"{table.name.lower()}.csv",
                "rows": len(table.rows),
                "sha256": sha256(files[f"{table.name.lower()}.csv"]).hexdigest(),
                "columns": [{"name": name, "type": kind} for name, kind in table.columns],
            }
            for table in found
        ],
    }
    files["metadata.json"] = (json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return packed.getvalue()


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    written = csv.writer(text, delimiter=";", lineterminator="\r\n")
    written.writerow([name for name, _kind in table.columns])
    written.writerows([harmless(cell) for cell in row] for row in table.rows)
    return (MARK + text.getvalue()).encode()


def as_xlsx(report: ControlReport, _now: datetime) -> bytes:
    """A workbook with a sheet for each table; numbers are numbers and days are days, and no text is a formula."""
    book = Workbook(write_only=False)
    book.remove(book.active)
    for table in tables(report):
        sheet = book.create_sheet(table.name)
        sheet.append([name for name, _kind in table.columns])
        sheet.freeze_panes = "A2"
        for number, row in enumerate(table.rows, 2):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def as_pdf(report: ControlReport, now: datetime) -> bytes:
    """The report for the archive: PDF/A-2a and PDF/UA-1 at once."""
    return printing.pdf(TEMPLATE, facts(report, now), now)


def facts(report: ControlReport, now: datetime) -> dict[str, Any]:
    """The facts of ``printed/report.typ``, as plain JSON values. A board's has no name of any person."""
    data, is_system = _data(report), report.system_id is not None
    return {
        "municipality": current_app.extensions["settings"].municipality,
        "title": f"Internkontroll {report.year}: {name_of(report)}",
        "secrecy": SECRECY,
        "diary_number": report.diary_number,
        "digest": report.digest,
        "made_at": iso_moment(now),
        "identity": [*_identity(report, data), *([] if not is_system else _names(report))],
        "rating": _colour(report.rating or data["rating"]),
        "reasons": [report.rating_reason] if report.rating_reason else report_words.reasons(data),
        "judgement": report.judgement,
        "points": [[str(cell) for cell in _point(row)] for row in data["points"]],
        "remarks": {code: _said(said) for code, said in report.remarks.items()},
        "tables": [_printed(table) for table in tables(report)[2:]],
        "charts": [{"title": c.title, "svg": c.svg, "alt": c.alt} for c in charts_of(report)],
        "supplements": [f"{one.number}. {one.text}" for one in report_queries.supplements(report.id)],
    }


def charts_of(report: ControlReport) -> list[Chart]:
    """The report's charts: what deviates of what was looked at, and the findings by type."""
    data = _data(report)
    points = [Bar(f"{row['code']}", row["sample"], row["deviations"]) for row in data["points"] if row["sample"]]
    drawn = [charts.bars("Avvikelser av det som kontrollerades", points)]
    found = data.get("metrics", {}).get("findings", {})
    if found:
        drawn.append(charts.bars("Fynd efter typ", [Bar(finding_words.title(n)[:34], c) for n, c in found.items()]))
    return drawn


def _identity(report: ControlReport, data: Mapping[str, Any]) -> list[list[str]]:
    period = [
        ["Period", f"{report.year}, som det var {data['as_of']}"],
        ["Läge", str(report_words.STATES[report.state].word)],
    ]
    if report.system_id is None:
        return [["Nämnd", data["board"]["name"]], *period]
    system = data["system"]
    k, r, t = system["classification"]
    return [
        ["System", f"{system['name']} ({system['code']})"],
        ["Nämnd", system["board_name"]],
        *period,
        ["Klass", f"K{k} R{r} T{t}"],
    ]


def _names(report: ControlReport) -> list[list[str]]:
    system = _data(report)["system"]
    who = [["Ägare", ", ".join(system["owners"]) or "ingen"], ["Förvaltare", ", ".join(system["managers"]) or "ingen"]]
    if report.submitted_by:
        who.append(["Inlämnad", f"{report.submitted_by.display_name}, {iso_moment(report.submitted_at)}"])
    if report.approved_by:
        who.append(["Godkänd", f"{report.approved_by.display_name}, {iso_moment(report.approved_at)}"])
    return who


def _said(said: Mapping[str, str]) -> str:
    due = f"klart {said['due_on']}" if said.get("due_on") else ""
    measure = ", ".join(filter(None, (said.get("measure"), said.get("responsible"), due)))
    return ". ".join(filter(None, (said.get("comment"), measure, said.get("followed_up"))))


def _printed(table: Table) -> dict[str, Any]:
    # A hash has no place to break a line at: the first twelve signs tell files apart on paper.
    hashes = [name.endswith("SHA-256") for name, _kind in table.columns]
    rows = [
        [
            "" if cell is None else str(cell)[:12] if is_hash else str(cell)
            for cell, is_hash in zip(row, hashes, strict=True)
        ]
        for row in table.rows
    ]
    return {"name": table.name, "columns": [name for name, _kind in table.columns], "rows": rows}


KINDS: Mapping[str, tuple[str, str, Callable[[ControlReport, datetime], bytes]]] = {
    "pdf": ("pdf", "application/pdf", as_pdf),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "csv": ("zip", "application/zip", as_csv),
    "json": ("json", "application/json", as_json),
}
