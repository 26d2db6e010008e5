"""Catalogues of translations as they are written, and the texts of the code they must have."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from tests.house.sources import PACKAGES, ROOT

Key = str | tuple[str, int]
# What `makemessages` asks for.
_KEYWORDS = (
    *("gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3"),
    *("pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. `forms` are its translations, one for each of the language's plural forms where it has them."""

    message: str
    plural: str
    context: str
    forms: tuple[str, ...]
    fuzzy: bool

    @property
    def key(self) -> str:
        """As the standard library's `gettext` writes it."""
        return f"{self.context}\x04{self.message}" if self.context else self.message

    @property
    def finished(self) -> bool:
        """Whether people see it."""
        return all(self.forms) and not self.fuzzy

    def compiled(self) -> dict[Key, str]:
        """What the compiled catalogue has of it."""
        if not self.finished:
            return {}
        if not self.plural:
            return {self.key: self.forms[0]}
        return {(self.key, number): form for number, form in enumerate(self.forms)}


def read_header(text: str) -> str:
    """What stands above the messages, comments too."""
    return text.partition("\n\n")[0]


def read_entries(text: str) -> list[Entry]:
    """Every message of a catalogue, the header left out."""
    return [entry for entry in map(_entry, text.split("\n\n")) if entry.message]


def _entry(block: str) -> Entry:
    fields: dict[str, str] = {}
    field = ""
    for line in block.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        start, quote, rest = line.partition('"')
        field = start.strip() or field
        fields[field] = fields.get(field, "") + str(ast.literal_eval(quote + rest))
    return Entry(
        message=fields.get("msgid", ""),
        plural=fields.get("msgid_plural", ""),
        context=fields.get("msgctxt", ""),
        forms=tuple(form for name, form in fields.items() if name.startswith("msgstr")),
        fuzzy=any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines()),
    )


def texts_in_code(folder: Path) -> list[Entry]:
    """What people read of Python and of templates, as `xgettext` finds it; `folder` is to work in."""
    sources = []
    for number, (path, text) in enumerate(_sources()):
        source = folder / f"{number}.py"
        source.write_text(text if path.suffix == ".py" else templatize(text, origin=str(path)))
        sources.append(str(source))
    keywords = [f"--keyword={keyword}" for keyword in _KEYWORDS]
    command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--no-location", "--no-wrap", *keywords]
    found = subprocess.run([*command, "--output=-", *sources], check=True, capture_output=True, text=True)
    return read_entries(found.stdout)


def _sources() -> Iterator[tuple[Path, str]]:
    for folder in (*PACKAGES, "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"}:
                yield path, path.read_text()
