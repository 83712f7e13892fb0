"""Django as it comes, with what its own documentation recommends for speed: kept connections, cached templates."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

_database = conninfo_to_dict(os.environ["BENCHMARK_DATABASE"])

SECRET_KEY = os.environ["BENCHMARK_SECRET"]
DEBUG = False
ALLOWED_HOSTS = [urlsplit(os.environ["BENCHMARK_ADDRESS"]).hostname]
ROOT_URLCONF = "benchmarks.lifecycle.viewflow_site.urls"
WSGI_APPLICATION = "benchmarks.lifecycle.viewflow_site.wsgi.application"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "viewflow",
    "viewflow.workflow",
    "benchmarks.lifecycle.viewflow_site.orders",
    "benchmarks.lifecycle.viewflow_site.whole",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
# The session is a signed cookie, as in the product: no statement for it.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database["dbname"],
        "USER": _database["user"],
        "HOST": _database["host"],
        "CONN_MAX_AGE": None,
    }
}
