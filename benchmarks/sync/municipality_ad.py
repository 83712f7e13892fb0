"""A real Samba AD with a whole municipality in it, loaded once and kept for the next run."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from benchmarks.municipality.ldif import entries
from tests.servers import samba_template
from tests.servers.samba_ad import SambaAD
from tests.servers.samba_template import BASE, CACHE, run_tool


class MunicipalityAD(SambaAD):
    """As SambaAD, with ``people`` people. The first time takes some minutes for 50,000."""

    def __init__(self, people: int, *, members: bool = False) -> None:
        super().__init__()
        self._people, self._members = people, members
        self._kept = CACHE / f"municipality-{people}{'-members' * members}"

    def __enter__(self) -> SambaAD:
        samba_template.check_installed()
        CACHE.mkdir(parents=True, exist_ok=True)
        with self._kept.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self._kept / "complete").exists():
                self._load()
        _copy(self._kept, self.directory)
        self._configure()
        self._make_certificates()
        self.start()
        return self

    def _load(self) -> None:
        shutil.rmtree(self._kept, ignore_errors=True)
        samba_template.copy_to(self.directory)
        self._configure()
        self.seeds = ("\n".join(entries(self._people, BASE, members=self._members)),)
        self._seed()
        _copy(self.directory, self._kept)
        (self._kept / "complete").touch()


def _copy(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    run_tool("cp", "-a", "--sparse=always", f"{source}/.", str(target))
