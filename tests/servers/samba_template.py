"""The domain that every Samba AD of the tests is a copy of: provisioned once, with Exchange's extension attributes."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

REALM = "EXEMPEL.TEST"
DOMAIN = REALM.lower()
BASE = ",".join(f"DC={part}" for part in DOMAIN.split("."))
PASSWORD = "Adm1n-Passw0rd"
CACHE = Path(__file__).parents[2] / "build/samba"
NEEDED = ("samba", "ldbadd", "openssl", "/usr/share/samba/setup/provision.ldif")
PACKAGES = "samba samba-ad-dc samba-dsdb-modules samba-ad-provision winbind ldb-tools openssl"
ENVIRONMENT = dict(os.environ, LC_ALL="C.UTF-8", PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin")

# Debian's own interpreter has Samba's modules. Without setsysvolacl no chown is needed: any user may provision.
SYSTEM_PYTHON = "/usr/bin/python3"
PROVISION = """
import sys, samba.provision
samba.provision.setsysvolacl = lambda *a, **k: None
sys.argv[0] = "samba-tool"
exec(compile(open("/usr/bin/samba-tool").read(), "samba-tool", "exec"))
"""

# What Exchange adds to the schema; municipalities keep start dates and marks in them.
EXTENSION_ATTRIBUTE = """dn: CN=ms-Exch-Extension-Attribute-{n},CN=Schema,CN=Configuration,{base}
objectClass: attributeSchema
attributeID: 1.2.840.113556.1.2.{oid}
attributeSyntax: 2.5.5.12
oMSyntax: 64
isSingleValued: TRUE
lDAPDisplayName: extensionAttribute{n}
"""
USER_MAY_HAVE = """dn: CN=User,CN=Schema,CN=Configuration,{base}
changetype: modify
add: mayContain
mayContain: extensionAttribute1
mayContain: extensionAttribute2
"""
# A password may be changed again at once, as tests do.
NO_MINIMUM_AGE = """dn: {base}
changetype: modify
replace: minPwdAge
minPwdAge: 0
"""


class SambaMissing(RuntimeError):
    """Samba AD DC cannot run here; the text says what to do."""


def check_installed() -> None:
    """Raise SambaMissing when Samba AD DC is not installed, or may not listen on ports 389 and 636."""
    path = ENVIRONMENT["PATH"]
    missing = [name for name in NEEDED if not (Path(name).exists() or shutil.which(name, path=path))]
    if missing:
        raise SambaMissing(f"{', '.join(missing)} missing: as root, apt-get install {PACKAGES}")
    if os.getuid() and int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) > 389:
        raise SambaMissing("ports 389 and 636 are root's here: sysctl net.ipv4.ip_unprivileged_port_start=389")


def copy_to(directory: Path) -> None:
    """Copy the provisioned domain to ``directory``, provisioning it first when nobody has (3 seconds)."""
    CACHE.mkdir(parents=True, exist_ok=True)
    template = CACHE / f"{'.'.join(map(str, version()))}-uid{os.getuid()}"
    with template.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (template / "complete").exists():
            shutil.rmtree(template, ignore_errors=True)
            _provision(template)
            (template / "complete").touch()
    directory.mkdir(parents=True, exist_ok=True)
    run_tool("cp", "-a", "--sparse=always", f"{template}/.", str(directory))


def version() -> tuple[int, int]:
    """The installed Samba's version, as two numbers."""
    found = re.search(r"(\d+)\.(\d+)", run_tool("samba", "--version"))
    if not found:
        raise SambaMissing("samba --version gives no version")
    return int(found[1]), int(found[2])


def level_option() -> str:
    """The line of smb.conf that asks for functional level 2016, where Samba knows it (4.20)."""
    return "ad dc functional level = 2016" if version() >= (4, 20) else ""


def run_tool(*command: str, cwd: Path | None = None) -> str:
    """What ``command`` printed. Raises RuntimeError with it when the command fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} -> {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def _provision(template: Path) -> None:
    level = level_option()
    template.mkdir()
    run_tool(
        SYSTEM_PYTHON,
        "-c",
        PROVISION,
        *("domain", "provision", "-q", "-s", "/dev/null", f"--targetdir={template}", f"--realm={REALM}"),
        *(f"--domain={REALM.split('.')[0]}", "--server-role=dc", f"--adminpass={PASSWORD}", "--host-name=dc1"),
        *("--host-ip=127.0.0.1", "--dns-backend=NONE", "--backend-store=tdb"),
        *(["--function-level=2016", f"--option={level}"] if level else ["--function-level=2008_R2"]),
    )
    for n in (1, 2):
        _change(template, "ldbadd", EXTENSION_ATTRIBUTE.format(n=n, oid=422 + n, base=BASE))
    _change(template, "ldbmodify", USER_MAY_HAVE.format(base=BASE))
    _change(template, "ldbmodify", NO_MINIMUM_AGE.format(base=BASE))


def _change(template: Path, tool: str, ldif: str) -> None:
    """Write straight into the stopped domain's database."""
    change = template / "change.ldif"
    change.write_text(ldif)
    allowed = "--option=dsdb:schema update allowed=yes"
    run_tool(tool, "--nosync", allowed, "-H", str(template / "private/sam.ldb"), str(change))
    change.unlink()
