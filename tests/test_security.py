"""Headers and cookies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings, load_settings
from tests.auth.conftest import token


@pytest.fixture
def production(application_for: Callable[[Settings], Flask], settings: Settings, app: Flask) -> FlaskClient:
    """A browser at a production service behind one proxy."""
    real = {"mode": "production", "base_url": "https://behorig.example.se", "trusted_proxies": 1}
    ldap = {"ldap_servers": ("ldaps://127.0.0.1:1",), "ldap_base": "dc=x"}
    return application_for(load_settings(**{**settings.model_dump(), **real, **ldap})).test_client()


def test_nothing_is_loaded_from_elsewhere_and_no_frame_shows_us(client: FlaskClient) -> None:
    headers = client.get("/login").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


def test_pages_are_kept_by_nobody_and_files_may_be(client: FlaskClient) -> None:
    assert client.get("/login").headers["Cache-Control"] == "no-store"
    assert client.get("/static/behorig.css", buffered=True).headers["Cache-Control"] != "no-store"


def test_production_is_https_only(production: FlaskClient) -> None:
    assert production.get("/login").headers["Location"].startswith("https://")
    over_tls = production.get("/login", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"})
    assert over_tls.status_code == 200
    assert over_tls.headers["Strict-Transport-Security"].startswith("max-age=")
    cookie = over_tls.headers["Set-Cookie"]
    assert cookie.startswith("__Host-behorig=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie


def test_probes_answer_without_tls_and_tell_nothing(production: FlaskClient) -> None:
    assert production.get("/healthz").text == "ok"
    assert (production.get("/readyz").status_code, production.get("/readyz").text) == (200, "ready")


def test_page_of_a_mail_link_sends_no_referrer_and_its_form_needs_none(production: FlaskClient) -> None:
    https = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    assert production.get("/d/unknown", headers=https).headers["Referrer-Policy"] == "no-referrer"
    page = production.get("/login", headers=https, base_url="https://localhost")
    form = {"csrf_token": token(page.text), "language": "en"}
    answer = production.post("/language", data=form, headers=https, base_url="https://localhost")
    assert answer.status_code == 302
