"""Packs of numbered forms: what is printed, that each serial is on record, and when an edition is made anew."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEvent
from app.db import db, transaction
from app.errors import NotAllowed
from app.outages import contents, packs, tasks
from app.outages.models import PaperForm, PaperPack
from tests.auth.conftest import LogIn, token
from tests.people import Town, appoint, deputise, level
from workflows.events import Actor

pytestmark = pytest.mark.usefixtures("frozen_time")
MADE = select(AuditEvent).where(AuditEvent.event == "paper_pack.made").order_by(AuditEvent.id)


def make(town: Town, count: int = 2, unit: Any = None) -> PaperPack:
    """Carol prints a pack for MicroMarc."""
    with transaction():
        return packs.make(town.mic, unit, count, Actor(town.carol.id, "preparer"), clock.now())


def text_of(pack: PaperPack) -> list[str]:
    """The words of each page."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pack.content)).pages]


def statuses() -> dict[str, str]:
    """How each serial stands."""
    db.session.expire_all()
    return {form.serial: form.status for form in db.session.scalars(select(PaperForm).order_by(PaperForm.number))}


def test_pack_has_a_first_page_and_one_page_for_each_serial(town: Town) -> None:
    first, *forms = text_of(make(town))
    assert "Olga Åberg" in first and "Carol Dahl" in first and "Så här gör ni" in first
    assert ["PB-MIC-0001" in page for page in forms] == [True, False]
    assert "PB-MIC-0002" in forms[1]


def test_pack_is_tagged_and_in_swedish(town: Town) -> None:
    root = PdfReader(BytesIO(make(town).content)).trailer["/Root"]
    assert "/StructTreeRoot" in root and root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv"


def test_serials_are_on_record_and_go_on_where_the_last_pack_ended(town: Town) -> None:
    make(town)
    pack = make(town, unit=town.library)
    assert list(statuses()) == ["PB-MIC-0001", "PB-MIC-0002", "PB-MIC-0003", "PB-MIC-0004"]
    logged = db.session.scalars(MADE).all()[-1]
    assert (logged.data["issued"], logged.data["digest"]) == (["PB-MIC-0003", "PB-MIC-0004"], pack.digest)


def test_new_edition_makes_the_blank_forms_of_the_old_void_and_leaves_another_place_alone(town: Town) -> None:
    make(town, unit=town.school)
    old = make(town)
    with transaction():
        old.forms[0].status = "used"
    make(town)
    assert list(statuses().values()) == ["issued", "issued", "used", "void", "issued", "issued"]


@pytest.mark.parametrize("count", [0, 51])
def test_count_out_of_bounds(town: Town, count: int) -> None:
    with pytest.raises(NotAllowed, match="form_count"):
        make(town, count)


def test_unit_pack_names_its_manager_and_the_next(town: Town) -> None:
    with transaction() as session:
        deputise(session, town.bob, town.sam)
    found = {row["role"]: row for row in contents.people(town.mic, town.library, clock.today())}
    assert (found["Chef, beslutar"]["name"], found["Chef, beslutar"]["deputy"]) == ("Bob Ek", "Sam Öst")
    assert found["Nästa chef"]["name"] == "Eva Lind"
    assert found["IT-chef"]["name"] == "Ingen är utsedd"


def test_protected_person_is_not_named_and_who_left_is_not_there(town: Town) -> None:
    with transaction():
        town.olga.protected_identity = True
        town.sam.employment_status = "ended"
    said = " ".join(text_of(make(town)))
    assert "Olga" not in said and "Sam Öst" not in said
    assert "Nås genom växeln" in said


def test_name_is_never_read_as_markup(town: Town) -> None:
    with transaction():
        town.carol.display_name = "Carol #panic[x] *Dahl*"
    assert "Carol #panic[x] *Dahl*" in text_of(make(town))[0]


def test_owner_approves_too_where_secrecy_asks_for_it(town: Town) -> None:
    assert not contents.owner_too(town.mic)
    with transaction() as session:
        level(session, town.mic, "SEKR", "Sekretess", details={"k": 3})
    db.session.refresh(town.mic)
    assert contents.owner_too(town.mic)
    assert "Systemägare, hur och när" in text_of(make(town))[1]


def test_quarterly_job_prints_anew_after_a_quarter_and_not_before(town: Town, frozen_time: Any) -> None:
    make(town)
    frozen_time.shift(timedelta(days=90))
    assert tasks.renew_packs() == 0
    frozen_time.shift(timedelta(days=1))
    assert tasks.renew_packs() == 1
    assert tasks.renew_packs() == 0
    assert list(statuses().values()) == ["void", "void", "issued", "issued"]


def test_changed_role_makes_a_new_edition(town: Town) -> None:
    make(town)
    with transaction() as session:
        appoint(session, "it_manager", town.dan, valid_from=date(2026, 3, 1))
    assert tasks.renew_packs() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [("carol", 200), ("olga", 200), ("coordinator", 200), ("bob", 403), ("alice", 403), ("dan", 403)],
)
def test_packs_are_for_those_who_run_the_system(as_person: LogIn, town: Town, who: str, status: int) -> None:
    pack, browser = make(town), as_person(getattr(town, who))
    assert browser.get("/outages/packs/MIC").status_code == status
    assert browser.get(f"/outages/packs/file/{pack.id}").status_code == status


def test_manager_makes_a_pack_and_fetches_it(as_person: LogIn, town: Town) -> None:
    browser = as_person(town.carol)
    form = {"csrf_token": token(browser.get("/outages/packs/MIC").text), "unit_id": str(town.library.id), "count": "3"}
    assert browser.post("/outages/packs/MIC", data=form).status_code == 302
    assert "3 blanka" in browser.get("/outages/packs/MIC").text
    pack = db.session.scalars(select(PaperPack)).one()
    answer = browser.get(f"/outages/packs/file/{pack.id}")
    assert answer.headers["Content-Disposition"].endswith('reservrutin-MIC-KTF-BIB-2026-03-02.pdf"')
    assert answer.data == pack.content


def test_wrong_count_is_told_beside_the_field(as_person: LogIn, town: Town) -> None:
    browser = as_person(town.carol)
    form = {"csrf_token": token(browser.get("/outages/packs/MIC").text), "unit_id": "0", "count": "500"}
    page = browser.post("/outages/packs/MIC", data=form).text
    assert "Välj mellan 1 och 50 blanketter." in page
    assert statuses() == {}


@pytest.mark.parametrize("number", [1, 12])
def test_statements_do_not_grow_with_the_packs(statements: Any, as_person: LogIn, town: Town, number: int) -> None:
    for _ in range(number):
        make(town, 1)
    browser = as_person(town.carol)
    browser.get("/outages/packs/MIC")
    before = statements()
    assert browser.get("/outages/packs/MIC").text.count("PB-MIC-") == number
    assert statements() - before <= 9
