"""A catalogue file is understood whole, or refused with file, line and key of everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.catalogue.faults import CatalogueError, CatalogueFault
from app.catalogue.loader import EXAMPLE, read

CODES = """
AD GEO PRO-SOC PRO-BUN TEIS LEX ECO BES KIR EKO EKO2 DEDU DES BOK VAN RCO MIC EDP MAIL FC VXL WEB WEB0 INT ETJ LIS DSF
UTB BEH
"""

SMALL = """\
format: 1
boards:
  - {code: KTN, name: Kultur- och tekniknämnden}
courses:
  - {code: INFOSEC-BAS, name: Grundkurs}
systems:
  - code: MIC
    name: MicroMarc
    board: KTN
    owner_role: bibliotekschef
    classification: {k: 2, r: 2, t: 1}
    levels:
      - {code: DISK, label: Lånedisk, profile: standard, courses: [INFOSEC-BAS]}
      - {code: KAT, label: Katalogisering, profile: basic, k: 1}
"""


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    return tmp_path / "katalog.yaml"


def faults(path: Path, text: str) -> list[CatalogueFault]:
    """The faults that reading ``text`` raises."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read(path)
    assert all(fault.file == str(path) for fault in caught.value.faults)
    return list(caught.value.faults)


def places(found: list[CatalogueFault]) -> list[tuple[int, str]]:
    return [(fault.line, fault.key) for fault in found]


def test_example_holds_every_system_of_the_catalogue() -> None:
    assert [system.code for system in read(EXAMPLE).systems] == CODES.split()


def test_example_describes_every_level_in_words() -> None:
    levels = [level for system in read(EXAMPLE).systems for level in system.levels]
    assert len(levels) > 120
    assert all(level.label and level.description.endswith(".") for level in levels)


def test_example_has_one_base_level() -> None:
    base = [(s.code, level.code) for s in read(EXAMPLE).systems for level in s.levels if level.is_base]
    assert base == [("AD", "BAS")]


def test_example_limits_sensitive_and_privileged_levels() -> None:
    for system in read(EXAMPLE).systems:
        for level in system.levels:
            if level.profile == "sensitive":
                assert 0 < (level.max_days or 0) <= 365 and 0 < (level.max_days_hourly or 0) <= 120
            if level.profile == "privileged":
                assert level.max_days == 365 and level.review_months in (3, 6)


def test_example_gives_physical_levels_a_zone_and_an_orderer() -> None:
    physical = [level for s in read(EXAMPLE).systems for level in s.levels if level.profile == "physical"]
    assert len(physical) == 4
    assert all(level.scope_kind == "zone" and level.details["orderer_required"] for level in physical)


def test_level_takes_what_it_leaves_unsaid_from_profile_then_from_system() -> None:
    geo = next(system for system in read(EXAMPLE).systems if system.code == "GEO")
    lasa, skydd, adm = geo.levels[0], geo.levels[2], geo.levels[4]
    assert (lasa.directory_group, lasa.review_months, lasa.max_days) == ("SYS-GEO-LAS", 6, None)
    assert (skydd.max_days, skydd.max_days_hourly, skydd.details["k"]) == (365, 120, 3)
    assert adm.courses == ("INFOSEC-BAS", "GDPR-BAS", "ADMIN-BRIEF")


def test_both_sides_of_a_toxic_pair_know_each_other() -> None:
    economy = next(system for system in read(EXAMPLE).systems if system.code == "EKO")
    other = {level.code: [t["with"] for t in level.details.get("toxic", ())] for level in economy.levels}
    assert other["LEVREG"] == ["EKO.UTBET"]
    assert other["UTBET"] == ["EKO.LEVREG"]
    assert other["ADM"] == ["duty:log_check"]
    assert other["LAS"] == []


def test_small_file_is_enough(catalogue_file: Path) -> None:
    catalogue_file.write_text(SMALL, encoding="utf-8")
    system = read(catalogue_file).systems[0]
    assert (system.lifecycle, system.min_managers, system.guideline_required) == ("production", 2, True)
    assert [level.position for level in system.levels] == [0, 1]


def test_excerpt_of_the_format_is_understood(catalogue_file: Path) -> None:
    text = SMALL.replace("[INFOSEC-BAS]", "[INFOSEC-BAS], max_days: 365, max_days_hourly: 120, review_months: 6")
    text = text.replace(
        "    levels:",
        "    contains_sensitive: true\n    min_managers: 2\n    max_outage_wd: 1\n"
        "    guideline: {required: true, due: 2019-12-31}\n    levels:",
    )
    catalogue_file.write_text(text, encoding="utf-8")
    system = read(catalogue_file).systems[0]
    assert (system.personal_data, system.max_outage_wd) == ("sensitive", 1)
    assert system.details["guideline_due"] == "2019-12-31"


def test_every_fault_is_told_at_once(catalogue_file: Path) -> None:
    text = SMALL.replace("    owner_role: bibliotekschef\n", "").replace("label: Lånedisk", "etikett: Lånedisk")
    text = text.replace("k: 2, r: 2", "k: två, r: 9")
    found = faults(catalogue_file, text)
    assert places(found) == [
        (7, "systems[MIC].owner_role"),
        (10, "systems[MIC].classification.k"),
        (10, "systems[MIC].classification.r"),
        (12, "systems[MIC].levels[DISK].etikett"),
        (12, "systems[MIC].levels[DISK].label"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "expected"),
    [
        ("name: MicroMarc", "name: 17", 8, "systems[MIC].name", "text"),
        ("k: 2,", "k: '2',", 11, "systems[MIC].classification.k", "ett heltal"),
        ("levels:\n", "levels: många\n    x:\n", 12, "systems[MIC].levels", "en lista"),
        ("profile: basic", "profil: basic", 14, "systems[MIC].levels[KAT].profil", "kanske profile"),
        ("profile: basic", "profile: bas", 14, "systems[MIC].levels[KAT].profile", "en av basic"),
        ("    owner_role: bibliotekschef\n", "", 7, "systems[MIC].owner_role", "måste finnas"),
        ("code: KAT", "code: DISK", 14, "systems[MIC].levels[DISK].code", "varje kod en gång"),
        ("code: KAT", "code: kat", 14, "systems[MIC].levels[kat].code", "stora bokstäver"),
        ("board: KTN", "board: SOC", 9, "systems[MIC].board", "en nämnd som finns i boards"),
        ("k: 2,", "k: 4,", 11, "systems[MIC].classification.k", "K 4 hanteras inte"),
        ("k: 2,", "k: 5,", 11, "systems[MIC].classification.k", "högst 4"),
        ("basic, k: 1", "basic, k: 4", 14, "systems[MIC].levels[KAT].k", "K 4 hanteras inte"),
        ("basic, k: 1", "forbidden", 14, "systems[MIC].levels[KAT].profile", "K 4 hanteras inte"),
        ("basic, k: 1", "basic", 14, "systems[MIC].levels[KAT].profile", "en starkare profil"),
        ("basic, k: 1", "sensitive", 14, "systems[MIC].levels[KAT].max_days", "en längsta tid"),
        ("[INFOSEC-BAS]", "[GDPR-BAS]", 13, "systems[MIC].levels[DISK].courses[0]", "en kurs som finns"),
        (
            "basic, k: 1",
            "basic, k: 1, gives_less_than: [BOK]",
            14,
            "systems[MIC].levels[KAT].gives_less_than[0]",
            "en annan nivå",
        ),
        (
            "basic, k: 1",
            "basic, k: 1, gives_less_than: [KAT]",
            14,
            "systems[MIC].levels[KAT].gives_less_than[0]",
            "en annan nivå",
        ),
        ("basic, k: 1", "basic, k: 1, agreement: SOC", 14, "systems[MIC].levels[KAT].agreement", "ett avtal som finns"),
        ("board: KTN", "board: KTN\n    replaced_by: BOK", 10, "systems[MIC].replaced_by", "ett annat system"),
        ("board: KTN", "board: KTN\n    replaced_by: MIC", 10, "systems[MIC].replaced_by", "ett annat system"),
        ("board: KTN", "board: KTN\n    dependencies: [NAT]", 10, "systems[MIC].dependencies[0]", "något i depend"),
        ("board: KTN", "board: KTN\n    guideline: {due: 2019-02-30}", 10, "systems[MIC].guideline.due", "ett datum"),
        ("board: KTN", "board: KTN\n    board: KTN", 10, "systems.0.board", "varje nyckel en gång"),
        ("format: 1", "format: 2", 1, "format", "1"),
    ],
)
def test_fault_names_line_key_and_what_was_expected(
    catalogue_file: Path, old: str, new: str, line: int, key: str, expected: str
) -> None:
    assert SMALL.count(old) == 1
    found = faults(catalogue_file, SMALL.replace(old, new))
    assert (line, key) in places(found)
    fault = next(fault for fault in found if fault.key == key)
    assert expected in fault.expected
    assert str(fault).startswith(f"{catalogue_file}:{line}: {key}: hittade ")


def test_two_base_levels_are_refused(catalogue_file: Path) -> None:
    text = SMALL.replace("profile: standard", "profile: standard, base: true").replace("k: 1}", "k: 1, base: true}")
    assert places(faults(catalogue_file, text)) == [(14, "systems[MIC].levels[KAT].base")]


def test_unknown_level_in_package_or_toxic_pair_is_refused(catalogue_file: Path) -> None:
    text = SMALL + (
        "role_packages:\n  - {code: BIB, name: Bibliotekarie, levels: [MIC.DISK, MIC.UTLAN]}\n"
        "toxic_pairs:\n  - {first: MIC.DISK, second: 'duty:kaffe', when: same_person, reason: Prov.}\n"
    )
    assert places(faults(catalogue_file, text)) == [
        (16, "role_packages[BIB].levels[1]"),
        (18, "toxic_pairs[0].second"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("format: 1\nboards: [\n", 3),
        ("format: 1\n  boards: []\n", 2),
        ("format: 1\nboards: *okand\n", 2),
        ("format: 1\nboards: !python/name:os.system ''\n", 2),
        ("a: &a\n  - *a\n", 1),
        ("1: ett\n", 1),
        ("", 1),
        ("bara text\n", 1),
    ],
)
def test_what_is_no_yaml_of_ours_is_refused_with_its_line(catalogue_file: Path, text: str, line: int) -> None:
    assert faults(catalogue_file, text)[0].line == line


def test_missing_file_and_wrong_encoding_are_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="FileNotFoundError"):
        read(tmp_path / "saknas.yaml")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("namn: Kultur- och tekniknämnden".encode("latin-1"))
    with pytest.raises(CatalogueError, match="UTF-8"):
        read(latin)
