"""Every text is there in every language, and the compiled catalogues say what the written ones say.

The compiled ones are kept with the source: a bare machine has no msgfmt.
"""

import gettext
import re
import shutil
from collections import Counter
from pathlib import Path

import allauth
import django
import pytest

from tests.house.catalogues import Entry, read_entries, read_header, texts_in_code
from tests.house.sources import ROOT, name

OURS = sorted((ROOT / "locale").rglob("*.po"))
LIBRARIES = sorted((ROOT / "locale_libraries").rglob("*.po"))
_KEPT = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|</?\w+[^<>]*>|\n")
_EDGES = re.compile(r"^\s*|\s*$")

written_ones = pytest.mark.parametrize("written", [*OURS, *LIBRARIES], ids=name)


def test_every_language_has_a_catalogue() -> None:
    assert [name(path) for path in OURS] == [
        "locale/en/LC_MESSAGES/django.po",
        "locale/vi/LC_MESSAGES/django.po",
    ]


@written_ones
def test_catalogue_is_finished(written: Path) -> None:
    unfinished = [entry.message for entry in read_entries(written.read_text()) if not entry.finished]
    assert unfinished == []


@written_ones
def test_catalogue_keeps_what_is_filled_in(written: Path) -> None:
    entries = [entry for entry in read_entries(written.read_text()) if entry.finished]
    assert [entry.message for entry in entries if _differs(entry)] == []


@written_ones
def test_catalogue_names_nobody_and_no_hour(written: Path) -> None:
    header = read_header(written.read_text())
    assert re.findall(r".*(?:Date|Translator|Team|@|YEAR|fuzzy).*", header) == []


@written_ones
def test_compiled_catalogue_is_in_step(written: Path) -> None:
    with written.with_suffix(".mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    compiled.pop("", None)
    entries = read_entries(written.read_text())
    assert compiled == {key: form for entry in entries for key, form in entry.compiled().items()}


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext is not installed on this machine")
@pytest.mark.parametrize("written", OURS, ids=name)
def test_catalogue_has_every_text_of_the_code(written: Path, tmp_path: Path) -> None:
    known = {(entry.key, entry.plural) for entry in read_entries(written.read_text())}
    asked = {(entry.key, entry.plural) for entry in texts_in_code(tmp_path)}
    assert asked - known == set()


@pytest.mark.parametrize("written", LIBRARIES, ids=name)
def test_library_catalogue_has_only_what_the_libraries_ask(written: Path) -> None:
    folders = [Path(library.__file__).parent for library in (django, allauth)]
    catalogues = [path for one in folders for path in one.rglob(f"locale/en/LC_MESSAGES/{written.name}")]
    asked = {(entry.key, entry.plural) for path in catalogues for entry in read_entries(path.read_text())}
    assert {(entry.key, entry.plural) for entry in read_entries(written.read_text())} - asked == set()


def _differs(entry: Entry) -> bool:
    """Each form has what the singular or the plural has, in any order, and the same blanks at its ends."""
    allowed = [_shape(entry.message), _shape(entry.plural or entry.message)]
    return any(_shape(form) not in allowed for form in entry.forms)


def _shape(text: str) -> tuple[Counter[str], list[str]]:
    return Counter(_KEPT.findall(text)), _EDGES.findall(text)


CATALOGUE = """msgid ""
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

#, fuzzy, python-format
msgid "tres %s"
msgstr "three? %s"

msgid "cuatro"
msgstr ""
"""


def test_read_entries_takes_every_message() -> None:
    assert read_entries(CATALOGUE) == [
        Entry("uno", "", "", ("one",), fuzzy=False),
        Entry("dos", "varios", "c", ("two", "several"), fuzzy=False),
        Entry("tres %s", "", "", ("three? %s",), fuzzy=True),
        Entry("cuatro", "", "", ("",), fuzzy=False),
    ]


def test_compiled_keeps_what_is_finished() -> None:
    compiled = [entry.compiled() for entry in read_entries(CATALOGUE)]
    assert compiled == [{"uno": "one"}, {("c\x04dos", 0): "two", ("c\x04dos", 1): "several"}, {}, {}]


@pytest.mark.parametrize(
    ("message", "form", "differs"),
    [
        ("El %(day)s a %(who)s", "%(who)s, %(day)s", False),
        ("El %(day)s", "On the day", True),
        ("El %(day)s", "On %(date)s", True),
        ("<b>uno</b>", "one", True),
        ("uno ", "one", True),
        ("uno\ndos", "one two", True),
        ("Uno: %s.", "One: %s.", False),
    ],
)
def test_differs_finds_what_is_lost(message: str, form: str, differs: bool) -> None:
    assert _differs(Entry(message, "", "", (form,), fuzzy=False)) == differs
