"""Every Swedish text has its English, and a page in English is English all through."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, ngettext

from app import clock
from tests.people import municipality

APP = Path(__file__).parent.parent / "app"
ENGLISH = APP / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
SWEDISH = re.compile(
    r"\b(ännu|eller|är|inget|ingen|inte|visa|sök|logga|avbryt|godkänn|avslå|avsluta|senast|arbetsdagar?"
    r"|beställ|beställning(en|ar)?|behörighet(en|er)|mina|måndag|tisdag|onsdag|torsdag|fredag)\b",
    re.IGNORECASE,
)
MISSING = "/nowhere"
PAGES = (
    "/",
    "/tasks/",
    "/requests/",
    "/grants/",
    "/grants/team",
    "/more",
    "/premises/",
    "/premises/lost",
    "/catalogue/",
    "/catalogue/MIC",
    "/requests/new/{level}",
    "/roles/",
    "/orderers/",
    "/arrivals/",
    "/absences/",
    "/absences/new",
    "/movers/",
    "/movers/new",
    "/orderers/new",
    "/deputies/",
    "/deputies/new",
    "/emergencies/",
    "/emergencies/new",
    "/tillganglighet",
    MISSING,
)
MARKUP = re.compile(r"<(script|style|textarea|pre)\b.*?</\1>|<[^>]+>", re.DOTALL)


@pytest.fixture(scope="module")
def texts() -> Catalog:
    """What the source has, taken out of it as babel.cfg says."""
    with (APP / "translations" / "babel.cfg").open(encoding="utf-8") as configured:
        methods, options = parse_mapping_cfg(configured)
    keywords = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None}
    found = Catalog()
    for _file, _line, msgid, _comments, context in extract_from_dir(str(APP), methods, options, keywords):
        found.add(msgid, context=context)
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The English catalogue as it is in the source."""
    with ENGLISH.open("rb") as stored:
        return read_po(stored, locale="en", abort_invalid=True)


def test_every_text_is_translated(texts: Catalog, english: Catalog) -> None:
    assert len(texts) > 600
    assert [msgid for msgid in _ids(texts) if not _translated(english.get(msgid))] == []


def test_nothing_is_translated_that_nobody_reads(texts: Catalog, english: Catalog) -> None:
    assert [msgid for msgid in _ids(english) if msgid not in texts] == []
    assert list(english.obsolete) == []


def test_no_translation_is_a_guess(english: Catalog) -> None:
    assert [message.id for message in english if message.id and message.fuzzy] == []


def test_translations_keep_the_names_that_are_filled_in(english: Catalog) -> None:
    assert [message.id for message in english if message.id and not _keeps_placeholders(message)] == []


def test_no_translation_is_left_in_swedish(english: Catalog) -> None:
    assert [string for message in english if message.id for string in _strings(message) if SWEDISH.search(string)] == []


@pytest.mark.parametrize("address", PAGES)
def test_page_in_english_has_no_swedish_words(client: FlaskClient, db_session: Any, address: str) -> None:
    town = municipality(db_session)
    town.bob.language = "en"
    with client.session_transaction() as session:
        session.update(person_id=town.bob.id, method="test", since=clock.now().timestamp())
    page = client.get(address.format(level=town.disk.id))
    assert page.status_code == (404 if address == MISSING else 200)
    assert _swedish_words(page.text) == []


def test_browser_that_asks_for_english_gets_the_login_in_english(client: FlaskClient) -> None:
    page = client.get("/login", headers={"Accept-Language": "en-GB,en;q=0.9,sv;q=0.5"})
    assert '<html lang="en"' in page.text
    assert "Password" in page.text
    assert _swedish_words(page.text) == []


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("sv", 1, "1 uppgift"),
        ("sv", 2, "2 uppgifter"),
        ("sv", 0, "0 uppgifter"),
        ("en", 1, "1 task"),
        ("en", 2, "2 tasks"),
        ("en", 0, "0 tasks"),
    ],
)
def test_plural_follows_the_number(app: Flask, language: str, number: int, words: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert ngettext("%(num)d uppgift", "%(num)d uppgifter", number) == words


def _ids(catalogue: Catalog) -> list[str]:
    return [_singular(message) for message in catalogue if message.id]


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _translated(message: Message | None) -> bool:
    forms = _strings(message) if message else ()
    return all(forms) and len(forms) == (2 if message and message.pluralizable else 1)


def _keeps_placeholders(message: Message) -> bool:
    wanted = set(PLACEHOLDER.findall(_singular(message)))
    return all(set(PLACEHOLDER.findall(string)) == wanted for string in _strings(message))


def _swedish_words(page: str) -> list[str]:
    return [match.group().lower() for match in SWEDISH.finditer(unescape(MARKUP.sub(" ", page)))]
