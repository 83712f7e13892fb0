"""Each mail against its stored copy.

After a wanted change: ``STORE_MAILS=1 pytest tests/emails``, and read the diff.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from app.notifications.rendering import LANGUAGES, TEMPLATES, Rendered
from tests.emails.samples import NAMES, SAMPLES

STORED = Path(__file__).parent / "stored"
NOT_A_MAIL = {"matter", "_roles", "_words", "base", "task", "approval"}
URL = re.compile(r"https?://\S+")
WORDS_IN_TWENTY_SECONDS = {"sv": 60, "en": 70}

Mail = Callable[[str, str], Rendered]
each_mail = pytest.mark.parametrize(
    ("sample", "language"), [(sample, language) for sample in SAMPLES for language in LANGUAGES]
)


def words_of(html: str) -> list[str]:
    body = html.split("<body", 1)[1].split(">", 1)[1]
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


@each_mail
def test_mail_is_its_stored_copy(mail: Mail, sample: str, language: str) -> None:
    rendered = mail(sample, language)
    said = f"Subject: {rendered.subject}\n\n{rendered.text}"
    copy = STORED / f"{sample}.{language}.txt"
    if os.environ.get("STORE_MAILS"):
        copy.write_text(said, encoding="utf-8")
    assert said == copy.read_text(encoding="utf-8")


@each_mail
def test_text_and_html_say_the_same(mail: Mail, sample: str, language: str) -> None:
    rendered = mail(sample, language)
    assert words_of(rendered.html) == [word for word in rendered.text.split() if word != "-"]


@each_mail
def test_one_link_whose_address_can_be_read(mail: Mail, sample: str, language: str) -> None:
    rendered = mail(sample, language)
    (address,) = URL.findall(rendered.text)
    assert re.findall(r'href="([^"]+)"', rendered.html) == [address]
    assert f">{address}</a>" in rendered.html
    assert address.startswith("https://behorig.exempel.se/")


@each_mail
def test_nothing_is_fetched_or_run_when_a_mail_is_opened(mail: Mail, sample: str, language: str) -> None:
    assert not re.search(r"<(img|script|link|iframe|form|object)|url\(|@import|src=", mail(sample, language).html)


@each_mail
def test_mail_can_be_read_aloud_in_twenty_seconds(mail: Mail, sample: str, language: str) -> None:
    body = mail(sample, language).text.split("\n\n")[:-2]
    lines = [line for part in body for line in part.splitlines() if not line.startswith(("- ", "http"))]
    assert len(" ".join(lines).split()) <= WORDS_IN_TWENTY_SECONDS[language]


@each_mail
def test_words_are_plain(mail: Mail, sample: str, language: str) -> None:
    rendered = mail(sample, language)
    said = f"{rendered.subject} {rendered.text}".lower()
    assert not re.search(r"!|vänligen|ogiltig|klicka|please|invalid|click", said)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_subject_names_nobody_and_carries_the_case(mail: Mail, sample: str, language: str) -> None:
    letter, subject = SAMPLES[sample], mail(sample, language).subject
    assert not any(name in subject for name in NAMES)
    assert letter.data.get("case_number", "") in subject
    assert subject[0].isupper()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", [s for s, letter in SAMPLES.items() if letter.data.get("sensitive")])
def test_mail_about_a_sensitive_right_names_nobody(mail: Mail, sample: str, language: str) -> None:
    rendered = mail(sample, language)
    assert not any(name in rendered.text + rendered.html for name in NAMES)
    assert "Procapita" not in rendered.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", [s for s, letter in SAMPLES.items() if letter.data.get("protected")])
def test_mail_about_a_protected_person_names_nobody(mail: Mail, sample: str, language: str) -> None:
    rendered = mail(sample, language)
    assert not any(name in rendered.text + rendered.html for name in NAMES)


@pytest.mark.parametrize("sample", SAMPLES)
def test_english_mail_has_no_swedish_left(mail: Mail, sample: str) -> None:
    swedish, english = mail(sample, "sv"), mail(sample, "en")
    assert english.language == "en"
    same = set(swedish.text.split("\n\n")) & set(english.text.split("\n\n"))
    names = {
        part
        for part in same
        if part.startswith("- ") and {"missing", "names", "rights", "systems"} & set(SAMPLES[sample].data)
    }  # as in the catalogue, and people's own
    assert same - names == {"Behörig, Exempelkommunen\n"}


def test_every_template_is_a_sample() -> None:
    templates = {path.stem for path in TEMPLATES.glob("*.jinja")} - NOT_A_MAIL
    assert {letter.template for letter in SAMPLES.values()} == templates


def test_no_stored_copy_without_a_sample() -> None:
    expected = {f"{sample}.{language}.txt" for sample in SAMPLES for language in LANGUAGES}
    assert {path.name for path in STORED.glob("*.txt")} == expected
