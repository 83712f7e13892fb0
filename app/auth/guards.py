"""The two decorators of views: ``needs`` a permission, or ``public`` for a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from app import permissions
from app.auth import picker
from app.auth.marks import MARK, Guard
from app.auth.session import current_person, same_site

View = Callable[..., Any]
F = TypeVar("F", bound=View)


def needs(permission: str, load: View | None = None) -> Callable[[View], View]:
    """Only whoever has ``permission`` comes in; a stranger is sent to the login and comes back afterwards.

    ``load`` takes the view's URL arguments and gives the thing that the permission is about (or raises
    NotFound); the view is then called with the thing alone. Raises Forbidden or NotFound when denied.
    """
    if permission not in permissions.TABLE:
        raise KeyError(permission)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            if g.get("person") is None:
                return redirect_to_login()
            thing = load(**arguments) if load else None
            permissions.require(permission, current_person(), thing)
            return view(thing) if load else view(**arguments)

        setattr(guarded, MARK, Guard(permission=permission))
        return guarded

    return decorate


def public(*, reason: str, knows_person: bool = True) -> Callable[[F], F]:
    """Anybody comes in, for ``reason``; see Guard for ``knows_person``."""

    def decorate(view: F) -> F:
        setattr(view, MARK, Guard(reason=reason, knows_person=knows_person))
        return view

    return decorate


def redirect_to_login(why: str = "") -> Response:
    """To the login, and back here afterwards; from a form back to the page that it was on."""
    if request.method == "GET":
        back = request.full_path.rstrip("?")
    else:
        came_from = urlsplit(request.referrer or "")
        back = came_from.path if came_from.netloc == request.host else ""
    page = "auth.demo_login" if picker.is_open() else "auth.login"
    return redirect(url_for(page, next=same_site(back) or None, why=why or None))
