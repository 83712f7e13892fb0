"""A throw-away, real Active-Directory-compatible directory for tests: Samba AD DC.

    with SambaAD() as ad: ...        # ad.ldaps, ad.ldap, ad.base, ad.ca_file, ad.admin_dn, ad.password

LDAP ports cannot be moved, so every server has a loopback address of its own. A domain is provisioned once a
session into a template and copied for each server. Samba runs with a pipe on its standard input and ends when
this process does, even by SIGKILL.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from tests.servers import samba_template
from tests.servers.samba_template import BASE, DOMAIN, ENVIRONMENT, PASSWORD, REALM, run_tool

ENTRIES_AT_A_TIME = 1000  # 50,000 in one transaction took 24 GB


class SambaAD:
    """One directory server with its own certificate authority. Usable as a context manager."""

    def __init__(self, seeds: Sequence[str] = (), *, directory: Path | None = None) -> None:
        """``seeds`` are LDIF texts, loaded before the start; ``directory`` is removed at the end."""
        self.directory = directory or Path(tempfile.mkdtemp(prefix="samba-ad-"))
        self.ip = _free_address()
        self.seeds = seeds
        self.base, self.domain, self.password = BASE, DOMAIN, PASSWORD
        self.admin_dn = f"CN=Administrator,CN=Users,{BASE}"
        self.ldaps, self.ldap = f"ldaps://{self.ip}:636", f"ldap://{self.ip}:389"
        self.ca_file = self.directory / "ca.pem"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> SambaAD:
        samba_template.check_installed()
        samba_template.copy_to(self.directory)
        self._configure()
        self._make_certificates()
        self._seed()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, seconds: float = 30) -> None:
        """Run Samba until ``stop``; comes back when it takes connections. Raises RuntimeError with its log."""
        with (self.directory / "log/out.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["samba", "-s", str(self._configuration), "-i", "--no-process-group", "-M", "single"],
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + seconds
        while not _answers(self.ip, 636):
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("samba did not start:\n" + (self.directory / "log/out.log").read_text()[-2000:])
            time.sleep(0.02)

    def stop(self) -> None:
        """End Samba; its data stay until the context ends, so that ``start`` may follow."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self._process = None

    def allow(self, dn: str, entry: str) -> None:
        """Add an access control entry (SDDL) to what is at ``dn`` and below."""
        where = [f"--configfile={self._configuration}", "-H", str(self.directory / "private/sam.ldb")]
        run_tool("samba-tool", "dsacl", "set", *where, f"--objectdn={dn}", f"--sddl={entry}")

    @property
    def _configuration(self) -> Path:
        return self.directory / "etc/smb.conf"

    def _configure(self) -> None:
        here = self.directory
        for name in ("run", "log", "ncalrpc", "etc", "private/tls"):
            (here / name).mkdir(parents=True, exist_ok=True)
        self._configuration.write_text(
            f"""[global]
 netbios name = DC1
 realm = {REALM}
 workgroup = {REALM.split(".")[0]}
 server role = active directory domain controller
 {samba_template.level_option()}
 server services = ldap
 dcerpc endpoint servers =
 private dir = {here}/private
 state directory = {here}/state
 cache directory = {here}/cache
 lock directory = {here}
 pid directory = {here}/run
 ncalrpc dir = {here}/ncalrpc
 binddns dir = {here}/bind-dns
 log file = {here}/log/samba.log
 interfaces = {self.ip}/8
 bind interfaces only = yes
 tls enabled = yes
 tls keyfile = {here}/private/tls/key.pem
 tls certfile = {here}/private/tls/cert.pem
 tls cafile = {here}/private/tls/ca.pem
 ldap server require strong auth = yes
"""
        )

    def _make_certificates(self) -> None:
        """A new authority for every server: a test can trust the wrong one."""
        tls = self.directory / "private/tls"
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        authority = ["-subj", "/O=Behorig test/CN=Test CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        run_tool(
            "openssl", "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", *authority, cwd=tls
        )
        run_tool(
            "openssl", "req", "-new", *key, "-keyout", "key.pem", "-out", "csr", "-subj", f"/CN=dc1.{DOMAIN}", cwd=tls
        )
        (tls / "ext").write_text(
            f"subjectAltName=DNS:dc1.{DOMAIN},IP:{self.ip}\nextendedKeyUsage=serverAuth\n"
            "basicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n"
        )
        signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "ext"]
        run_tool("openssl", "x509", "-req", "-in", "csr", *signed, "-out", "cert.pem", cwd=tls)
        (tls / "key.pem").chmod(0o600)
        shutil.copy(tls / "ca.pem", self.ca_file)

    def _seed(self) -> None:
        for seed in self.seeds:
            entries = seed.strip().split("\n\n")
            for first in range(0, len(entries), ENTRIES_AT_A_TIME):
                ldif = self.directory / "seed.ldif"
                ldif.write_text("\n\n".join(entries[first : first + ENTRIES_AT_A_TIME]) + "\n")
                database = str(self.directory / "private/sam.ldb")
                run_tool("ldbadd", "--nosync", f"--configfile={self._configuration}", "-H", database, str(ldif))


def _free_address() -> str:
    """A loopback address on which nothing listens: parallel runs must not meet."""
    while True:
        ip = f"127.77.{secrets.randbelow(254) + 1}.{secrets.randbelow(254) + 1}"
        if not _answers(ip, 636):
            return ip


def _answers(ip: str, port: int) -> bool:
    try:
        socket.create_connection((ip, port), 1).close()
    except OSError:
        return False
    return True
