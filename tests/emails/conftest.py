"""An application that knows the languages and nothing else, with its translations compiled for the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

import app as product
from app.config import Settings
from app.notifications.preparing import context_of
from app.notifications.rendering import Rendered, render
from tests.emails.samples import SAMPLES

TRANSLATIONS = Path(product.__file__).parent / "translations"
TOKEN = "q7Xp0-kV3sR9tYw2ZbN5mH8cJ1dF4gL6aQeUiOoPzXw"


@pytest.fixture(scope="session")
def compiled_translations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every .po file of a language as one compiled catalogue: what the mails say does not hang on a build step."""
    target = tmp_path_factory.mktemp("translations")
    for language in sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir()):
        whole = Catalog(locale=language)
        for source in sorted((TRANSLATIONS / language / "LC_MESSAGES").glob("*.po")):
            with source.open("rb") as opened:
                for message in read_po(opened, locale=language):
                    if message.id and message.string:
                        whole[message.id] = message
        place = target / language / "LC_MESSAGES"
        place.mkdir(parents=True)
        with (place / "messages.mo").open("wb") as compiled:
            write_mo(compiled, whole)
    return target


@pytest.fixture
def settings() -> Settings:
    return Settings(
        mode="test",
        base_url="https://behorig.exempel.se",
        secret_key="x" * 40,
        database_url="postgresql://nobody@127.0.0.1/none",
        municipality="Exempelkommunen",
        contact="servicedesk på anknytning 1234",
    )


@pytest.fixture
def languages(settings: Settings, compiled_translations: Path) -> Iterator[Flask]:
    """The application context that rendering needs."""
    flask = Flask("mails")
    flask.extensions["settings"] = settings
    flask.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compiled_translations)
    Babel(flask, default_locale="sv")
    with flask.app_context():
        yield flask


@pytest.fixture
def mail(languages: Flask, settings: Settings) -> Callable[[str, str], Rendered]:
    """A sample mail in words: ``mail("task_grant", "sv")``."""

    def rendered(sample: str, language: str) -> Rendered:
        letter = SAMPLES[sample]
        by_link = "link" in letter.data
        path = f"/d/{TOKEN}" if by_link else letter.data["url_path"]
        data = {**letter.data, "decision_link": by_link, "to_mailbox": bool(letter.mailbox)}
        return render(letter.template, context_of(data, path, settings), language)

    return rendered
