"""Headers, cookies, forged forms, and the size of what is taken in."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, request
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.datastructures import Headers
from werkzeug.middleware.proxy_fix import ProxyFix

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",  # Bootstrap's stylesheet draws its marks as data: addresses
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
LARGEST = 1024 * 1024
LARGER = {"userlists.upload": 8 * LARGEST}  # bytes, where a whole file is handed in

csrf = CSRFProtect()


class _Talisman(Talisman):
    """Talisman, but a page may ask for a stricter referrer policy than the others'."""

    def _set_referrer_policy_headers(self, headers: Headers) -> None:
        headers.setdefault("Referrer-Policy", self.referrer_policy)


def init_app(app: Flask) -> None:
    """Protect every form, set the headers of every answer, and the flags of the session's cookie."""
    settings = app.extensions["settings"]
    in_production = settings.mode == "production"
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.session_minutes),  # counted from the last page
        SESSION_REFRESH_EACH_REQUEST=False,  # but once a minute: ``auth.session``
        # The prefix makes browsers refuse a cookie that another host, or plain HTTP, has set.
        SESSION_COOKIE_NAME="__Host-behorig" if in_production else "behorig",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=in_production,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        # Pages of mail links send no referrer at all; the __Host- cookie does what that check is for.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.before_request(_take_in_larger)  # before the token in the form is read
    csrf.init_app(app)
    _Talisman(
        app,
        content_security_policy=CONTENT_SECURITY_POLICY,
        force_https=in_production,
        frame_options="DENY",
        referrer_policy="same-origin",
        session_cookie_secure=in_production,
        strict_transport_security=in_production,
    )
    app.after_request(_keep_out_of_caches)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # Flask's own way


def _take_in_larger() -> None:
    """A page that takes in whole files may take in more than the others."""
    if request.endpoint in LARGER:
        request.max_content_length = LARGER[request.endpoint]


def _keep_out_of_caches(response: Response) -> Response:
    """Pages are about people: only our static files may be kept, by browsers or on the way."""
    if not (request.endpoint or "").endswith("static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
