"""What the form of a letter shows, on its own page and in its thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import ngettext

from mirador.letter_form import LetterForm
from notica.letter_limits import LETTER_LENGTH
from notica.writing.attaching import MOST_BYTES, MOST_BYTES_ALL, MOST_FILES


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody whom the letter may be to; `gone`: who does not teach the student any more."""

    pk: int
    name: str
    chosen: bool
    gone: bool = False


def form_context(form: LetterForm, people: Sequence[Addressed], action: str) -> dict[str, Any]:
    """What the form needs. An unsaved draft has no files."""
    draft, characters = form.draft, len(form.text.strip())
    chosen = [one for one in people if one.chosen]
    words = ngettext("Enviar a %(n)d profesor", "Enviar a %(n)d profesores", len(chosen))
    return {
        "form": form,
        "draft": draft,
        "action": action,
        "chosen": chosen,
        "others": [one for one in people if not one.chosen],
        "people": people,
        "send_words": words % {"n": len(chosen)},
        "files": draft.files.all() if draft.pk else (),
        "characters": characters,
        "most": LETTER_LENGTH,
        "over": max(characters - LETTER_LENGTH, 0),
        "most_files": MOST_FILES,
        "most_bytes": MOST_BYTES,
        "most_bytes_all": MOST_BYTES_ALL,
    }


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for the form alone."""
    htmx = request.htmx  # type: ignore[attr-defined]  # put there by django-htmx
    return bool(htmx) and not htmx.history_restore_request


def number_of(typed: str) -> int:
    """What may be an id or a version; 0 for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def see_other(url: str) -> HttpResponseRedirect:
    """Lead on by a GET: what was posted is done."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
