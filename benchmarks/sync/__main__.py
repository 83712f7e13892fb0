"""``python -m benchmarks.sync``: the nightly sync beside a bare ldap3 read and ``ldapsearch`` of the same entries.

A real Samba AD with 50,000 people (loaded the first time, which takes minutes), the product's own PostgreSQL with
its tables already filled, everything on this machine. Each reading is a process of its own; they take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from app.demonstration import embedded
from app.directory.account import AttributeNames
from app.directory.conversation import PEOPLE
from benchmarks.sync.municipality_ad import MunicipalityAD
from tests.servers.samba_ad import SambaAD

TARGET, MEMORY_TARGET = 1.5, 400
NAMES = {
    "ldapsearch": "ldapsearch (OpenLDAP's C library, text to /dev/null)",
    "bare": "bare ldap3 paged read, no schema, no check of names",
    "own": "our reading alone: every account decoded, nothing kept",
    "sync": "the nightly sync: read, judged, applied to filled tables",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="behorig-") as directory,
        MunicipalityAD(options.people) as ad,
        embedded.postgresql(Path(directory) / "pg") as superuser,
    ):
        environment = _environment(ad, embedded.create_database(superuser, "behorig"))
        _run([sys.executable, "-c", "from app.cli import behorig; behorig()", "db", "upgrade"], environment)
        first = _reading("sync", environment)
        print(f"{first['entries']} accounts; first sync, into empty tables: {first['seconds']:.1f} s")
        _print(_measure(options.runs, ad, environment))


def _environment(ad: SambaAD, database: embedded.Database) -> dict[str, str]:
    given = {
        "MODE": "test", "BASE_URL": "http://localhost", "SECRET_KEY": "x" * 40,
        "DATABASE_URL": database.application, "DATABASE_OWNER_URL": database.owner,
        "LDAP_SERVERS": ad.ldaps, "LDAP_CA_FILE": str(ad.ca_file), "LDAP_BASE": ad.base,
        "LDAP_BIND_DN": ad.admin_dn, "LDAP_BIND_PASSWORD": ad.password, "LDAP_TIMEOUT": "60",
    }  # fmt: skip
    return os.environ | {f"BEHORIG_{name}": value for name, value in given.items()}


def _measure(runs: int, ad: SambaAD, environment: Mapping[str, str]) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(runs):
        if shutil.which("ldapsearch"):
            found.setdefault("ldapsearch", []).append(_ldapsearch(ad))
        for name in ("bare", "own", "sync"):
            found.setdefault(name, []).append(_reading(name, environment))
    return found


def _reading(name: str, environment: Mapping[str, str]) -> dict[str, float]:
    answer: dict[str, float] = json.loads(_run([sys.executable, "-m", "benchmarks.sync.reading", name], environment))
    return answer


def _ldapsearch(ad: SambaAD) -> dict[str, float]:
    wanted = AttributeNames().wanted()
    command = ["ldapsearch", "-x", "-LLL", "-H", ad.ldaps, "-D", ad.admin_dn, "-w", ad.password, "-b", ad.base,
               "-E", "pr=1000/noprompt", PEOPLE.format("(employeeID=*)"), *wanted]  # fmt: skip
    started = time.perf_counter()
    subprocess.run(command, env=os.environ | {"LDAPTLS_CACERT": str(ad.ca_file)}, stdout=subprocess.DEVNULL, check=True)
    return {"seconds": time.perf_counter() - started}


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _print(found: Mapping[str, list[dict[str, float]]]) -> None:
    medians = {name: statistics.median(run["seconds"] for run in runs) for name, runs in found.items()}
    print(f"\nload average {os.getloadavg()[0]:.1f}; medians of {len(found['bare'])} runs, lowest and highest\n")
    for name, runs in found.items():
        seconds = [run["seconds"] for run in runs]
        peak = max(run.get("megabytes", 0) for run in runs)
        print(f"{medians[name]:7.2f} s ({min(seconds):.2f} to {max(seconds):.2f}) {peak:5.0f} MB  {NAMES[name]}")
    ratio = medians["sync"] / medians["bare"]
    print(f"\nsync to bare: {ratio:.2f} (at most {TARGET}); peak memory at most {MEMORY_TARGET} MB")


if __name__ == "__main__":
    main()
