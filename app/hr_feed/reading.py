"""A file from HR, JSON or CSV, read into people; or every fault of it, for nothing of a faulty file is applied."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from app import delimited
from app.delimited import NotText
from app.hr_feed.fields import EMPLOYMENT, EVENTS, PERSON, REQUIRED, Field, Unreadable
from workflows.hr_employment import HrEmployment
from workflows.personal_numbers import find_personnummer

LARGEST = 200_000_000  # bytes
MOST_FAULTS = 1000  # a report that anybody reads


@dataclass(frozen=True, slots=True)
class HrPerson:
    """Somebody whom HR knows, with at least one employment."""

    employee_number: str
    person_key: str
    given_name: str
    surname: str
    protected: bool
    employments: tuple[HrEmployment, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where. ``line`` counts from 1: the line of a CSV, the person's place in a JSON list.

    ``value`` is what stood there; empty where it may not be repeated.
    """

    line: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a file says. Whoever has faults to read applies nothing."""

    people: tuple[HrPerson, ...] = ()
    faults: tuple[Fault, ...] = ()


Row = tuple[int, Mapping[str, Any]]


def read(content: bytes, forms: Mapping[str, str]) -> Feed:
    """The people of the file, or its faults (never both); ``forms`` are the words for employment forms.

    Raises Unreadable for what is no such file: file_too_large, file_not_text, file_without_rows, columns_missing,
    not_json.
    """
    if len(content) > LARGEST:
        raise Unreadable("file_too_large")
    try:
        rows = list(_rows(content))
    except NotText:
        raise Unreadable("file_not_text") from None
    if not rows:
        raise Unreadable("file_without_rows")
    reader = _Reader(forms)
    for row in rows:
        reader.take(row)
    people = reader.people()
    return Feed(faults=tuple(reader.faults[:MOST_FAULTS])) if reader.faults else Feed(people)


def _rows(content: bytes) -> Iterator[Row]:
    """One row for each employment, of either kind of file."""
    text = delimited.decode(content)
    return _of_json(text) if text.lstrip()[:1] in ("[", "{") else _of_csv(text)


def _of_json(text: str) -> Iterator[Row]:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise Unreadable("not_json") from error
    people = told.get("persons") if isinstance(told, dict) else told
    if not isinstance(people, list) or not all(isinstance(person, dict) for person in people):
        raise Unreadable("not_json")
    for line, person in enumerate(people, 1):
        employments = person.get("employments")
        if not isinstance(employments, list) or not all(isinstance(one, dict) for one in employments):
            raise Unreadable("not_json", line=line)
        about = {name: value for name, value in person.items() if name != "employments"}
        for one in employments or [{}]:
            yield line, about | {name: _number_of(value) for name, value in one.items()}


def _number_of(value: Any) -> Any:
    """A manager is told as an object with a number, or by the number alone."""
    return value.get("employeeNumber") if isinstance(value, dict) else value


def _of_csv(text: str) -> Iterator[Row]:
    head: list[str] = []
    for line, cells in delimited.rows(text):
        if not any(cells):
            continue
        if not head:
            head = _head(cells)
        else:
            yield line, dict(zip(head, cells, strict=False))


def _head(cells: Sequence[str]) -> list[str]:
    """The columns by the names of the format, in any case and order."""
    names = {field.name.casefold(): field.name for field in (*PERSON, *EMPLOYMENT)}
    head = [names.get(cell.casefold(), "") for cell in cells]
    if lacking := [name for name in REQUIRED if name not in head]:
        raise Unreadable("columns_missing", columns=", ".join(lacking))
    return head


@dataclass(slots=True)
class _Reader:
    """Takes the rows, keeps the faults."""

    forms: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)
    _about: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    _theirs: dict[str, list[tuple[int, HrEmployment]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, row: Row) -> None:
        """One employment, with the person whose it is."""
        line, values = row
        before = len(self.faults)
        person, employment = self._read(line, values, PERSON), self._read(line, values, EMPLOYMENT)
        if len(self.faults) > before or self._out_of_order(line, employment):
            return
        number = person["employee_number"]
        known = self._about.setdefault(number, (line, person))[1]
        self._theirs[number].append((line, HrEmployment(**employment)))
        for one in PERSON:
            if known[one.ours] != person[one.ours]:
                self._fault(line, one.name, values.get(one.name), "differs_from_earlier_row")

    def people(self) -> tuple[HrPerson, ...]:
        """Everybody, by number, once all rows are taken; what only the whole shows wrong becomes a fault."""
        self._check_keys()
        self._check_mains()
        return tuple(
            HrPerson(**person, employments=tuple(employment for _, employment in self._theirs[number]))
            for number, (_, person) in sorted(self._about.items())
        )

    def _read(self, line: int, values: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for one in fields:
            try:
                found[one.ours] = one.read(values.get(one.name))
            except Unreadable as refusal:
                self._fault(line, one.name, values.get(one.name), refusal.reason)
        return found

    def _out_of_order(self, line: int, employment: dict[str, Any]) -> bool:
        """What is readable and can't be. Sets the form to ours."""
        before = len(self.faults)
        form = self.forms.get(employment["form"].casefold())
        if form is None:
            self._fault(line, "formOfEmploymentId", employment["form"], "unknown_form")
        if employment["event"] not in EVENTS:
            self._fault(line, "eventInfo", employment["event"], "unknown_event")
        for first, last, name in (("starts_on", "ends_on", "endDate"), ("leave_from", "leave_to", "leaveTo")):
            if employment[last] and not (employment[first] and employment[first] <= employment[last]):
                self._fault(line, name, employment[last].isoformat(), "ends_before_start")
        employment["form"] = form
        return len(self.faults) > before

    def _check_keys(self) -> None:
        places = [(one.key, line) for theirs in self._theirs.values() for line, one in theirs]
        twice = {key for key, times in Counter(key for key, _ in places).items() if times > 1}
        for key, line in sorted(places, key=lambda place: place[1]):
            if key in twice:
                self._fault(line, "employmentId", key, "twice_in_file")

    def _check_mains(self) -> None:
        """One main employment at a time."""
        for theirs in self._theirs.values():
            mains = sorted((one.starts_on, line, one) for line, one in theirs if one.is_main)
            for (_, _, earlier), (starts_on, line, _) in pairwise(mains):
                if earlier.lasts(starts_on):
                    self._fault(line, "isMainEmployment", "true", "several_main")

    def _fault(self, line: int, name: str, value: Any, reason: str) -> None:
        shown = "" if value is None or isinstance(value, dict | list) else str(value)[:40]
        self.faults.append(Fault(line, name, "" if find_personnummer(shown) else shown, reason))
