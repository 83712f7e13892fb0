"""The whole way of a right, by real browsers, mails, queue and directory."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from app.db import db
from app.directory.tasks import nightly_sync
from app.grants import queries as grants
from app.requests.models import AccessRequest
from tests.journeys.conftest import Desks, Library, link_in
from tests.servers.ad_admin import AdAdmin
from tests.servers.smtp import MailServer

BOB = "bob.ek@exempel.se"
CAROL = "carol.dahl@exempel.se"


def the_order() -> AccessRequest:
    """The only order there is, read anew."""
    db.session.rollback()
    return db.session.query(AccessRequest).one()


def send_an_order(desks: Desks, library: Library) -> None:
    """Alice orders the desk of MicroMarc."""
    with desks.open() as alice:
        alice.log_in(library.accounts["Alice Åkesson"])
        alice.page.goto(f"{desks.address}/catalogue/?q=micromarc")
        alice.page.get_by_role("link", name="Beställ Lånedisk i MicroMarc").click()
        alice.page.fill("textarea[name=justification]", "Ska hjälpa låntagare i lånedisken under våren.")
        alice.press("Fortsätt")
        assert "Bob Ek" in alice.text()
        assert "Carol Dahl" in alice.text()
        assert "Inget är skickat än" in alice.text()
        assert db.session.query(AccessRequest).count() == 0
        alice.press("Skicka beställningen")
        expect(alice.page).to_have_url(f"{desks.address}/requests/{the_order().case_number}")


def test_from_order_to_removal(
    desks: Desks, worker: Path, smtp: MailServer, library: Library, ad_admin: AdAdmin
) -> None:
    send_an_order(desks, library)

    with desks.open(link_in(smtp, BOB)) as bob:
        assert "Ska Alice Åkesson få Lånedisk i MicroMarc?" in bob.text()
        bob.choose("Godkänn")
        bob.choose("Jag har granskat beställningen")
        bob.press("Skicka ditt svar")
        assert the_order().state == "manager_approved"

    smtp.wait_for(CAROL)
    with desks.open() as carol:
        carol.log_in(library.accounts["Carol Dahl"])
        carol.page.goto(f"{desks.address}/tasks/")
        carol.page.locator("main").get_by_role("link", name="MicroMarc").first.click()
        carol.choose("Utförd: behörigheten är inlagd")
        carol.page.fill("input[name=target_user_id]", "aliåke")
        carol.press("Bekräfta")
        assert the_order().state == "granted"

    with desks.open() as alice:
        alice.log_in(library.accounts["Alice Åkesson"])
        alice.page.goto(f"{desks.address}/grants/")
        assert "MicroMarc" in alice.text()

    ad_admin.disable(library.accounts["Alice Åkesson"].dn)
    for _ in ("seen as ended, which may be a mistake", "seen so the next night as well"):
        nightly_sync()
    right = grants.of_request(the_order().id)
    assert right is not None
    assert (library.person("Alice Åkesson").employment_status, right.status) == ("ended", "revocation_pending")

    with desks.open() as carol:
        carol.log_in(library.accounts["Carol Dahl"])
        carol.page.goto(f"{desks.address}/tasks/")
        carol.page.locator("main").get_by_role("link", name="MicroMarc").first.click()
        assert "Anställningen har upphört" in carol.text()
        carol.press("Bekräfta att")
        assert the_order().state == "revoked"

    with desks.open() as olga:
        olga.log_in(library.accounts["Olga Åberg"])
        olga.page.goto(f"{desks.address}/requests/{the_order().case_number}/audit")
        text = olga.text()
        for who in ("Alice Åkesson", "Bob Ek", "Carol Dahl"):
            assert who in text


def test_machines_with_a_browser_decide_nothing(desks: Desks, worker: Path, smtp: MailServer, library: Library) -> None:
    send_an_order(desks, library)
    link = link_in(smtp, BOB)
    with desks.open(link) as idle:
        idle.page.wait_for_load_state("networkidle")
        assert the_order().state == "requested"
    with desks.open(link) as clicker:
        clicker.page.locator("main button, main input[type=submit]").first.click()
        clicker.page.wait_for_load_state("networkidle")
        assert "Välj ett svar" in clicker.text()
        assert the_order().state == "requested"
    with desks.open(link) as eager:
        eager.page.locator("main label").first.click()
        eager.page.locator("main button").first.click()
        eager.page.wait_for_load_state("networkidle")
        assert the_order().state == "requested"


def test_link_works_without_scripts(desks: Desks, worker: Path, smtp: MailServer, library: Library) -> None:
    send_an_order(desks, library)
    with desks.open(link_in(smtp, BOB), java_script_enabled=False) as bob:
        bob.choose("Avslå")
        bob.page.fill("textarea[name=reason]", "Behövs inte i tjänsten.")
        bob.press("Skicka ditt svar")
        assert the_order().state == "rejected"
