"""Files from HR: what is read, and what refuses the whole of it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.hr_feed.fields import Unreadable, forms_of
from app.hr_feed.reading import read

FORMS = forms_of(("1=permanent", "9=hourly"))
HEAD = (
    "employeeNumber;givenname;lastname;employmentId;formOfEmploymentId;title;orgId;orgName;topOrgName;startDate;"
    "endDate;isMainEmployment;manager"
)
ALICE = "100001;Alice;Åberg;E-1;Tillsvidare;Inspektör;MIL-1;Miljöenheten;Miljönämnden;2020-01-01;;ja;100002"


def of(*rows: str, head: str = HEAD, encoding: str = "utf-8"):
    return read("\r\n".join([head, *rows]).encode(encoding), FORMS)


def faults_of(*rows: str) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.field, fault.reason) for fault in of(*rows).faults]


def told(**employment):
    filled = {
        "employmentId": "E-1", "formOfEmploymentId": 1, "title": "Inspektör", "orgId": 17, "orgName": "Miljöenheten",
        "topOrgName": "Miljönämnden", "startDate": "2020-01-01T00:00:00", "isMainEmployment": True,
    }  # fmt: skip
    return filled | employment


def of_json(*people, wrap=lambda people: people):
    return read(json.dumps(wrap(list(people))).encode(), FORMS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_csv_in_the_encodings_of_spreadsheets(encoding):
    (alice,) = of(ALICE, encoding=encoding).people
    (employment,) = alice.employments
    assert (alice.employee_number, alice.given_name, alice.surname) == ("100001", "Alice", "Åberg")
    assert (employment.form, employment.starts_on, employment.ends_on) == ("permanent", date(2020, 1, 1), None)
    assert (employment.unit_code, employment.manager, employment.is_main) == ("MIL-1", "100002", True)


def test_leading_zeros_of_a_number_are_kept():
    assert of(ALICE.replace("100001", "000042")).people[0].employee_number == "000042"


def test_two_employments_are_two_rows_of_one_person():
    second = ALICE.replace("E-1", "E-2").replace(";ja;", ";nej;").replace("Tillsvidare", "9")
    (alice,) = of(ALICE, "", second).people
    assert [(one.key, one.form) for one in alice.employments] == [("E-1", "permanent"), ("E-2", "hourly")]


def test_json_of_the_contract_with_managers_as_objects():
    alice = {
        "personId": "7b1", "personNumber": "191212121212", "employeeNumber": "100001", "givenname": "Alice",
        "lastname": "Åberg", "isClassified": True,
        "employments": [told(manager={"personId": "x", "employeeNumber": "100002"}, eventInfo="Mover")],
    }  # fmt: skip
    (read_alice,) = of_json(alice, wrap=lambda people: {"persons": people}).people
    (employment,) = read_alice.employments
    assert (read_alice.protected, read_alice.person_key) == (True, "7b1")
    assert (employment.unit_code, employment.manager, employment.event) == ("17", "100002", "Mover")
    assert "1212" not in repr(read_alice)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("100001;", ";"), ("employeeNumber", "missing")),
        (("100001;", "19121212-1212;"), ("employeeNumber", "personnummer")),
        (("Åberg", "Å" * 300), ("lastname", "too_long")),
        (("Tillsvidare", "Okänd"), ("formOfEmploymentId", "unknown_form")),
        (("2020-01-01;;", "1/1 2020;;"), ("startDate", "not_a_date")),
        (("2020-01-01;;", "2020-01-01;2019-12-31;"), ("endDate", "ends_before_start")),
        (("2020-01-01;;", "2026-02-30;;"), ("startDate", "not_a_date")),
        ((";ja;", ";kanske;"), ("isMainEmployment", "not_yes_or_no")),
    ],
)
def test_faulty_value_refuses_the_file_and_says_where(change, fault):
    assert faults_of("100009;Bo;Ek;E-9;tim;;;;;2020-01-01;;nej;", ALICE.replace(*change)) == [(3, *fault)]
    assert of("100009;Bo;Ek;E-9;tim;;;;;2020-01-01;;nej;", ALICE.replace(*change)).people == ()


def test_personnummer_is_not_repeated_in_the_report():
    assert of(ALICE.replace("100001;", "19121212-1212;")).faults[0].value == ""


def test_same_employment_twice_names_both_lines():
    assert faults_of(ALICE, ALICE.replace(";ja;", ";nej;")) == [
        (2, "employmentId", "twice_in_file"),
        (3, "employmentId", "twice_in_file"),
    ]


def test_two_main_employments_at_once():
    assert faults_of(ALICE, ALICE.replace("E-1", "E-2")) == [(3, "isMainEmployment", "several_main")]
    ended = ALICE.replace("2020-01-01;;", "2019-01-01;2019-12-31;").replace("E-1", "E-0")
    assert faults_of(ALICE, ended) == []


def test_one_number_with_two_names():
    assert faults_of(ALICE, ALICE.replace("Åberg", "Ek").replace("E-1", "E-2").replace(";ja;", ";;")) == [
        (3, "lastname", "differs_from_earlier_row")
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file_without_rows"),
        (b"PK\x03\x04\0\0", "file_not_text"),
        (b"{]", "not_json"),
        (b'{"people": []}', "not_json"),
        (b'[{"employeeNumber": "1"}]', "not_json"),
        (b"employeeNumber;lastname\n1;Ek", "columns_missing"),
        (HEAD.encode(), "file_without_rows"),
    ],
)
def test_what_is_no_such_file(content, reason):
    with pytest.raises(Unreadable) as refused:
        read(content, FORMS)
    assert refused.value.reason == reason


def test_missing_columns_are_named():
    with pytest.raises(Unreadable) as refused:
        of(ALICE, head=HEAD.replace("startDate", "from"))
    assert refused.value.columns == "startDate"


def test_person_without_employment_in_json_is_a_fault_not_a_leaver():
    faults = of_json({"employeeNumber": "1", "lastname": "Ek", "employments": []}).faults
    assert {fault.reason for fault in faults} == {"missing"}
