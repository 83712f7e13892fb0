"""The pages of registering, verifying and counting: they work, and they are not for others."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.outages import queries
from app.outages.models import Outage
from app.outages.paper_models import ContinuityTest, PaperOrder
from app.reconciliation.models import Finding
from tests.auth.conftest import LogIn, token
from tests.outages.paperwork import FIRST, PDF, ended, printed, register, verify
from tests.people import Town, appoint, level, person, system
from workflows.case import EmploymentStatus
from workflows.paper import Counted

pytestmark = pytest.mark.usefixtures("frozen_time")
SECOND = "PB-MIC-0002"


@pytest.fixture
def outage(town: Town) -> Outage:
    """MicroMarc was out, and two forms were taken out of the binder."""
    printed(town, 2)
    return ended(town, Counted(2, 0))


def filled(town: Town, **changes: Any) -> dict[str, Any]:
    """The form as it is filled in: 9:00 on 2 March is now, and it was out from 4:00 to 8:00."""
    values: dict[str, Any] = {
        "serial": FIRST, "subject_number": town.alice.employee_number, "subject_name": "Alice Åkesson",
        "level_id": str(town.disk.id), "scope": "", "valid_from": "2026-03-02", "valid_to": "2026-03-06",
        "purpose": "Hjälper låntagare i lånedisken under avbrottet.", "orderer": "alice åkesson", "manager": "Bob Ek",
        "employment_checked": "phone", "occurred_at": "2026-03-02T05:00", "executor": town.carol.employee_number,
        "done": "Lade till i gruppen.", "done_at": "2026-03-02T05:30", "scan": (BytesIO(PDF), "blankett.pdf"),
    }  # fmt: skip
    return values | changes


def post(browser: FlaskClient, path: str, page: str = "/", **fields: Any) -> Any:
    """Send a form to ``path``."""
    return browser.post(path, data={"csrf_token": token(browser.get(page).text), **fields})


def test_manager_registers_one_after_the_other(as_person: LogIn, town: Town, outage: Outage) -> None:
    browser, path = as_person(town.carol), f"/outages/{outage.id}/register"
    page = browser.get(path).text
    assert f'value="{FIRST}"' in page and "2 blanketter är kvar" in page
    answer = post(browser, path, path, **filled(town))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{path}?serial={SECOND}")
    answer = post(browser, path, path, **filled(town, serial=SECOND))
    paper = db.session.scalars(select(PaperOrder).order_by(PaperOrder.id.desc())).first()
    assert paper is not None and answer.headers["Location"] == f"/outages/papers/{paper.id}"
    assert clock.local(paper.occurred_at).hour == 5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"serial": "PB-MIC-0099"}, "Numret finns inte. Skriv av det"),
        ({"subject_number": "999"}, "Numret finns inte i katalogen"),
        ({"subject_name": "Bo Ek"}, "Namnet hör inte till numret"),
        ({"subject_number": "19121212-1212"}, "personnummer"),
        ({"manager": "Okänd Person"}, "Ingen heter så"),
        ({"scan": (BytesIO(b"MZ program"), "blankett.pdf")}, "varken PDF, JPEG eller PNG"),
        ({"scan": (BytesIO(b""), "")}, "Filen är tom"),
        ({"occurred_at": "i morse"}, "Ange dag och klockslag"),
        ({"done_at": "2026-03-02T04:30"}, "kan inte vara före beslutet"),
    ],
)
def test_fault_is_told_beside_its_field_and_nothing_is_lost(
    as_person: LogIn, town: Town, outage: Outage, changes: dict[str, Any], said: str
) -> None:
    browser, path = as_person(town.carol), f"/outages/{outage.id}/register"
    answer = post(browser, path, path, **filled(town, **changes))
    assert answer.status_code == 422
    assert said in answer.text and "Hjälper låntagare" in answer.text
    assert db.session.scalar(select(PaperOrder.id)) is None


def test_scan_of_more_than_five_megabytes_is_told_beside_the_field(
    as_person: LogIn, town: Town, outage: Outage
) -> None:
    browser, path = as_person(town.carol), f"/outages/{outage.id}/register"
    large = filled(town, scan=FileStorage(BytesIO(PDF + b" " * (5 * 1024 * 1024)), "stor.pdf"))
    boundary, body = encode_multipart({"csrf_token": token(browser.get(path).text), **large})
    answer = browser.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert (answer.status_code, "större än 5 MB" in answer.text) == (422, True)


def test_other_pages_still_take_no_large_body(as_person: LogIn, town: Town, outage: Outage) -> None:
    browser = as_person(town.carol)
    answer = post(browser, f"/outages/{outage.id}/forms", note="x" * (2 * 1024 * 1024))
    assert answer.status_code == 413


def test_somebody_whom_the_directory_does_not_know_is_registered_when_it_is_confirmed(
    as_person: LogIn, town: Town, outage: Outage
) -> None:
    browser, path = as_person(town.carol), f"/outages/{outage.id}/register"
    somebody = {"subject_number": "777", "subject_name": "Nils Åström", "is_unknown": "y"}
    assert post(browser, path, path, **filled(town, **somebody)).status_code == 302
    paper = db.session.scalars(select(PaperOrder)).one()
    assert (paper.subject.display_name, paper.subject.employment_status) == ("Nils Åström", "not_found")


def test_second_person_fetches_the_scan_and_verifies(as_person: LogIn, town: Town, outage: Outage) -> None:
    paper = register(town, outage)
    browser, path = as_person(town.sam), f"/outages/papers/{paper.id}"
    assert browser.get(f"{path}/scan").status_code == 405
    scan = post(browser, f"{path}/scan", path)
    assert scan.data == PDF
    assert scan.headers["Content-Disposition"] == f'attachment; filename="{FIRST}.pdf"'
    assert (scan.headers["X-Content-Type-Options"], scan.mimetype) == ("nosniff", "application/pdf")
    assert "sandbox" in scan.headers["Content-Security-Policy"] and "no-store" in scan.headers["Cache-Control"]
    logged = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "paper_order.scan_fetched")).one()
    assert (logged.actor_id, logged.data["digest"]) == (town.sam.id, paper.scan.digest)
    unsaid = post(browser, f"{path}/verify", path)
    assert (unsaid.status_code, "Välj ett av alternativen" in unsaid.text) == (422, True)
    empty = post(browser, f"{path}/verify", path, state="return", question="")
    assert "Skriv vad som inte stämmer" in empty.text
    assert post(browser, f"{path}/verify", path, state="verify").status_code == 302
    assert "Väntar på personalkatalogen" in browser.get(path).text  # no directory is there in this test


def test_registrar_is_not_offered_to_verify_and_is_refused(as_person: LogIn, town: Town, outage: Outage) -> None:
    paper = register(town, outage)
    browser, path = as_person(town.carol), f"/outages/papers/{paper.id}"
    assert "Granska mot bilden" not in browser.get(path).text
    assert post(browser, f"{path}/verify", path, state="verify").status_code == 422
    db.session.refresh(paper)
    assert paper.state == "registered"


def test_sent_back_form_is_corrected_on_its_page(as_person: LogIn, town: Town, outage: Outage) -> None:
    paper = register(town, outage)
    path = f"/outages/papers/{paper.id}"
    assert post(as_person(town.sam), f"{path}/verify", path, state="return", question="Fel dag.").status_code == 302
    browser = as_person(town.carol)
    page = browser.get(f"{path}/correct").text
    assert "Fel dag." in page and "Hjälper låntagare" in page
    form = filled(town, valid_to="2026-03-05")
    form.pop("scan")
    assert post(browser, f"{path}/correct", f"{path}/correct", **form).status_code == 302
    db.session.refresh(paper)
    assert (paper.state, paper.valid_to.isoformat()) == ("registered", "2026-03-05")


def test_finding_is_settled_on_the_page_of_the_form(as_person: LogIn, town: Town, outage: Outage) -> None:
    paper = verify(town, register(town, outage), status=EmploymentStatus.NOT_FOUND)
    browser, path = as_person(town.carol), f"/outages/papers/{paper.id}"
    page = browser.get(path).text
    assert "Personen har ingen anställning i katalogen." in page and "då och nu" in page
    wrong = post(browser, f"{path}/regularise", path, case_number="BEH-1")
    assert (wrong.status_code, "Ärendet finns inte" in wrong.text) == (422, True)
    assert post(browser, f"{path}/remove", path).status_code == 302
    assert "har i uppgift att ta bort" in browser.get(path).text
    assert post(browser, f"{path}/remove", path).status_code == 422


def test_whom_the_form_is_about_cannot_settle_it(as_person: LogIn, town: Town, outage: Outage) -> None:
    mine = register(town, outage, subject_id=town.sam.id, orderer_id=town.sam.id)
    verify(town, mine, by=town.olga, status=EmploymentStatus.NOT_FOUND)
    browser, path = as_person(town.sam), f"/outages/papers/{mine.id}"
    assert "Åtgärda avvikelsen" not in browser.get(path).text
    for act_, fields in (("remove", {}), ("regularise", {"case_number": "BEH-2026-000001"})):
        assert post(browser, f"{path}/{act_}", path, **fields).status_code == 422
    db.session.refresh(mine)
    assert mine.state == "deviating"


def test_forms_are_counted_and_the_outage_closed_on_its_page(as_person: LogIn, town: Town, outage: Outage) -> None:
    path = f"/outages/{outage.id}/forms"
    olga, carol = as_person(town.olga), as_person(town.carol)
    refused = post(olga, f"/outages/{outage.id}/close", path)
    assert (refused.status_code, "Blanketter är inte redovisade än." in refused.text) == (422, True)
    twice = {"what": "void", "note": "Fel namn."}
    assert post(carol, path, path, serial=FIRST, **twice).status_code == 302
    again = post(carol, path, path, serial=FIRST, **twice)
    assert (again.status_code, "är makulerad" in again.text) == (422, True)
    assert post(carol, f"{path}/undo", path, serial=FIRST).status_code == 302
    assert post(carol, path, path, serial=FIRST, **twice).status_code == 302
    assert post(carol, path, path, serial=SECOND, what="missing", note="Inte i pärmen.").status_code == 302
    assert "makulerade stämmer inte" in olga.get(path).text
    recount = {"issued": "2", "void": "1", "why": "En var makulerad."}
    assert post(carol, f"/outages/{outage.id}/recount", path, **recount).status_code == 403
    assert post(olga, f"/outages/{outage.id}/recount", path, **recount).status_code == 302
    assert post(carol, f"/outages/{outage.id}/close", path).status_code == 403
    assert post(olga, f"/outages/{outage.id}/close", path).status_code == 302
    assert "Varje blankett är redovisad" in carol.get(path).text
    assert queries.outage(outage.id).closed_by_id == town.olga.id


def test_blank_forms_are_confirmed_for_a_whole_system(as_person: LogIn, town: Town, outage: Outage) -> None:
    path = f"/outages/{outage.id}/forms"
    browser = as_person(town.carol)
    assert "Alla 2 ligger blanka i pärmen" in browser.get(path).text
    assert post(browser, f"{path}/blank/MIC", path).status_code == 302
    assert "2 ligger blanka i pärmen." in browser.get(path).text
    assert post(browser, f"{path}/blank/AD", path).status_code == 403  # not of this outage


def test_lost_form_is_accepted_by_the_owner_and_nobody_else(as_person: LogIn, town: Town, outage: Outage) -> None:
    path = f"/outages/{outage.id}/forms"
    post(as_person(town.carol), path, path, serial=FIRST, what="missing", note="Inte i pärmen.")
    found = db.session.scalars(select(Finding)).one()
    accept = f"/outages/findings/{found.id}/accept"
    assert as_person(town.carol).get(accept).status_code == 403
    browser = as_person(town.olga)
    assert "Godta en tid" in browser.get(path).text
    short = post(browser, accept, accept, reason="Borta.", until="2026-06-01")
    assert (short.status_code, "minst 20 tecken" in short.text) == (422, True)
    fields = {"reason": "Vi har letat, och ingen ny användare finns.", "until": "2026-06-01"}
    assert post(browser, accept, accept, **fields).status_code == 302
    assert "Godtagen risk" in browser.get(path).text


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("carol", (200, 200, 200, 200)),
        ("olga", (200, 200, 200, 200)),
        ("coordinator", (200, 200, 200, 200)),
        ("bob", (403, 403, 403, 403)),
        ("alice", (403, 403, 403, 403)),
        ("dan", (403, 403, 403, 403)),
    ],
)
def test_forms_are_for_those_who_run_the_system(
    as_person: LogIn, town: Town, outage: Outage, who: str, statuses: tuple[int, ...]
) -> None:
    paper, browser = register(town, outage), as_person(getattr(town, who))
    pages = (f"/outages/{outage.id}/forms", f"/outages/{outage.id}/register", f"/outages/papers/{paper.id}")
    found = [browser.get(path).status_code for path in (*pages, "/outages/drills/MIC")]
    assert tuple(found) == statuses
    if statuses[0] == 403:
        for path in ("scan", "verify", "remove", "regularise"):
            assert post(browser, f"/outages/papers/{paper.id}/{path}").status_code == 403


def test_of_a_common_outage_everybody_accounts_for_their_own_system(as_person: LogIn, town: Town) -> None:
    with transaction() as session:
        other = system(session, "LEX", "LEX")
        own = level(session, other, "LAS", "Läs")
        lena = person(session, "Lena Lex", town.school)
        appoint(session, "system_manager", lena, other)
        appoint(session, "it_manager", town.eva)
    printed(town, 1)
    outage = ended(town, Counted(1, 0), "network")
    browser, path = as_person(lena), f"/outages/{outage.id}/forms"
    page = browser.get(path)
    assert page.status_code == 200 and "blank i pärmen" not in page.text
    fields = {"serial": FIRST, "what": "void", "note": "Fel namn."}
    refused = post(browser, path, path, **fields)
    assert (refused.status_code, "system som du inte ansvarar för" in refused.text) == (422, True)
    assert post(browser, f"{path}/undo", path, serial=FIRST).status_code == 403
    assert post(browser, f"{path}/blank/MIC", path).status_code == 403
    register_ = f"/outages/{outage.id}/register"
    form = filled(town, level_id=str(own.id))
    assert "system som du inte ansvarar för" in post(browser, register_, register_, **form).text
    assert post(as_person(town.carol), path, path, **fields).status_code == 302


def test_unknown_things_are_not_found(as_person: LogIn, town: Town) -> None:
    browser = as_person(town.carol)
    for path in ("/outages/99/forms", "/outages/99/register", "/outages/papers/99", "/outages/drills/FINNSINTE"):
        assert browser.get(path).status_code == 404


def test_drill_is_written_down_and_shown_on_the_systems_page(as_person: LogIn, town: Town) -> None:
    browser, path = as_person(town.carol), "/outages/drills/MIC"
    assert "Reservrutinen är inte övad" in browser.get("/systems/MIC").text
    later = post(browser, path, path, held_on="2026-03-09", result="worked")
    assert (later.status_code, "Dagen har inte varit ännu" in later.text) == (422, True)
    assert post(browser, path, path, held_on="2026-02-20", result="worked", notes="").status_code == 302
    assert "Reservrutinen övades 2026-02-20" in browser.get("/systems/MIC").text
    assert "Nästa övning hålls senast 20 februari 2027" in browser.get(path).text
    test = db.session.scalars(select(ContinuityTest)).one()
    assert (test.held_by_id, test.result) == (town.carol.id, "worked")


@pytest.mark.parametrize("number", [1, 8])
def test_statements_do_not_grow_with_the_forms(statements: Any, as_person: LogIn, town: Town, number: int) -> None:
    printed(town, number)
    outage = ended(town, Counted(number, 0))
    for one in range(1, number + 1):
        register(town, outage, f"PB-MIC-{one:04d}")
    browser = as_person(town.carol)
    browser.get(f"/outages/{outage.id}/forms")
    before = statements()
    assert browser.get(f"/outages/{outage.id}/forms").text.count("row-title") == number
    assert statements() - before <= 16
