"""Loading is all or nothing and says what it did; doing it twice does nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.catalogue import services
from app.catalogue.faults import CatalogueError
from app.catalogue.loader import EXAMPLE
from app.catalogue.models import AccessLevel, RolePackage, System, ToxicPair
from app.catalogue.queries import level_by_code, system
from app.db import db
from tests.catalogue.conftest import NOW, TRIAL, statements

pytestmark = pytest.mark.usefixtures("session")


def test_first_load_adds_and_publishes(trial_file: Path, published: list[Any]) -> None:
    report = services.load_file(trial_file, now=NOW)
    assert (report.added, report.changed, report.unchanged) == (("PROV", "PROVA"), (), ())
    assert system("PROV").levels[1].label == "Katalogisering"
    assert [(e.file, e.added, e.changed, e.at) for e in published] == [("prov.yaml", ("PROV", "PROVA"), (), NOW)]


def test_second_load_changes_nothing_and_publishes_nothing(trial_file: Path, published: list[Any]) -> None:
    services.load_file(trial_file, now=NOW)
    published.clear()
    report = services.load_file(trial_file, now=NOW)
    assert (report.added, report.changed, report.unchanged) == ((), (), ("PROV", "PROVA"))
    assert published == []


def test_whole_example_loads_twice_with_few_statements(published: list[Any]) -> None:
    services.load_file(EXAMPLE, now=NOW)
    with statements() as sent:
        report = services.load_file(EXAMPLE, now=NOW)
    assert len(report.unchanged) == 29
    assert (report.added, report.changed, report.removed_levels) == ((), (), ())
    assert len(sent) == 17


def test_only_the_changed_system_is_told(trial: System, trial_file: Path, published: list[Any]) -> None:
    trial_file.write_text(TRIAL.replace("label: Lånedisk", "label: Utlån"), encoding="utf-8")
    report = services.load_file(trial_file, now=NOW)
    assert (report.added, report.changed, report.unchanged) == ((), ("PROV",), ("PROVA",))
    assert trial.levels[0].label == "Utlån"
    assert published[0].changed == ("PROV",)


def test_level_that_the_file_drops_becomes_inactive_and_stays(trial: System, trial_file: Path) -> None:
    dropped = level_by_code("PROV", "KAT").id
    without = "".join(line for line in TRIAL.splitlines(keepends=True) if "KAT" not in line)
    trial_file.write_text(without, encoding="utf-8")
    report = services.load_file(trial_file, now=NOW)
    assert (report.changed, report.removed_levels) == (("PROV",), ("PROV.KAT",))
    assert db.session.get(AccessLevel, dropped).active is False
    assert services.load_file(trial_file, now=NOW).removed_levels == ()


def test_level_that_comes_back_is_active_again(trial: System, trial_file: Path) -> None:
    without = "".join(line for line in TRIAL.splitlines(keepends=True) if "KAT" not in line)
    trial_file.write_text(without, encoding="utf-8")
    services.load_file(trial_file, now=NOW)
    trial_file.write_text(TRIAL, encoding="utf-8")
    assert services.load_file(trial_file, now=NOW).changed == ("PROV",)
    assert level_by_code("PROV", "KAT").active is True


def test_system_that_the_file_does_not_mention_is_left_alone(trial: System, trial_file: Path) -> None:
    trial_file.write_text(TRIAL[: TRIAL.index("  - code: PROVA")], encoding="utf-8")
    report = services.load_file(trial_file, now=NOW)
    assert (report.changed, report.removed_levels) == ((), ())
    assert level_by_code("PROVA", "LAS").active is True


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("label: Lånedisk", "label: 7"),
        ("label: Lånedisk", "etikett: Lånedisk"),
        ("code: KAT", "code: DISK"),
        ("k: 2,", "k: 4,"),
        ("    owner_role: bibliotekschef\n", ""),
        ("levels:\n      - {code: DISK", "levels: [\n      - {code: DISK"),
    ],
    ids=["wrong type", "unknown key", "duplicate code", "K4", "missing owner", "syntax"],
)
def test_faulty_file_changes_nothing(trial: System, trial_file: Path, published: list[Any], old: str, new: str) -> None:
    text = TRIAL.replace("name: Åkerkartan", "name: Ängskartan").replace(old, new, 1)
    trial_file.write_text(text, encoding="utf-8")
    with statements() as sent, pytest.raises(CatalogueError, match=r"prov\.yaml:\d+: "):
        services.load_file(trial_file, now=NOW)
    assert (sent, published) == ([], [])
    assert system("PROVA").name == "Åkerkartan"


def test_toxic_pairs_and_packages_become_rows(published: list[Any]) -> None:
    services.load_file(EXAMPLE, now=NOW)
    register, pay = level_by_code("EKO", "LEVREG").id, level_by_code("EKO", "UTBET").id
    pair = db.session.scalars(select(ToxicPair).where(ToxicPair.first_level_id == min(register, pay))).one()
    assert (pair.second_level_id, pair.mode, pair.same_scope) == (max(register, pay), "enforce", False)
    package = db.session.scalars(select(RolePackage).where(RolePackage.code == "BIBLIOTEKARIE")).one()
    assert package.level_ids[-1] == level_by_code("MIC", "DISK").id


PAIRED = """
toxic_pairs:
  - {first: PROV.DISK, second: PROV.KAT, when: same_scope, mode: MODE, reason: Prov.}
role_packages:
  - {code: PROVARE, name: Ny provare, levels: [PROV.DISK]}
"""


def test_changed_mode_and_dropped_package_are_told(trial_file: Path, published: list[Any]) -> None:
    trial_file.write_text(TRIAL + PAIRED.replace("MODE", "record"), encoding="utf-8")
    services.load_file(trial_file, now=NOW)
    trial_file.write_text((TRIAL + PAIRED).replace("MODE", "enforce").replace("PROVARE", "ANNAN"), encoding="utf-8")
    report = services.load_file(trial_file, now=NOW)
    assert (report.packages, report.pairs) == (("ANNAN", "PROVARE"), 1)
    assert (published[-1].packages, published[-1].pairs) == (report.packages, 1)
    active = select(RolePackage.code).where(RolePackage.active)
    assert db.session.scalars(active).all() == ["ANNAN"]


def test_dropped_pair_becomes_inactive(trial_file: Path) -> None:
    trial_file.write_text(TRIAL + PAIRED.replace("MODE", "approve"), encoding="utf-8")
    services.load_file(trial_file, now=NOW)
    trial_file.write_text(TRIAL, encoding="utf-8")
    services.load_file(trial_file, now=NOW)
    assert [pair.active for pair in db.session.scalars(select(ToxicPair))] == [False]
