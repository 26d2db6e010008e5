"""The style guide: every component of the pages in every state, as people see it."""

import re
from functools import cache
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notica.marks import Mark, legend
from plumier.access import works_somewhere
from plumier.policies import policy

_COLOURS = (
    *(
        "paper",
        "sheet",
        "sheet-hover",
        "ink",
        "ink-soft",
        "line",
        "line-strong",
        "brand",
        "brand-soft",
        "on-brand",
    ),
    *("good", "good-soft", "bad", "bad-soft", "warn", "warn-soft", "info", "info-soft", "plain-soft"),
)
_TOPICS = (
    "colours",
    "words",
    "buttons",
    "marks",
    "notices",
    "fields",
    "lists",
    "figures",
    "reading",
    "dialogs",
)
_PEOPLE = (
    ("Aguilar Benítez, Martín", "3031 · 1º ESO A", ("email", "telegram")),
    ("Alberto Somoza, Eloísa", "3002 · 2º ESO B", ("email",)),
    ("Nguyễn Thị Hương Giang", "3007 · 2º ESO B", ()),
)
_CHIPS = {"email": "E-mail", "telegram": "Telegram"}


class ExampleForm(forms.Form):
    """A field of each kind; shown as sent with nothing in it, so that its errors stand there."""

    subject = forms.CharField(label=_("Asunto"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    text = forms.CharField(label=_("Mensaje"), widget=forms.Textarea(attrs={"rows": 4}))


@require_safe
@policy(works_somewhere)
def style(request: HttpRequest) -> HttpResponse:
    """Every component. With `dialogo`, an example of a dialog: as a fragment, or as a page of its own."""
    if "dialogo" in request.GET:
        name = "inside" if request.htmx else "whole"  # type: ignore[attr-defined]
        return render(request, f"profesores/style/dialog_{name}.html")
    return render(request, "profesores/style.html", _context())


def _context() -> dict[str, Any]:
    return {
        "topics": [f"profesores/style/{topic}.html" for topic in _TOPICS],
        "colours": _COLOURS,
        "icons": _icons(),
        "legend": legend(),
        "plain": ExampleForm(),
        "wrong": ExampleForm({}, auto_id="wrong_%s"),
        "people": [
            {"name": name, "about": about, "marks": [Mark(_CHIPS[way], "check", "good") for way in ways]}
            for name, about, ways in _PEOPLE
        ],
    }


@cache
def _icons() -> list[str]:
    """The names of all icons that are drawn."""
    return re.findall(r'id="i-([a-z-]+)"', render_to_string("components/icons.html"))
