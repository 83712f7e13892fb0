"""The nonce of the decision page: ours, this page's, this browser's, and not too quick."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.links import nonce
from app.links.nonce import Binding, NonceOutcome, NonceVerdict
from app.links.services import hashed

GOT = datetime(2026, 11, 24, 9, 0, 0, 250_000, tzinfo=UTC)
BOB = Binding(hashed("bobs token"), "bobs browser")
MAX_AGE = timedelta(minutes=60)


@pytest.fixture(autouse=True)
def application() -> Iterator[Flask]:
    flask = Flask("nonces")
    flask.config["SECRET_KEY"] = "x" * 40
    with flask.app_context():
        yield flask


def check(value: str, binding: Binding = BOB, after: timedelta = timedelta(seconds=5)) -> NonceVerdict:
    return nonce.check(value, binding, now=GOT + after, min_seconds=2, max_age=MAX_AGE)


def test_person_who_has_read_the_page_is_let_through() -> None:
    assert check(nonce.issue(BOB, now=GOT)) == NonceVerdict(NonceOutcome.OK, GOT)


@pytest.mark.parametrize("seconds", [-10, 0, 1.9])
def test_faster_than_a_person_reads_is_too_fast(seconds: float) -> None:
    verdict = check(nonce.issue(BOB, now=GOT), after=timedelta(seconds=seconds))
    assert verdict == NonceVerdict(NonceOutcome.TOO_FAST, GOT)


def test_page_left_open_too_long_is_stale() -> None:
    verdict = check(nonce.issue(BOB, now=GOT), after=MAX_AGE + timedelta(seconds=1))
    assert verdict == NonceVerdict(NonceOutcome.STALE, GOT)


@pytest.mark.parametrize(
    "other", [Binding(hashed("another token"), "bobs browser"), Binding(hashed("bobs token"), "dans browser")]
)
def test_nonce_of_another_token_or_browser_is_foreign(other: Binding) -> None:
    assert check(nonce.issue(BOB, now=GOT), other).outcome is NonceOutcome.FOREIGN


def test_nonce_signed_with_another_key_is_foreign(application: Flask) -> None:
    stolen = nonce.issue(BOB, now=GOT)
    application.config["SECRET_KEY"] = "y" * 40
    assert check(stolen).outcome is NonceOutcome.FOREIGN


def test_post_replayed_from_a_backup_is_stale() -> None:
    assert check(nonce.issue(BOB, now=GOT), after=timedelta(days=3)).outcome is NonceOutcome.STALE


def test_nonce_shows_neither_token_hash_nor_session() -> None:
    value = nonce.issue(BOB, now=GOT)
    assert BOB.token_hash.hex() not in value and BOB.session_key not in value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rubbish=st.text(max_size=200))
def test_rubbish_is_foreign_and_never_an_error(rubbish: str) -> None:
    assert check(rubbish).outcome is NonceOutcome.FOREIGN


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 200), letter=st.sampled_from("aZ0_-."))
def test_changed_nonce_is_foreign(position: int, letter: str) -> None:
    value = nonce.issue(BOB, now=GOT)
    # Not the last letter: base64 leaves two bits of it unused.
    place = position % (len(value) - 1)
    changed = value[:place] + letter + value[place + 1 :]
    if changed != value:
        assert check(changed).outcome is NonceOutcome.FOREIGN
