"""Login, logout, language, and the demonstration's person picker."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.auth import picker
from app.auth.attempts import current_attempts
from app.auth.forms import LoginForm
from app.auth.guards import public
from app.auth.session import MAY_LOG_IN, begin, end, origin, same_site
from app.db import transaction
from app.directory import queries
from app.directory.models import Person
from app.directory.services import authenticate
from app.errors import DirectoryUnavailable, NotFound
from app.events import publish
from app.templating import LANGUAGES
from workflows.events import LoggedIn

bp = Blueprint("auth", __name__)
Answer = Response | str | tuple[str, int]


@bp.get("/login")
@public(reason="nobody is logged in before the login")
def login() -> Answer:
    """The login page."""
    form = LoginForm(next=same_site(request.args.get("next")))
    why = _("Logga in, så ser vi att det är du som svarar.") if request.args.get("why") else ""
    return render_template("login.html", form=form, message=why)


@bp.post("/login")
@public(reason="nobody is logged in before the login")
def log_in() -> Answer:
    """Check name and password with the directory."""
    form = LoginForm()
    if not form.validate():
        return render_template("login.html", form=form, message=""), 422
    name, password = form.login.data.strip(), form.password.data
    if current_attempts().too_many(name, request.remote_addr or "", clock.now()):
        return _refused(form, _("För många försök. Vänta en minut och försök igen."), 429)
    try:
        result, person = authenticate(name, password)
    except DirectoryUnavailable:
        text = _("Personalkatalogen svarar inte, så vi kan inte kontrollera ditt lösenord. Inget är förlorat.")
        return _refused(form, f"{text} {_('Prova igen om en stund.')}", 503)
    reason = str(result) if str(result) != "ok" else _not_welcome(person)
    # Only a person we know is kept: in the field for the name people sometimes type the password.
    _tell(person or queries.by_login(name), "directory", reason)
    if person is None or reason:
        return _refused(form, _words(reason), 401)
    return _welcome(person, "directory", form.next.data)


@bp.get("/demo-login")
@public(reason="the demonstration's picker; it is not there anywhere else")
def demo_login() -> Answer:
    """Choose whom to be. NotFound unless every condition of a demonstration holds."""
    _only_in_demonstration()
    words = request.args.get("q", "")[:100]
    people, total = picker.find(words)
    back = same_site(request.args.get("next"))
    return render_template(
        "demo_login.html", q=words, featured=picker.featured(), people=people, total=total, next=back
    )


@bp.post("/demo-login")
@public(reason="the demonstration's picker; it is not there anywhere else")
def be_somebody() -> Answer:
    """Log in as the chosen person, without a password."""
    _only_in_demonstration()
    person = picker.chosen(request.form.get("person_id", 0, type=int))
    if person is None:
        raise NotFound()
    _tell(person, "demo", "")
    return _welcome(person, "demo", request.form.get("next"))


@bp.post("/logout")
@public(reason="leaving needs no permission")
def logout() -> Response:
    """Log out."""
    end()
    return redirect(url_for("auth.demo_login" if picker.is_open() else "auth.login"))


@bp.post("/language")
@public(reason="the login page has the switch too")
def language() -> Response:
    """Change the language of the pages."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(same_site(request.form.get("next")) or url_for("home.start"))


def _only_in_demonstration() -> None:
    if not picker.is_open():
        raise NotFound()


def _not_welcome(person: Person | None) -> str:
    if person is None:
        return "unknown_person"
    return "" if person.employment_status in MAY_LOG_IN else f"employment_{person.employment_status}"


def _tell(person: Person | None, method: str, reason: str) -> None:
    person_id = person.id if person else None
    with transaction():
        publish(LoggedIn(person_id, "", not reason, clock.now(), method, reason, origin()))


def _welcome(person: Person, method: str, back: str | None) -> Response:
    begin(person, method, clock.now())
    return redirect(same_site(back) or url_for("home.start"))


def _refused(form: LoginForm, message: str, status: int) -> Answer:
    form.next.data = same_site(form.next.data)
    return render_template("login.html", form=form, message=message), status


def _words(reason: str) -> str:
    """What the person is told. A wrong password and an unknown name get the same words."""
    contact = current_app.extensions["settings"].contact
    known = {
        "disabled": _("Ditt konto är avstängt. Kontakta %(contact)s.", contact=contact),
        "expired": _("Ditt konto har slutat gälla. Kontakta %(contact)s.", contact=contact),
        "locked": _(
            "Ditt konto är låst efter för många försök. Vänta en stund eller kontakta %(contact)s.", contact=contact
        ),
        "must_change": _("Ditt lösenord behöver bytas. Byt det på din arbetsdator och försök igen."),
        "unknown_person": _("Vi känner inte igen dig som anställd än. Kontakta %(contact)s.", contact=contact),
        "employment_future": _("Din anställning har inte börjat än. Du kan logga in från första arbetsdagen."),
        "employment_ended": _(
            "Din anställning har upphört enligt personalkatalogen. Kontakta %(contact)s om det är fel.", contact=contact
        ),
    }
    if reason.startswith("employment_"):
        fallback = _("Personalkatalogen visar ingen anställning för dig. Kontakta %(contact)s.", contact=contact)
    else:
        fallback = _("Användarnamnet eller lösenordet stämmer inte. Kontrollera och försök igen.")
    return known.get(reason, fallback)
