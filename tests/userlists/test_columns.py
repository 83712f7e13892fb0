"""Which column is what, and from rows to accounts or to what is wrong with them."""

from __future__ import annotations

import pytest

from app.userlists import columns
from app.userlists.columns import NOT_COUNTED, Reading, accounts, guess, guess_levels, roles
from app.userlists.reading import HIDDEN, Table

HEADINGS = ["Anst.nr", "Konto", "Roll", "Spärrad", "Senast inloggad"]
MEANT = {"number": "Anst.nr", "login": "Konto", "level": "Roll", "status": "Spärrad", "used_on": "Senast inloggad"}


def table(*rows: list[str], headings: list[str] | None = None) -> Table:
    return Table(headings or HEADINGS, [(n, row) for n, row in enumerate(rows, start=2)], [])


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (HEADINGS, MEANT),
        (
            ["Employee ID", "User name", "E-mail address", "Display Name", "Role", "Enabled", "Last login"],
            {
                "number": "Employee ID", "login": "User name", "mail": "E-mail address", "name": "Display Name",
                "level": "Role", "status": "Enabled", "used_on": "Last login",
            },
        ),
        (["Kolumn A", "Kolumn B"], {}),
    ],
)  # fmt: skip
def test_guesses_by_headings(headings: list[str], expected: dict[str, str]) -> None:
    assert guess(headings, {}) == expected


def test_the_last_choice_goes_before_the_guess() -> None:
    assert guess(HEADINGS, {"login": "Anst.nr", "number": "", "level": "Borta"}) == {
        "login": "Anst.nr", "level": "Roll", "status": "Spärrad", "used_on": "Senast inloggad",
    }  # fmt: skip


def test_roles_are_levels_by_name_or_as_the_last_time() -> None:
    levels = {1: ("Lånedisk", "DISK"), 2: ("Administratör", "ADM")}
    found = guess_levels(["LÅNEDISK", "adm", "Gäst", "Gammal"], levels, {"gäst": NOT_COUNTED, "gammal": 99})
    assert found == {"lånedisk": 1, "adm": 2, "gäst": NOT_COUNTED}
    assert roles(table(["1", "a", "B", "", ""], ["2", "b", "a", "", ""], ["3", "c", "b", "", ""]), "Roll") == ["a", "B"]


class TestAccounts:
    how = Reading(MEANT, {"disk": 1, "gäst": NOT_COUNTED})

    def faults(self, *row: str) -> list[tuple[str, str, str]]:
        rows, found = accounts(table(list(row)), self.how, None)
        assert not (rows and found)
        return [(fault.field, fault.value, fault.reason) for fault in found]

    def test_one(self) -> None:
        rows, faults = accounts(table(["0471", "asa", "Disk", "Nej", "2026-03-02"]), self.how, None)
        assert not faults
        (one,) = rows
        assert (one.line, one.login, one.number, one.level_id, one.enabled) == (2, "asa", "0471", 1, True)
        assert one.used_on is not None and one.used_on.isoformat() == "2026-03-02"

    def test_a_heading_may_be_backwards(self) -> None:
        def is_open(heading: str, word: str) -> bool:
            how = Reading({"login": "Konto", "status": heading})
            rows, faults = accounts(table(["asa", word], headings=["Konto", heading]), how, None)
            assert not faults
            return rows[0].enabled

        assert is_open("Aktiv", "ja") and not is_open("Aktiv", "NEJ") and is_open("Status", "Active")
        assert is_open("Spärrad", "nej") and not is_open("Spärrad", "Ja") and not is_open("Locked", "TRUE")
        assert not is_open("Status", "Spärrad") and is_open("Status", "")

    def test_faults_say_where_and_never_repeat_a_personnummer(self) -> None:
        assert self.faults("", "", "Disk", "", "") == [("login", "", "no_key")]
        assert self.faults("1", "asa", "Chef", "", "") == [("level", "Chef", "unknown_level")]
        assert self.faults("1", "asa", "", "", "") == [("level", "", "level_missing")]
        assert self.faults("1", "asa", "Disk", "kanske", "i går") == [
            ("status", "kanske", "unknown_status"), ("used_on", "i går", "not_a_date"),
        ]  # fmt: skip
        assert ("login", "", "personnummer") in self.faults("1", HIDDEN, "Disk", "", "")

    def test_roles_that_are_not_counted_give_no_account(self) -> None:
        assert accounts(table(["1", "asa", "Gäst", "", ""]), self.how, None) == ([], [])

    def test_twice_is_once_and_open_where_one_is(self) -> None:
        rows, faults = accounts(table(["1", "asa", "Disk", "ja", ""], ["1", "ASA", "Disk", "nej", ""]), self.how, None)
        assert [row.enabled for row in rows] == [True] and not faults

    def test_without_a_column_of_roles_the_only_level_is_meant(self) -> None:
        how = Reading({"login": "Konto"})
        assert accounts(table(["", "asa", "", "", ""]), how, 7)[0][0].level_id == 7
        assert accounts(table(["", "asa", "", "", ""]), how, None)[0][0].level_id is None


def test_every_field_has_words_for_its_headings() -> None:
    assert set(columns.HEADINGS) == set(columns.FIELDS)
