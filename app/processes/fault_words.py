"""What the loader says about a faulty file, in words of ours; names from the file stay as they are."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from workflows.errors import DefinitionError

MACHINE: Mapping[str, object] = {
    "an unknown key": _("en nyckel som inte finns"),
    "plain YAML": _("vanlig YAML"),
    "bytes that are not UTF-8": _("tecken som inte är UTF-8"),
}


def fault(error: DefinitionError) -> str:
    """A fault in a sentence: the line, the key, what was found, what was expected."""
    return gettext(
        "Rad %(line)s, %(key)s: filen säger %(found)s. Väntat: %(expected)s.",
        line=error.line,
        key=error.key,
        found=machine(error.found),
        expected=machine(error.expected),
    )


def machine(text: str) -> str:
    """The loader's words with their commonest turns translated."""
    if text in MACHINE:
        return str(MACHINE[text])
    if text.startswith("one of "):
        return gettext("något av %(names)s", names=text.removeprefix("one of "))
    found, required, _rest = text.partition(" is a required property")
    if required:
        return gettext("att nyckeln %(name)s finns", name=found)
    found, listed, names = text.partition(" is not one of ")
    return gettext("något av %(names)s", names=names.strip("[]")) if listed else text
