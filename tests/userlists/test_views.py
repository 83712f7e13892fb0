"""The pages: from a file to what people do about what differs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from app.db import db, transaction
from app.grants.models import Grant
from app.userlists import draft_views
from app.userlists.models import ServiceAccount, UserList
from tests.auth.conftest import LogIn, as_person, token
from tests.requests.conftest import statements
from tests.userlists.conftest import HEAD, Desk
from tests.userlists.test_reading import workbook
from tests.userlists.test_services import WHY, of

__all__ = ["as_person", "statements"]
AUTOMAT = "99999;automat;Lånedisk;aktiv"


def hand_in(browser, content: bytes, name: str = "konton.csv", day: str = "2026-03-05"):
    """Carol's browser posts a file. Written out: the client's own way leaves a large file open."""
    path = "/userlists/MIC/upload"
    said = {"csrf_token": token(browser.get(path).text), "taken_on": day}
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in said.items()
    ]
    parts.append(f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    body = "".join(parts).encode() + content + b"\r\n--edge--\r\n"
    return browser.post(path, data=body, content_type="multipart/form-data; boundary=edge")


class TestHandingIn:
    def test_from_a_workbook_to_what_differs(self, desk: Desk, as_person: LogIn):
        town, carol = desk.town, as_person(desk.town.carol)
        rows = [("Signatur", "Befattning"), (town.alice.login, "Disken"), ("automat", "Disken"), (town.sam.login, "")]
        sent = hand_in(carol, workbook(*rows), "konton.xlsx")
        assert sent.status_code == 302
        path = sent.location
        page = carol.get(path).text
        assert "konton.xlsx" in page and "Använd listan" in page
        chosen = {"csrf_token": token(page), "column-login": "Signatur", "column-level": "Befattning"}
        mapped = carol.post(path, data=chosen)
        assert mapped.status_code == 302
        page = carol.get(path).text
        assert "Rollen är inte kopplad" in page and "Rad 2" in page and "Använd listan" not in page
        refused = carol.post(f"{path}/apply", data={"csrf_token": token(page)})
        assert refused.status_code == 422 and "Inget av den används" in refused.text
        chosen |= {"role": ["Disken", ""], "level": [str(town.disk.id), "0"]}
        carol.post(path, data=chosen)
        page = carol.get(path).text
        assert "Så här blir det" in page and "Alice Åkesson" in page and "utan beslut" in page
        used = carol.post(f"{path}/apply", data={"csrf_token": token(page)})
        assert used.status_code == 302 and used.location.endswith("/userlists/MIC")
        page = carol.get("/userlists/MIC").text
        assert "Konto utan person" in page and "användarnamn, svagare" in page and "Används nu" in page
        assert "MicroMarc" in carol.get("/userlists/").text

    @pytest.mark.parametrize(
        ("content", "day", "said"),
        [
            (b"", "2026-03-05", "Filen har inga konton"),
            (b"PK\x03\x04trasig", "2026-03-05", "Arbetsboken går inte att läsa"),
            (b"a\0b", "2026-03-05", "Filen går inte att läsa"),
            (f"{HEAD}\n{AUTOMAT}\n".encode(), "2026-03-06", "Dagen har inte varit än"),
            (f"{HEAD}\n{AUTOMAT}\n".encode(), "", "Välj den dag"),
        ],
    )
    def test_odd_files_are_answered_beside_the_field(self, desk: Desk, as_person: LogIn, content, day, said):
        answer = hand_in(as_person(desk.town.carol), content, day=day)
        assert answer.status_code == 422 and said in answer.text
        assert db.session.query(UserList).count() == 0

    def test_a_whole_file_may_be_larger_than_a_form(self, desk: Desk, as_person: LogIn):
        rows = "\n".join(f"{n};konto{n};Lånedisk;aktiv;{'x' * 150}" for n in range(9_000))
        content = f"{HEAD};Fritt\n{rows}\n".encode()
        assert len(content) > 1_500_000
        carol = as_person(desk.town.carol)
        assert hand_in(carol, content).status_code == 302
        assert hand_in(carol, b"x" * 9_000_000).status_code == 413

    def test_a_draft_is_the_managers_own_and_may_be_dropped(self, desk: Desk, as_person: LogIn):
        carol = as_person(desk.town.carol)
        path = hand_in(carol, f"{HEAD}\n{AUTOMAT}\n".encode()).location
        assert as_person(desk.town.olga).get(path).status_code == 200
        for who in (desk.town.dan, desk.town.coordinator):
            assert as_person(who).get(path).status_code == 403
        assert carol.put(path).status_code == 405
        assert carol.get("/userlists/drafts/99999").status_code == 404
        assert carol.post(f"{path}/drop", data={"csrf_token": token(carol.get(path).text)}).status_code == 302
        assert carol.get(path).status_code == 404

    def test_a_choice_that_cannot_be_says_why(self, desk: Desk, as_person: LogIn):
        carol = as_person(desk.town.carol)
        path = hand_in(carol, f"{HEAD}\n{AUTOMAT}\n".encode()).location
        said = {"csrf_token": token(carol.get(path).text), "column-login": "Status", "column-name": "Status"}
        answer = carol.post(path, data=said)
        assert answer.status_code == 422 and "Samma kolumn är vald två gånger" in answer.text

    def test_many_faults_and_a_short_list(self, desk: Desk, as_person: LogIn):
        desk.list(AUTOMAT, *(f"{n};konto{n};Lånedisk;aktiv" for n in range(5)))
        carol = as_person(desk.town.carol)
        rows = "\n".join(";;Lånedisk;aktiv" for _ in range(draft_views.SHOWN_FAULTS + 3))
        page = carol.get(hand_in(carol, f"{HEAD}\n{rows}\n".encode()).location).text
        assert "och 3 till" in page
        page = carol.get(hand_in(carol, f"{HEAD}\n{AUTOMAT}\n".encode()).location).text
        assert "mycket kortare" in page and "Använd listan" in page


class TestThePage:
    def test_who_may_see_it(self, desk: Desk, as_person: LogIn):
        town = desk.town
        desk.list(AUTOMAT, of(town.alice))
        seen = [(town.carol, 200), (town.olga, 200), (town.coordinator, 200), (town.alice, 403), (town.dan, 403)]
        for who, status in seen:
            for path in ("/userlists/MIC", "/userlists/MIC.csv", "/userlists/"):
                assert as_person(who).get(path).status_code == status
        assert as_person(town.coordinator).get("/userlists/MIC/upload").status_code == 403
        assert as_person(town.carol).get("/userlists/NEJ").status_code == 404
        assert as_person(town.carol).delete("/userlists/MIC").status_code == 405

    def test_filters_and_the_table(self, desk: Desk, as_person: LogIn):
        desk.list(AUTOMAT, "99998;=cmd;Lånedisk;aktiv", of(desk.town.alice))
        carol = as_person(desk.town.carol)
        page = carol.get("/userlists/MIC?state=orphan").text
        assert "automat" in page and "Alice" not in page
        for odd in ("?state=x", "?from=999", "?from=-1", "?from=x", "?state=approved"):
            assert carol.get(f"/userlists/MIC{odd}").status_code == 200
        table = carol.get("/userlists/MIC.csv").text
        assert "Utan beslut" in table and "'=cmd" in table and "automat" in table

    def test_it_takes_few_statements_however_many_there_are(
        self, desk: Desk, as_person: LogIn, statements: Callable[[], int]
    ):
        desk.list(*(f"{n};konto{n};Lånedisk;aktiv" for n in range(150)))
        carol = as_person(desk.town.carol)
        before = statements()
        page = carol.get("/userlists/MIC")
        assert page.status_code == 200 and "Visa fler" in page.text and statements() - before <= 14

    def test_an_old_list_says_so(self, desk: Desk, as_person: LogIn):
        desk.list(AUTOMAT, taken_on=date(2026, 2, 20))
        assert "Listan är för gammal" in as_person(desk.town.carol).get("/userlists/MIC").text
        assert "13 dagar gammal" in as_person(desk.town.carol).get("/userlists/").text

    def test_nothing_yet_and_nothing_needed(self, desk: Desk, as_person: LogIn):
        carol = as_person(desk.town.carol)
        assert "Ingen lista är inläst än" in carol.get("/userlists/MIC").text
        assert carol.get("/userlists/MIC.csv").status_code == 200
        with transaction() as session:
            for level in (desk.town.disk, desk.admin):
                session.add(level)
                level.directory_group = f"SYS-{level.code}"
        assert "Ingen lista behövs" in carol.get("/userlists/MIC").text


class TestBulk:
    def say(self, browser, found, **more):
        said = {"csrf_token": token(browser.get("/userlists/MIC").text), "chosen": [str(f.id) for f in found], **more}
        db.session.rollback()
        return browser.post("/userlists/MIC", data=said)

    def test_removal(self, desk: Desk, as_person: LogIn, found):
        desk.list(of(desk.town.alice), of(desk.town.dan))
        carol = as_person(desk.town.carol)
        assert self.say(carol, found(), act="remove").status_code == 302
        assert db.session.query(Grant).filter_by(source="found", status="revocation_pending").count() == 2
        db.session.rollback()
        page = carol.get("/userlists/MIC").text
        assert "borttagningen är beställd" in page

    def test_all_or_none(self, desk: Desk, as_person: LogIn, found):
        desk.list(of(desk.town.alice), AUTOMAT)
        answer = self.say(as_person(desk.town.carol), found(), act="remove")
        assert answer.status_code == 422 and "en persons behörighet" in answer.text and "checked" in answer.text
        assert db.session.query(Grant).filter_by(source="found").count() == 0

    def test_a_service_account(self, desk: Desk, as_person: LogIn, found):
        desk.list(AUTOMAT)
        carol = as_person(desk.town.carol)
        said = {"act": "service", "until": "2026-09-01", "reason": WHY}
        answer = self.say(carol, found(), responsible="ingen", **said)
        assert answer.status_code == 422 and "Ingen som arbetar här" in answer.text and WHY in answer.text
        assert self.say(carol, found(), responsible=desk.town.sam.login, **said).status_code == 302
        assert db.session.query(ServiceAccount).count() == 1
        db.session.rollback()
        assert "Sam Öst" in carol.get("/userlists/MIC").text

    def test_nobody_about_oneself_and_owners_accept(self, desk: Desk, as_person: LogIn, found):
        desk.list(of(desk.town.carol))
        assert 'name="chosen"' not in as_person(desk.town.carol).get("/userlists/MIC").text
        assert self.say(as_person(desk.town.carol), found(), act="remove").status_code == 422
        said = {"act": "accept", "until": "2026-05-01", "reason": WHY}
        assert self.say(as_person(desk.town.sam), found(), **said).status_code == 422
        assert self.say(as_person(desk.town.olga), found(), **said).status_code == 302
        assert [f.state for f in found()] == ["accepted_risk"]

    def test_what_nobody_uses_is_chosen_here_too(self, desk: Desk, as_person: LogIn):
        desk.grant(desk.town.alice)
        desk.apply(desk.upload(f"Konto;Roll;Senast inloggad\n{desk.town.alice.login};Lånedisk;2025-10-01\n"))
        page = as_person(desk.town.carol).get("/userlists/MIC").text
        assert page.count('name="chosen"') == 1 and "Avvikelsen" in page and "Beslutad" in page

    def test_without_a_choice(self, desk: Desk, as_person: LogIn, found):
        desk.list(of(desk.town.alice))
        carol = as_person(desk.town.carol)
        assert "Välj minst en" in self.say(carol, [], act="remove").text
        assert "Välj vad du vill göra" in self.say(carol, found()).text


def test_the_findings_page_speaks_of_it(desk: Desk, as_person: LogIn, found):
    desk.list(of(desk.town.alice), AUTOMAT)
    numbers = [f.id for f in found()]
    db.session.rollback()
    carol = as_person(desk.town.carol)
    pages = "".join(carol.get(f"/reconciliation/findings/{number}").text for number in numbers)
    assert "Kontolistan stämmer inte" in pages and "konto automat, ingen person känns igen" in pages
    assert "F13" in pages and "beställer personens chef den" in pages and "finding=" not in pages  # she may not (G5)
