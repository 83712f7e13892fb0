"""One reading in a process of its own; prints seconds and the peak of its memory as JSON.

python -m benchmarks.sync.reading bare|own|sync      (settings from the environment, BEHORIG_*)
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable

import ldap3

from app.config import load_settings
from app.directory.conversation import PEOPLE
from app.directory.ldap_gateway import CheckedTls, Gateway


def bare() -> int:
    """ldap3 as its manual reads many entries, with what is known to help: no schema, no check of names."""
    settings = load_settings()
    host = settings.ldap_servers[0].removeprefix("ldaps://").partition(":")
    tls = CheckedTls(ca_certs_file=settings.ldap_ca_file)
    server = ldap3.Server(host[0], port=int(host[2]), use_ssl=True, tls=tls, get_info=ldap3.NONE)
    user, password = settings.ldap_bind_dn, settings.ldap_bind_password
    with ldap3.Connection(server, user, password, auto_bind=True, read_only=True, check_names=False) as connection:
        found = connection.extend.standard.paged_search(
            settings.ldap_base,
            PEOPLE.format(f"({settings.ldap_attribute_employee_number}=*)"),
            attributes=list(Gateway(settings).wanted),
            paged_size=settings.ldap_page_size,
            generator=True,
        )
        return sum(1 for entry in found if entry["type"] == "searchResEntry")


def own() -> int:
    """The gateway alone: every account decoded, nothing kept."""
    counted = []
    Gateway(load_settings()).read(lambda pages: counted.append(sum(len(page) for page in pages)))
    return counted[-1]


def sync() -> int:
    """The nightly job, as the worker runs it."""
    from app import create_app
    from app.directory.tasks import nightly_sync

    application = create_app()
    with application.app_context():
        started = time.perf_counter()
        accounts = nightly_sync().accounts
        os.environ["STARTED"] = str(started)
        return accounts


ACTS: dict[str, Callable[[], int]] = {"bare": bare, "own": own, "sync": sync}

if __name__ == "__main__":
    began = time.perf_counter()
    entries = ACTS[sys.argv[1]]()
    # Starting the application is not part of the work.
    seconds = time.perf_counter() - float(os.environ.get("STARTED", began))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"entries": entries, "seconds": seconds, "megabytes": peak}))
