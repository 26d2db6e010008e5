"""The shape of every page on which people are picked: its list, its ticks, and what is done with those picked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from notica.choices import Audience, Way
from notica.student_data.asking import ask_for
from notica.student_data.choosing import Selection as Chosen
from plumier.clock import database_now
from plumier.refusals import Refused
from profesores.picking.bar import bar_of
from profesores.picking.listing import list_page, picked_of, tally
from profesores.picking.picker import Filter, Picker
from profesores.picking.selecting import change, clear, members, pick_matching, unpick_matching
from profesores.picking.writing import Address, address
from profesores.school import PARAMETER as SCHOOL
from profesores.school import address_that_says

VIEW, PICKED = "ver", "seleccion"  # in an address: those picked alone
AFTER: Final = "despues"
TO: Final = "para"  # alumno or familia
# What htmx swaps: the list with all about it, or after a tick the bar.
_LIST: Final = "picking"
_BAR: Final = "picking-bar"


def audience_of(request: HttpRequest) -> Audience:
    """Whom the pages of students speak of: the families unless the address says the students."""
    return Audience.STUDENT if request.GET.get(TO) == Audience.STUDENT else Audience.FAMILY


def picking_page(
    request: HttpRequest, picker: Picker, template: str, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Show the page (GET), or do what its form asks and show what came of it (POST).

    `template` extends the teachers' base and includes `profesores/picking/list.html`; `more` is its own context.
    """
    if request.method == "POST":
        return _Post(request, picker).answer()
    if url := address_that_says(request, picker.school):
        return HttpResponseRedirect(url)
    context = list_context(request, picker)
    if _swapped(request) == _LIST:
        return render(request, "profesores/picking/list.html", context)
    return render(request, template, {**context, **(more or {})})


def list_context(request: HttpRequest, picker: Picker) -> dict[str, Any]:
    """What the list's template needs."""
    wanted, only = picker.read(request.GET), request.GET.get(VIEW) == PICKED
    after = request.GET.get(AFTER, "")
    people = members(picker) if only else picker.matching(wanted)
    listing = list_page(picker, people, int(after) if after.isdecimal() and len(after) < 19 else 0)
    return {
        **bar_context(request, picker, wanted),
        "listing": listing,
        "page_ids": ",".join(str(row.pk) for row in listing.rows),
        "before": _joined(listing.picked),
        "only": only,
        "filtered": bool(wanted),
    }


def bar_context(request: HttpRequest, picker: Picker, wanted: Filter) -> dict[str, Any]:
    """What the bar's template needs."""
    counted = tally(picker, wanted)
    return {
        "picker": picker,
        "tally": counted,
        "bar": bar_of(picker, counted.picked),
        "action": _address(request, picker),
        "only": request.GET.get(VIEW) == PICKED,
        "filtered": bool(wanted),
    }


def _address(request: HttpRequest, picker: Picker) -> str:
    """The same page with its filter; the school said, lest another window has changed it."""
    query = request.GET.copy()
    query[SCHOOL] = picker.school.code
    return f"{request.path}?{query.urlencode()}"


def _swapped(request: HttpRequest) -> str:
    """The id of what htmx swaps; empty for a whole page, which it also wants when it goes back."""
    htmx = request.htmx  # type: ignore[attr-defined]  # put there by django-htmx
    return (htmx.target or "") if htmx and not htmx.history_restore_request else ""


def _joined(ids: Collection[int]) -> str:
    return ",".join(map(str, sorted(ids)))


def _ids(values: Collection[str]) -> set[int]:
    """Those that can be ids."""
    return {int(value) for value in values if value.isdecimal() and len(value) < 19}


@dataclass(slots=True)
class _Post:
    """What the form of a page asks.

    Its ticks are always kept first, as differences from how the page was shown: an old page takes nothing from a new.
    """

    request: HttpRequest
    picker: Picker

    def answer(self) -> HttpResponse:
        do, now = self.request.POST.get("hacer", ""), database_now()
        page = self._listed("filas")
        if do != "vaciar":
            self._keep_ticks(now)
        wanted = self.picker.read(self.request.GET)
        acts: dict[str, Callable[[], None]] = {
            "pagina": lambda: change(self.picker, page, (), now=now),
            "todos": lambda: pick_matching(self.picker, wanted, now=now),
            "ninguno": lambda: unpick_matching(self.picker, wanted, now=now),
            "vaciar": lambda: clear(self.picker),
        }
        if do in acts:
            acts[do]()
        elif do in Way.values:
            return self._write(Way(do), now)
        elif do == "datos" and self.picker.gives_data:
            return self._ask_data(now)
        return self._show(wanted, page)

    def _listed(self, name: str) -> set[int]:
        return _ids(self.request.POST.get(name, "").split(","))

    def _keep_ticks(self, now: datetime) -> None:
        ticked = _ids(self.request.POST.getlist("marcada"))
        before = self._listed("estaban")
        change(self.picker, ticked - before, before - ticked, now=now)

    def _show(self, wanted: Filter, page: Collection[int]) -> HttpResponse:
        if _swapped(self.request) == _LIST:
            return render(
                self.request, "profesores/picking/list.html", list_context(self.request, self.picker)
            )
        if _swapped(self.request) == _BAR:
            before = _joined(picked_of(self.picker, sorted(page)))
            context = {**bar_context(self.request, self.picker, wanted), "before": before, "swapped": True}
            return render(self.request, "profesores/picking/changed.html", context)
        return _go(_address(self.request, self.picker))

    def _write(self, way: Way, now: datetime) -> HttpResponse:
        found = address(self.picker, way, agreed="solo" in self.request.POST, now=now)
        if found.draft is not None:
            return _go(reverse("profesores:write", args=[found.draft.token]))
        return self._refuse(found, way)

    def _refuse(self, found: Address, way: Way) -> HttpResponse:
        context = {"found": found, "way": way, "action": _address(self.request, self.picker)}
        inside = "inside" if _swapped(self.request) else "whole"
        return render(self.request, f"profesores/picking/before_writing_{inside}.html", context)

    def _ask_data(self, now: datetime) -> HttpResponse:
        chosen = Chosen(students=frozenset(members(self.picker).values_list("pk", flat=True)))
        try:
            asked = ask_for(chosen, self.picker.school, by=self.picker.user, now=now)
        except Refused as refusal:
            messages.error(self.request, str(refusal))
            return _go(_address(self.request, self.picker))
        messages.success(self.request, _("Pedido. El libro le llegará por correo y a Notica."))
        return _go(reverse("notica:export", args=[asked.token]))


def _go(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
