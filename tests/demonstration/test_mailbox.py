"""The demonstration's mail box: what is sent over SMTP can be read and followed in a browser."""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, expect

from app.demonstration.mailbox import Letters
from app.demonstration.mailbox_page import create_mailbox
from app.demonstration.processes import LOOPBACK, Command, answers, free_port, running, serves

ALICE, BOB = "alice.akesson@exempel.se", "bob.ek@exempel.se"
LINK = "http://127.0.0.1:8080/d/q7Xp0-kV3sR9tYw2ZbN5mH8cJ1dF4gL6aQeUiOoPzXw"


def mail(to: str, subject: str = "Åsa Öberg ber om Lånedisk 📚", display: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Behörig <b@exempel.se>", f"{display} <{to}>", subject
    message.set_content(f"Granska och besluta:\n{LINK}\n")
    html = f'<html><head></head><body><p>Hej på dig</p><a href="{LINK}">Granska</a></body></html>'
    message.add_alternative(html, subtype="html")
    return message


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    return Letters(tmp_path)


@pytest.fixture
def reader(letters: Letters) -> FlaskClient:
    return create_mailbox(letters).test_client()


def test_letter_is_read_with_its_swedish_letters_and_both_parts(letters: Letters) -> None:
    letters.add(mail(BOB, display='"Ek, Bob"').as_bytes())
    (letter,) = letters.newest_first()
    assert letter.subject == "Åsa Öberg ber om Lånedisk 📚"
    assert letter.to == (BOB,)
    assert LINK in letter.text and "Hej på dig" in letter.html


def test_newest_comes_first_and_each_receiver_has_a_page(letters: Letters, reader: FlaskClient) -> None:
    letters.add(mail(BOB, "Första").as_bytes())
    letters.add(mail(ALICE, "Andra").as_bytes())
    everything = reader.get("/").text
    assert everything.index("Andra") < everything.index("Första")
    only_bob = reader.get("/", query_string={"till": BOB.upper()}).text
    assert "Första" in only_bob and "Andra" not in only_bob
    assert letters.receivers() == [(ALICE, 1), (BOB, 1)]


def test_empty_box_says_how_a_letter_comes(reader: FlaskClient) -> None:
    assert "Ingen post ännu" in reader.get("/").text


def test_html_in_a_letter_stays_in_its_frame(letters: Letters, reader: FlaskClient) -> None:
    letters.add(mail(BOB, "<script>alert(1)</script>").as_bytes())
    (letter,) = letters.newest_first()
    page = reader.get(f"/brev/{letter.key}")
    assert "<script>" not in page.text
    framed = reader.get(f"/brev/{letter.key}/html")
    assert framed.headers["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert '<base target="_blank">' in framed.text


@pytest.mark.parametrize("path", ["/brev/finns-inte", "/brev/finns-inte/html", "/brev/..%2f..%2fetc%2fpasswd"])
def test_unknown_letter_is_not_found(reader: FlaskClient, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_a_page_of_another_host_cannot_read_it(reader: FlaskClient) -> None:
    assert reader.get("/", headers={"Host": "attacker.example"}).status_code == 400


@dataclass(frozen=True)
class Ports:
    smtp: int
    page: int


@pytest.fixture
def post_office(tmp_path: Path) -> Iterator[Ports]:
    """The real process, as the demonstration starts it."""
    ports = Ports(free_port(), free_port())
    arguments = ["--smtp-port", str(ports.smtp), "--port", str(ports.page), "--directory", str(tmp_path / "mail")]
    command = Command(
        "mail box", [sys.executable, "-m", "app.demonstration.mailbox_server", *arguments], tmp_path / "log"
    )
    with running(command, ready=lambda: answers(ports.smtp) and serves(ports.page, "/")):
        yield ports


def test_bob_reads_the_mail_in_a_browser_and_follows_its_link(
    post_office: Ports, browser_context: BrowserContext
) -> None:
    with smtplib.SMTP(LOOPBACK, post_office.smtp) as server:
        server.send_message(mail(BOB))
    browser_context.route("**/d/*", lambda route: route.fulfill(body="beslutssidan", content_type="text/plain"))
    page = browser_context.new_page()
    page.goto(f"http://{LOOPBACK}:{post_office.page}/")
    page.get_by_role("link", name="Åsa Öberg ber om Lånedisk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Åsa Öberg ber om Lånedisk 📚")
    with page.expect_popup() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Granska").click()
    opened.value.wait_for_url(LINK)
    page.get_by_text("Som ren text").click()
    assert page.get_by_role("link", name=LINK).get_attribute("href") == LINK


def test_it_listens_on_loopback_only(post_office: Ports) -> None:
    listening = Path("/proc/net/tcp").read_text().splitlines()
    local = [line.split()[1] for line in listening if line.split()[3] == "0A"]
    mine = [address for address in local if int(address.split(":")[1], 16) in (post_office.smtp, post_office.page)]
    assert sorted(address.split(":")[0] for address in mine) == ["0100007F", "0100007F"]
