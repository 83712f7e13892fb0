"""Tables and people of the Django site. Prints a session's cookie for each person, as JSON."""

from __future__ import annotations

import json
import os
from importlib import import_module

import django
from django.conf import settings


def main() -> None:
    """Migrate, make the people, and log each in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.lifecycle.viewflow_site.settings")
    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    cookies = {}
    names = ["manager", "system_manager", "colleague", *(f"subject{n}" for n in range(4))]
    for name in names:
        user = get_user_model().objects.create_superuser(username=name)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookies[name] = session.session_key
    _furnish_whole(json.loads(os.environ["BENCHMARK_NUMBERS"]))
    print(json.dumps(cookies))


def _furnish_whole(numbers: list[str]) -> None:
    """A level, its system's managers, and people with the base right whom the directory knows by number."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from benchmarks.lifecycle.viewflow_site.whole.models import Appointment, Employee, Grant, Level, System

    users, now = get_user_model().objects.in_bulk(field_name="username"), timezone.now()
    system = System.objects.create(code="MIC", name="MicroMarc", guideline_version="1.0")
    base = Level.objects.create(system=system, code="BASE", label="Grundbehörighet", is_base=True)
    Level.objects.create(system=system, code="DISK", label="Lånedisk")
    for name in ("system_manager", "colleague"):
        Appointment.objects.create(user=users[name], system=system, role="system_manager", valid_from=now.date())
    for place, number in enumerate(numbers):
        user = users[f"subject{place}"]
        Employee.objects.create(user=user, number=number, manager=users["manager"])
        Grant.objects.create(subject=user, level=base, valid_from=now.date(), granted_at=now)


if __name__ == "__main__":
    main()
