"""Exempelkommunen: about 300 fictional people, the same every time. Reads municipality.yaml, writes no row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.catalogue.searching import fold

FILE = Path(__file__).with_name("municipality.yaml")
FIRST_NUMBER = 10001  # written with a leading zero: employee numbers are text
LETTERS = str.maketrans({"ı": "i", "ø": "o", "æ": "a", "ł": "l"})


@cache
def data() -> Mapping[str, Any]:
    """What municipality.yaml says."""
    loaded: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


@dataclass(slots=True)
class Post:
    """A place in the organisation and who has it."""

    unit: Mapping[str, Any]
    title: str
    is_head: bool = False
    character: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""

    @property
    def key(self) -> str:
        """The post as municipality.yaml writes it."""
        return f"{self.unit['code']}/{self.title}"


def people(today: date) -> list[dict[str, Any]]:
    """Everybody, as the demonstration's directory holds them; dates that move with the demonstration from ``today``."""
    posts = _filled_posts()
    heads = {post.unit["code"]: post.number for post in posts if post.is_head}
    names, logins, mails, young = _names(), Counter[str](), Counter[str](), _young(today)
    found = []
    for post in posts:
        given, surname = (post.character["given"], post.character["surname"]) if post.character else next(names)
        found.append(
            {
                "employee_number": post.number,
                "given_name": given,
                "surname": surname,
                "display_name": f"{given} {surname}",
                "login": _unique(_letters(given)[:3] + _letters(surname)[:3], logins),
                "mail": _unique(f"{_letters(given)}.{_letters(surname)}", mails) + "@" + data()["mail_domain"],
                "title": post.title,
                "unit_code": post.unit["code"],
                "unit_name": post.unit["name"],
                "board": post.unit["board"],
                "manager": _manager(post, heads),
                "password": data()["password"],
                "created_on": young.get(post.number),
                **_employment(post.character, today),
            }
        )
    return found


def write_people_json(path: Path | str, today: date) -> None:
    """Write ``people(today)`` for the demonstration's directory."""
    Path(path).write_text(json.dumps(people(today), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def holders() -> dict[str, list[str]]:
    """The employee numbers of those who have each post (UNIT/Title), in order; nobody who has left or not begun."""
    found: dict[str, list[str]] = {}
    for post in _filled_posts():
        if not {"ends_in", "starts_in"} & set(post.character):
            found.setdefault(post.key, []).append(post.number)
    return found


def characters() -> dict[str, str]:
    """The employee number of each character, by name."""
    named = (post for post in _filled_posts() if post.character)
    return {f"{post.character['given']} {post.character['surname']}": post.number for post in named}


def _filled_posts() -> list[Post]:
    """All posts, the characters' first: adding staff at the end moves no character's number."""
    posts = list(_posts())
    cast = [_cast(character, posts) for character in data()["characters"]]
    others = [post for post in posts if not post.character]
    for number, post in enumerate([*cast, *others], start=FIRST_NUMBER):
        post.number = f"{number:06d}"
    return [*cast, *others]


def _posts() -> Iterator[Post]:
    for unit in data()["units"]:
        if "head" in unit:
            yield Post(unit, unit["head"], is_head=True)
        for title, count in unit["staff"].items():
            for _ in range(count):
                yield Post(unit, title)


def _cast(character: Mapping[str, Any], posts: list[Post]) -> Post:
    """The first free post that the character's ``post`` names; a post of its own where there is none."""
    post = next((p for p in posts if p.key == character["post"] and not p.character), None)
    if post is None:
        code, title = character["post"].split("/")
        post = Post(next(unit for unit in data()["units"] if unit["code"] == code), title)
        posts.append(post)
    post.character = character
    return post


def _manager(post: Post, heads: Mapping[str, str]) -> str | None:
    """The head of the unit, for a head the head of the unit above; None where the post is vacant, as AD has it."""
    return heads.get(post.unit.get("parent", "") if post.is_head else post.unit["code"])


def _employment(character: Mapping[str, Any], today: date) -> dict[str, Any]:
    def day(key: str) -> str | None:
        return (today + timedelta(days=character[key])).isoformat() if key in character else None

    return {
        "employee_type": character.get("type", "anställd"),
        "enabled": character.get("enabled", True),
        "starts_on": day("starts_in"),
        "ends_on": day("ends_in"),
        "protected": character.get("protected", False),
        "language": character.get("language", "sv"),
    }


def _young(today: date) -> dict[str, str]:
    """When the accounts of posts that municipality.yaml calls new were made, by employee number; others are old."""
    posts = holders()
    new = ((*post.rsplit(" ", 1), days) for post, days in data()["new_accounts"].items())
    return {posts[post][int(place) - 1]: (today + timedelta(days=days)).isoformat() for post, place, days in new}


def _names() -> Iterator[tuple[str, str]]:
    """Given name and surname, no pair twice: the lists' lengths have no common factor."""
    given, surname = data()["names"]["given"], data()["names"]["surname"]
    for n in range(len(given) * len(surname)):
        yield given[n % len(given)], surname[n % len(surname)]


def _letters(name: str) -> str:
    return "".join(c for c in fold(name.translate(LETTERS)) if c.isalnum())


def _unique(wanted: str, taken: Counter[str]) -> str:
    taken[wanted] += 1
    return wanted if taken[wanted] == 1 else f"{wanted}{taken[wanted]}"
