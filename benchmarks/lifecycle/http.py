"""One client: a person's session over a plain connection. gunicorn's sync workers close it after each answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from http.client import HTTPConnection
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Refused(RuntimeError):
    """A step was not taken; a run with such a step counts for nothing."""


@dataclass
class Browser:
    """Cookies and the form's token of one person.

    The cookies are kept as they were at the login: nobody reads the messages that wait for the next page, and they
    would pile up in the session from life to life.
    """

    port: int
    cookies: dict[str, str] = made(default_factory=dict)
    token: str = ""
    field: str = "csrf_token"
    is_in: bool = False

    def get(self, path: str) -> str:
        """The page. Raises Refused for anything but 200."""
        status, _, body = self._send("GET", path, "")
        if status != 200:
            raise Refused(f"GET {path}: {status}")
        return body

    def post(self, path: str, form: Mapping[str, object]) -> tuple[str, str]:
        """Where the answer leads and what it says. Raises Refused for an error and for a form that came back."""
        status, where, body = self._send("POST", path, urlencode({self.field: self.token, **form}))
        if status not in (200, 302):
            raise Refused(f"POST {path}: {status} {body[:2000]}")
        return where, body

    def take_token(self, page: str) -> None:
        """Use the token of a form from now on."""
        found = TOKEN.search(page)
        if found is None:
            raise Refused("a page without a form's token")
        self.token = found[1]

    def _send(self, method: str, path: str, body: str) -> tuple[int, str, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for cookie in () if self.is_in else answer.headers.get_all("Set-Cookie") or ():
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", ""), text
        finally:
            connection.close()
