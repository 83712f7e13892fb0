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
    names = ["manager", "system_manager", *(f"subject{n}" for n in range(4))]
    for name in names:
        user = get_user_model().objects.create_superuser(username=name)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookies[name] = session.session_key
    print(json.dumps(cookies))


if __name__ == "__main__":
    main()
