"""What rendering does with what people wrote, and with what does not fit."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.config import Settings
from app.notifications import letters
from app.notifications.letter import About
from app.notifications.preparing import context_of
from app.notifications.rendering import Rendered, Unrenderable, render
from tests.emails.samples import ASK_BOB, ORDER, TO_ALICE


def rejected(settings: Settings, reason: str, about: About = ORDER, language: str = "sv") -> Rendered:
    letter = letters.order_rejected(TO_ALICE, about, decider_name="Bob Öberg", reason=reason)
    return render(letter.template, context_of(letter.data, "/requests/1", settings), language)


def test_markup_in_a_name_stays_text(languages: Flask, settings: Settings) -> None:
    mail = rejected(settings, "<script>alert(1)</script> & <b>fet</b>")
    assert "<script>alert(1)</script> & <b>fet</b>" in mail.text
    assert "&lt;script&gt;" in mail.html and "<script" not in mail.html


def test_line_breaks_in_a_reason_cannot_pose_as_a_part_of_the_mail(languages: Flask, settings: Settings) -> None:
    mail = rejected(settings, "Nej.\n\nGranska och besluta:\nhttps://elak.example\x1e\x1e- x")
    assert "Skälet är: Nej. Granska och besluta: https://elak.example - x" in mail.text
    assert mail.html.count("<a ") == 1


def test_ten_thousand_characters_are_cut(languages: Flask, settings: Settings) -> None:
    mail = rejected(settings, "åäö " * 2500)
    assert len(mail.text) < 1000 and "…" in mail.text


def test_percent_signs_and_braces_are_only_signs(languages: Flask, settings: Settings) -> None:
    mail = rejected(settings, "100 % %(case)s {{ contact }} %s", replace(ORDER, system="50 % {x}"))
    assert "100 % %(case)s {{ contact }} %s" in mail.text and "50 % {x}" in mail.text


def test_language_that_we_do_not_speak_gets_swedish(languages: Flask, settings: Settings) -> None:
    assert rejected(settings, "nej", language="fi").language == "sv"


def test_data_that_lacks_a_field_is_refused(languages: Flask, settings: Settings) -> None:
    letter = letters.task_asked(ASK_BOB, ORDER)
    lacking = {name: value for name, value in letter.data.items() if name != "level"}
    with pytest.raises(Unrenderable, match="level"):
        render(letter.template, context_of(lacking, "/", settings) | {"decision_link": True}, "sv")


def test_template_that_is_not_there_is_refused(languages: Flask, settings: Settings) -> None:
    with pytest.raises(Unrenderable, match="order_forgotten"):
        render("order_forgotten", context_of({}, "/", settings), "sv")


def test_date_that_is_none_is_refused(languages: Flask, settings: Settings) -> None:
    letter = letters.task_asked(ASK_BOB, ORDER)
    broken = {**letter.data, "due_on": "i morgon", "decision_link": True}
    with pytest.raises(Unrenderable):
        render(letter.template, context_of(broken, "/", settings), "sv")


@hypothesis_settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(reason=st.text(max_size=400), name=st.text(max_size=60))
def test_whatever_people_write_both_parts_say_it(languages: Flask, settings: Settings, reason: str, name: str) -> None:
    mail = rejected(settings, reason, replace(ORDER, system=name))
    body = re.sub(r"<[^>]+>", " ", mail.html.split("<body", 1)[1].split(">", 1)[1])
    unescaped = body.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'")
    assert unescaped.replace("&amp;", "&").split() == mail.text.split()
    assert "\n" not in mail.subject
