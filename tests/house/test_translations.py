"""The compiled catalogues say what the written ones say: a bare machine has no msgfmt."""

import ast
import gettext
from pathlib import Path

import pytest

from tests.house.sources import ROOT, name

_CATALOGUES = sorted((ROOT / "locale").rglob("*.po"))
Key = str | tuple[str, int]


@pytest.mark.parametrize("written", _CATALOGUES, ids=name)
def test_compiled_catalogue_is_in_step(written: Path) -> None:
    with written.with_suffix(".mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    compiled.pop("", None)
    assert compiled == read_catalogue(written.read_text())


def read_catalogue(text: str) -> dict[Key, str]:
    """Every finished translation, keyed as the standard library's `gettext` keys it."""
    found: dict[Key, str] = {}
    for block in text.split("\n\n"):
        fields = _fields(block)
        if "#, fuzzy" in block or not fields.get("msgid"):
            continue
        message = fields["msgid"]
        if "msgctxt" in fields:
            message = f"{fields['msgctxt']}\x04{message}"
        for field, translation in fields.items():
            if field == "msgstr" and translation:
                found[message] = translation
            elif field.startswith("msgstr[") and translation:
                found[message, int(field[7:-1])] = translation
    return found


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    field = ""
    for line in block.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        start, quote, rest = line.partition('"')
        field = start.strip() or field
        fields[field] = fields.get(field, "") + str(ast.literal_eval(quote + rest))
    return fields


def test_read_catalogue_keeps_what_is_finished() -> None:
    text = """msgid ""
msgstr "Language: en\\n"

#: a.py
msgid "uno"
msgstr "one"

msgctxt "c"
msgid ""
"d"
"os"
msgid_plural "varios"
msgstr[0] "two"
msgstr[1] "several"

#, fuzzy
msgid "tres"
msgstr "three?"

msgid "cuatro"
msgstr ""
"""
    assert read_catalogue(text) == {"uno": "one", ("c\x04dos", 0): "two", ("c\x04dos", 1): "several"}
