"""The pages: mine, signing, and the import. It works, not yours, read-only, gone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.catalogue.models import AccessLevel, Agreement
from app.db import db, transaction
from app.directory.models import Person
from app.training.models import Signature, TrainingImport
from tests.people import Town
from tests.requests.conftest import Life
from tests.training.conftest import completed, signed

CEILINGS = {"/training/": 10, "/training/agreements/SOC": 5, "/training/imports": 5}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LogIn = Callable[[Person], FlaskClient]
pytestmark = pytest.mark.usefixtures("agreement", "courses")


@pytest.fixture
def log_in(app: Flask) -> LogIn:
    """A browser with somebody logged in."""

    def log_in(who: Person) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(person_id=who.id, method="ad", since=clock.now().timestamp())
        return browser

    return log_in


def post(browser: FlaskClient, page: str, to: str, **data: Any) -> Any:
    """Post a form with the token of the page that it is on."""
    token = TOKEN.search(browser.get(page).text)
    assert token is not None, page
    return browser.post(to, data={"csrf_token": token[1], **data})


def signatures() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Signature)).all())


def test_my_page_tells_what_is_missing_and_what_i_have(
    log_in: LogIn, life: Life, town: Town, procapita: AccessLevel
) -> None:
    completed(town.alice, "INFOSEC-BAS", on=date(2020, 1, 15))
    completed(town.alice, "GDPR-BAS")
    order = life.order(town.alice, level=procapita, justification="Ska dokumentera insatser på min enhet.")
    page = log_in(town.alice).get("/training/").text
    assert order.case_number in page
    assert re.search(r"Sekretess i socialtjänsten.*Inte genomförd.*Har gått ut.*Gäller", page, re.DOTALL)
    assert "Läs in genomförda kurser" not in page


def test_signing_takes_a_tick_and_gives_a_receipt(log_in: LogIn, town: Town) -> None:
    browser, page = log_in(town.alice), "/training/agreements/SOC"
    shown = browser.get(page).text
    assert "Den upphör aldrig." in shown
    assert "checked" not in shown, "nothing is ticked from the start"
    assert post(browser, page, page, version="1").status_code == 422
    assert signatures() == 0
    done = post(browser, page, page, version="1", agreed="y")
    receipt = browser.get(done.headers["Location"]).text
    assert (done.status_code, signatures()) == (302, 1)
    assert "Alice Åkesson" in receipt
    assert "Den upphör aldrig." in receipt


def test_version_that_was_replaced_meanwhile_is_shown_instead(log_in: LogIn, town: Town) -> None:
    page = "/training/agreements/SOC"
    browser = log_in(town.alice)
    browser.get(page)
    with transaction() as session:
        session.add(Agreement(type="SOC", version="2", name="Ny", text="Helt ny text.", valid_from=clock.today()))
    answer = post(browser, page, page, version="1", agreed="y")
    assert (answer.status_code, signatures()) == (409, 0)
    assert "Helt ny text." in answer.text
    assert "checked" not in answer.text


def test_receipt_is_its_owners_and_the_coordinators(log_in: LogIn, town: Town) -> None:
    address = f"/training/signatures/{signed(town.alice)}"
    seen = {who.given_name: log_in(who).get(address).status_code for who in (town.alice, town.coordinator, town.dan)}
    assert seen == {"Alice": 200, "Inga": 200, "Dan": 404}
    assert log_in(town.alice).get("/training/signatures/9999").status_code == 404


def test_agreement_that_nobody_has_written_is_gone(log_in: LogIn, town: Town) -> None:
    assert log_in(town.alice).get("/training/agreements/FINNS-INTE").status_code == 404


def test_import_is_for_coordinator_and_administrator(log_in: LogIn, town: Town) -> None:
    people = (town.coordinator, town.administrator, town.bob, town.dan)
    assert [log_in(who).get("/training/imports").status_code for who in people] == [200, 200, 403, 403]
    assert log_in(town.dan).post("/training/imports").status_code in (400, 403)


def test_uploaded_file_gives_a_report_that_can_be_downloaded(log_in: LogIn, town: Town) -> None:
    browser = log_in(town.coordinator)
    rows = (
        "Anstnr;Kurs;Datum\nT-alice.akesson;GDPR-BAS;2026-01-15\n811228-9874;GDPR-BAS;2026-01-15\n=1+1;X;2026-01-15\n"
    )
    file = (io.BytesIO(rows.encode("windows-1252")), "kurser.csv")
    done = post(browser, "/training/imports", "/training/imports", file=file)
    report = browser.get(done.headers["Location"]).text
    assert "1 ny genomförd kurs" in report
    assert "9874" not in report
    kept = db.session.scalars(select(TrainingImport)).one()
    table = browser.get(f"/training/imports/{kept.id}.csv")
    assert table.mimetype == "text/csv"
    assert "3;Anställningsnummer;;Det står något som ser ut som ett personnummer" in table.text
    assert "4;Anställningsnummer;'=1+1;" in table.text, "no spreadsheet may run it"


@pytest.mark.parametrize(("content", "words"), [(b"", "Filen är tom."), (b"a\0b", "Filen är inte en textfil.")])
def test_file_that_cannot_be_read_is_told_beside_the_field(
    log_in: LogIn, town: Town, content: bytes, words: str
) -> None:
    browser = log_in(town.coordinator)
    answer = post(browser, "/training/imports", "/training/imports", file=(io.BytesIO(content), "kurser.csv"))
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("page", CEILINGS)
def test_pages_take_few_statements(
    log_in: LogIn, life: Life, town: Town, procapita: AccessLevel, statements: Callable[[], int], page: str
) -> None:
    signed(town.alice)
    completed(town.alice, "INFOSEC-BAS", "GDPR-BAS")
    life.order(town.alice, level=procapita, justification="Ska dokumentera insatser på min enhet.")
    browser = log_in(town.coordinator if page.endswith("imports") else town.alice)
    before = statements()
    assert browser.get(page).status_code == 200
    assert statements() - before <= CEILINGS[page]
