"""The pages of processes: for whom they are, what they say, and how many SQL statements they may send."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.db import db
from app.directory.models import Person
from app.processes import checks, queries
from app.requests.models import AccessRequest
from tests.auth.conftest import LogIn, token
from tests.people import Town
from tests.processes.conftest import PROCESS, SLOWER, UNGATED, Activate, Edit, Life, Propose, edited, first

INDEX, SHOW, VERSION, FOR_EACH_ORDER = 8, 9, 16, 1
OWNER_GRANTS = ("ask: system_managers", "ask: system_owner")
MANAGER = f"/processes/{PROCESS}"


def post(browser: FlaskClient, page: str, path: str, **fields: Any) -> Any:
    """Send a form of ``page`` to ``path``, with the page's token."""
    fields["csrf_token"] = token(browser.get(page).text)
    return browser.post(path, data=fields, content_type="multipart/form-data")


def proposal(*edits: Edit, number: int | None = None) -> tuple[io.BytesIO, str]:
    """A file to upload."""
    return io.BytesIO(edited(number or first() + 1, *edits).encode()), "ny.yaml"


class TestReading:
    @pytest.mark.parametrize("who", ["alice", "dan", "administrator"])
    def test_is_for_everybody_who_is_logged_in(self, as_person: LogIn, town: Town, propose: Propose, who: str) -> None:
        propose(SLOWER)
        browser = as_person(getattr(town, who))
        for path in ("/processes/", MANAGER, f"{MANAGER}/{first() + 1}", f"{MANAGER}/{first()}"):
            assert browser.get(path).status_code == 200, path

    def test_stranger_logs_in_first(self, client: FlaskClient, town: Town) -> None:
        assert "/login" in client.get(MANAGER).headers["Location"]

    @pytest.mark.parametrize("path", ["/processes/nothing", f"{MANAGER}/99", "/processes/nothing/1"])
    def test_what_does_not_exist_is_not_found(self, as_person: LogIn, town: Town, path: str) -> None:
        assert as_person(town.alice).get(path).status_code == 404

    def test_says_who_is_asked_and_which_rules_there_are(self, as_person: LogIn, town: Town) -> None:
        page = as_person(town.alice).get(MANAGER).text
        for words in (
            "närmaste chef godkänner",
            "systemförvaltarna tilldelar",
            "Fyra ögon",
            "Anställning",
            "3 arbetsdagar",
        ):
            assert words in page

    def test_picture_has_a_name_and_the_same_as_a_list(self, as_person: LogIn, town: Town) -> None:
        page = as_person(town.alice).get("/processes/base_order").text
        assert 'role="img" aria-labelledby="way-1-title way-1-desc"' in page
        listed = page.split('class="process-list"', 1)[1].split("</figure>", 1)[0]
        for state in ("Utkast", "Väntar på chef", "Chefsgodkänd", "Tilldelad", "Åter för komplettering", "Återkallad"):
            assert state in listed

    def test_version_says_what_differs_in_words(self, as_person: LogIn, town: Town, propose: Propose) -> None:
        made = propose(SLOWER)
        page = as_person(town.alice).get(f"{MANAGER}/{made.version}").text
        assert "Steget Chefen beslutar: svarstiden ändras från 3 arbetsdagar till 4 arbetsdagar." in page
        assert "Fyra dagar i stället för tre." in page

    def test_only_administrators_see_orders_and_answers(
        self, as_person: LogIn, town: Town, life: Life, propose: Propose, ada: Person
    ) -> None:
        order = life.order(town.alice)
        made = propose(OWNER_GRANTS)
        mine = as_person(ada).get(f"{MANAGER}/{made.version}").text
        assert order.case_number in mine and "Olga Åberg" in mine and "Aktivera version" in mine
        other = as_person(town.carol).get(f"{MANAGER}/{made.version}").text
        assert order.case_number not in other and "Aktivera version" not in other

    def test_whoever_proposed_is_told_that_another_activates(
        self, as_person: LogIn, town: Town, propose: Propose
    ) -> None:
        made = propose(SLOWER)
        page = as_person(town.administrator).get(f"{MANAGER}/{made.version}").text
        assert "Någon annan aktiverar" in page and "Aktivera version" not in page


class TestChanging:
    ACTS = ("new", f"{PROCESS}/%(number)s/activate", f"{PROCESS}/%(number)s/withdraw", "move/%(case_number)s")

    @pytest.mark.parametrize("path", ACTS)
    def test_is_refused_to_others(self, as_person: LogIn, town: Town, life: Life, propose: Propose, path: str) -> None:
        known = {"number": propose(SLOWER).version, "case_number": life.order(town.alice).case_number}
        browser = as_person(town.coordinator)
        assert post(browser, MANAGER, f"/processes/{path % known}", why="Därför.").status_code == 403

    def test_two_people_change_a_process(self, as_person: LogIn, town: Town, ada: Person) -> None:
        adam, other = as_person(town.administrator), as_person(ada)
        sent = post(adam, "/processes/new", "/processes/new", file=proposal(SLOWER), why="Fyra dagar.")
        where = sent.headers["Location"]
        assert where == f"{MANAGER}/{first() + 1}"
        checks.run_waiting()
        assert post(adam, where, f"{where}/activate", instead_of=str(first())).status_code == 422
        assert post(other, where, f"{where}/activate", instead_of=str(first())).status_code == 302
        active = queries.active(PROCESS)
        assert active is not None and (active.version, active.activated_by_id) == (first() + 1, ada.id)

    def test_who_compared_with_another_version_is_told(
        self, as_person: LogIn, ada: Person, propose: Propose, activate: Activate
    ) -> None:
        made = propose(SLOWER)
        where = f"{MANAGER}/{made.version}"
        answer = post(as_person(ada), where, f"{where}/activate", instead_of=str(first() - 1))
        assert answer.status_code == 409
        assert "skillnaden som du läste stämmer inte längre" in answer.text

    @pytest.mark.parametrize(
        ("file", "said"),
        [
            (
                lambda: proposal(("ask: system_managers", "ask: the_boss")),
                "filen säger &#39;the_boss&#39;. Väntat: något av",
            ),
            (lambda: proposal(number=99), "version: filen säger 99. Väntat:"),
            (lambda: proposal(UNGATED), "grants without G1, G2"),
            (lambda: (io.BytesIO(b"\xff\xfe\xfa"), "ny.yaml"), "Filen är inte UTF-8."),
            (lambda: (io.BytesIO(b""), ""), "Välj en fil."),
        ],
        ids=["unknown name", "wrong number", "unsafe", "not UTF-8", "no file"],
    )
    def test_faulty_file_says_where_and_keeps_nothing(
        self, as_person: LogIn, town: Town, file: Callable[[], Any], said: str
    ) -> None:
        answer = post(as_person(town.administrator), "/processes/new", "/processes/new", file=file(), why="Prov.")
        assert answer.status_code == 200
        assert said in answer.text
        assert [v.version for v in queries.versions(PROCESS)] == [first()]

    def test_proposal_is_withdrawn_with_a_reason(self, as_person: LogIn, ada: Person, propose: Propose) -> None:
        made = propose(SLOWER)
        where = f"{MANAGER}/{made.version}"
        assert "Skriv varför." in post(as_person(ada), where, f"{where}/withdraw", why="").text
        assert post(as_person(ada), where, f"{where}/withdraw", why="Nej.").status_code == 302
        db.session.refresh(made)
        assert made.status == "withdrawn"

    def test_order_is_moved_with_a_reason(
        self, as_person: LogIn, town: Town, life: Life, activate: Activate, ada: Person
    ) -> None:
        order = life.order(town.alice)
        activate(SLOWER)
        browser, path = as_person(ada), f"/processes/move/{order.case_number}"
        assert path in browser.get(MANAGER).text
        assert "Skriv varför." in post(browser, path, path, why="").text
        assert post(browser, path, path, why="Ny ordning.").status_code == 302
        assert db.session.get_one(AccessRequest, order.id, populate_existing=True).definition_version == first() + 1


@pytest.mark.parametrize("orders", [0, 3])
def test_pages_take_few_statements(
    as_person: LogIn, town: Town, ada: Person, life: Life, propose: Propose, statements: Callable[[], int], orders: int
) -> None:
    for who in (town.alice, town.sam, town.carol)[:orders]:
        life.order(who)
    made = propose(OWNER_GRANTS)
    browser = as_person(ada)
    for path, ceiling in (
        ("/processes/", INDEX),
        (MANAGER, SHOW),
        (f"{MANAGER}/{made.version}", VERSION + FOR_EACH_ORDER * orders),
    ):
        browser.get(path)
        before = statements()
        assert browser.get(path).status_code == 200
        assert statements() - before <= ceiling, path
