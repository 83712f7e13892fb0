"""Is the file shaped as the JSON Schema says? Faults in plain Swedish."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from app.catalogue.faults import CatalogueFault
from app.catalogue.marked_yaml import MarkedYaml, Path

SCHEMA_FILE = FilePath(__file__).with_name("catalogue.schema.json")
TYPES = {
    "object": "nycklar med värden",
    "array": "en lista",
    "string": "text (siffror och ja/nej inom citattecken)",
    "integer": "ett heltal",
    "boolean": "true eller false",
}
PATTERNS = {
    "^[A-Z][A-Z0-9-]{0,29}$": "en kod med stora bokstäver, siffror och bindestreck",
    "^[a-z][a-z0-9_]*$": "en roll med små bokstäver, siffror och understreck",
    "^https?://": "en adress som börjar med https://",
    "^[^@\\s]+@[^@\\s]+$": "en mailadress",
    "^[01][0-9]-[0-3][0-9]$": "månad och dag som 12-28",
}


@cache
def validator() -> Draft202012Validator:
    """The compiled schema."""
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def shape_faults(source: MarkedYaml) -> list[CatalogueFault]:
    """Every place where the file is not shaped as the schema says; empty when it is."""
    return [fault for error in validator().iter_errors(source.data) for fault in _faults(source, error)]


def _faults(source: MarkedYaml, error: ValidationError) -> Iterator[CatalogueFault]:
    path: Path = tuple(error.absolute_path)
    schema: Any = error.schema
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        known = sorted(schema["properties"])
        for key in sorted(set(instance) - set(known)):
            yield source.fault((*path, key), "en okänd nyckel", _nearest(key, known))
    elif error.validator == "required":
        # jsonschema reports one error for each missing key; its name is only in the message's quotes
        missing = error.message.split("'")[1]
        yield source.fault((*path, missing), "ingenting", "nyckeln, den måste finnas")
    else:
        yield source.fault(path, shown(instance), _expected(error))


def _nearest(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    return f"kanske {close[0]}" if close else "någon av " + ", ".join(known)


def _expected(error: ValidationError) -> str:
    rule: Any = error.validator_value
    texts: dict[str, str] = {
        "type": TYPES.get(str(rule), str(rule)),
        "enum": "en av " + ", ".join(str(v) for v in rule) if error.validator == "enum" else "",
        "const": str(rule),
        "pattern": PATTERNS.get(str(rule), f"text som följer {rule}"),
        "format": "ett datum som 2026-12-31",
        "minimum": f"minst {rule}",
        "maximum": f"högst {rule}",
        "minLength": "text som inte är tom",
        "maxLength": f"högst {rule} tecken",
        "minItems": f"minst {rule} i listan",
        "uniqueItems": "varje värde en gång",
    }
    return texts.get(str(error.validator), error.message)


def shown(value: Any) -> str:
    """``value`` as it is shown in a fault: short, and by kind for what is long."""
    if isinstance(value, dict):
        return "nycklar med värden"
    if isinstance(value, list):
        return "en lista"
    if value is None:
        return "ingenting"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
