"""The transport against a real SMTP server: what comes through, and what each answer is called."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.config import Settings
from app.notifications.message import Envelope, compose
from app.notifications.rendering import Rendered
from app.notifications.transport import AddressRefused, NotNow, Transport, TransportDown
from tests.notifications.post_office import PostOffice, closed_port

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ASA = "asa@exempel.se"


def settings(port: int, **more: object) -> Settings:
    known: dict[str, object] = {
        "mode": "test",
        "base_url": "https://behorig.exempel.se",
        "secret_key": "x" * 40,
        "database_url": "postgresql://nobody@127.0.0.1/none",
        "mail_from": "Behörig <behorig@exempel.se>",
        "smtp_port": port,
        "smtp_timeout": 2,
    }
    return Settings(**(known | more))  # type: ignore[arg-type]  # pydantic checks them


def send(port: int, address: str = ASA, **more: object) -> None:
    chosen = settings(port, **more)
    words = Rendered(subject="BEH-1: åäö", text="Hej Åsa\n", html="<p>Hej Åsa</p>", language="sv")
    Transport(chosen).send(compose(Envelope(address, "Åsa Öst", "k", NOW), words, chosen))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for 127.0.0.1 and its key. Nobody trusts it unless told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post")])
    moment = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder


@pytest.fixture(scope="module")
def tls(certificate: Path) -> SSLContext:
    """The server's side of the encryption."""
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


def test_mail_comes_through_with_its_swedish_letters() -> None:
    with PostOffice() as office:
        send(office.port)
    (mail,) = office.mails
    assert office.receivers == [ASA]
    assert mail["Subject"] == "BEH-1: åäö" and mail["To"] == "Åsa Öst <asa@exempel.se>"


def test_nobody_listens() -> None:
    with pytest.raises(TransportDown):
        send(closed_port())


def test_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TransportDown):
        send(silent.getsockname()[1], smtp_timeout=0.2)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("450 4.2.1 mailbox busy", NotNow),
        ("452 4.2.2 mailbox full", NotNow),
        ("421 4.3.2 closing", TransportDown),
        ("550 5.1.1 no such user", AddressRefused),
        ("553 5.1.3 bad address", AddressRefused),
    ],
)
def test_what_an_answer_about_the_address_means(answer: str, error: type[Exception]) -> None:
    with PostOffice() as office:
        office.answers[ASA] = answer
        with pytest.raises(error, match=answer[:3]):
            send(office.port)


@pytest.mark.parametrize(
    ("answer", "error"), [("451 try later", NotNow), ("554 refused", AddressRefused), ("421 closing", TransportDown)]
)
def test_what_an_answer_about_the_mail_means(answer: str, error: type[Exception]) -> None:
    with PostOffice() as office:
        office.at_data = answer
        with pytest.raises(error, match=answer[:3]):
            send(office.port)


def test_address_with_letters_that_the_server_cannot_take_is_refused() -> None:
    with PostOffice() as office, pytest.raises(AddressRefused, match="letters"):
        send(office.port, "åsa@exempel.se")


def test_server_without_encryption_gets_nothing_when_encryption_is_wanted() -> None:
    with PostOffice() as office:
        with pytest.raises(TransportDown):
            send(office.port, smtp_start_tls=True)
        assert office.mails == []


def test_certificate_that_nobody_trusts_is_refused(tls: SSLContext) -> None:
    with PostOffice(tls=tls) as office:
        with pytest.raises(TransportDown, match=r"(?i)certificate"):
            send(office.port, smtp_start_tls=True)
        assert office.mails == []


def test_mail_goes_encrypted_and_logged_in(tls: SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with PostOffice(tls=tls, login=("behorig", "hemligt")) as office:
        send(office.port, smtp_start_tls=True, smtp_user="behorig", smtp_password="hemligt")
        with pytest.raises(TransportDown, match="535"):
            send(office.port, smtp_start_tls=True, smtp_user="behorig", smtp_password="fel")
    assert len(office.mails) == 1


def test_login_that_the_server_offers_only_encrypted_is_not_tried_in_clear() -> None:
    with PostOffice(login=("behorig", "hemligt")) as office, pytest.raises(TransportDown):
        send(office.port, smtp_user="behorig", smtp_password="hemligt")


def test_check_says_whether_the_server_is_there() -> None:
    with PostOffice() as office:
        Transport(settings(office.port)).check()
        assert office.mails == []
    with pytest.raises(TransportDown):
        Transport(settings(closed_port())).check()
