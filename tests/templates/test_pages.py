"""Every page template is rendered with hard sample data: nothing undefined, nothing inline, one purpose a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.templates.pages import PAGES
from tests.templates.preview import make_app, render

TEMPLATES = Path(__file__).parents[2] / "app/templates"


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


def test_every_page_template_has_a_sample() -> None:
    pages = {str(p.relative_to(TEMPLATES)) for p in TEMPLATES.rglob("*.html")}
    parts = {p for p in pages if p.startswith(("macros/", "emails/"))} | {"base.html"}
    assert pages - parts == {page.template for page in PAGES.values()}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_page_is_whole_in_both_languages(app: Flask, name: str, language: str) -> None:
    html = render(app, name, language)
    assert f'<html lang="{language}">' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert re.search(r"<title>\s*\S", html)
    assert "&lt;" not in html and "lazy" not in html


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_to_the_content_policy(app: Flask, name: str) -> None:
    html = render(app, name)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", html)
    assert re.findall(r"<script(?! src=)", html) == []
    assert re.findall(r'(?:src|<link[^>]*href)="(?:https?:)?//', html) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_form_that_writes_carries_the_token(app: Flask, name: str) -> None:
    forms = re.findall(r'<form[^>]*method="post".*?</form>', render(app, name), re.DOTALL)
    assert [form for form in forms if 'name="csrf_token"' not in form] == []


def test_nothing_is_chosen_beforehand_on_the_decision_page(app: Flask) -> None:
    main = render(app, "decide").split("<main")[1]
    assert 'value="approve"' in main and " checked" not in main


def test_a_link_that_may_not_approve_offers_only_the_other_answers(app: Flask) -> None:
    main = render(app, "decide-login").split("<main")[1]
    assert 'value="approve"' not in main and 'value="reject"' in main and "Logga in för att godkänna" in main


def test_a_mailed_decision_names_its_addressee(app: Flask) -> None:
    assert "Länken är personlig för Bo Ek" in render(app, "decide")


def test_nobody_sees_menus_that_are_not_theirs(app: Flask) -> None:
    assert "Mina medarbetare" in render(app, "start")
    assert "Mina medarbetare" not in render(app, "start-empty")
    assert "Mina uppgifter" not in render(app, "login")
