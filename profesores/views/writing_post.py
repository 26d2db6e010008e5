"""What the form of a draft asks. Whatever it is, what was typed is kept first."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from channels_app.sms.plain import without_accents
from notica.checking import office_hours
from notica.models import KeptDraft, TextTemplate
from notica.refusals import Refused
from notica.writing.attaching import add_file, remove_file
from notica.writing.counting import plain_offer
from notica.writing.keeping import Changed, discard, drafts_open_to, save, send_kept
from notica.writing.preview import CALCULATING, READY, REFUSED, Summary, summary_of
from notica.writing.texts import templates_for
from plumier.clock import database_now, database_today
from plumier.policies import user_of
from profesores.forms import LATER, WritingForm
from profesores.views.writing_shown import (
    REVIEW,
    WHEN_CLOSED,
    fragment_of,
    review_context,
    signature,
    who_context,
    writing_page,
)

DISCARD: Final = "descartar"
REMOVE: Final = "quitar-"  # before a file's id
_CHANGED: Final = 409


class Post:
    """One answer to one press of one of its buttons."""

    def __init__(self, request: HttpRequest, draft: KeptDraft) -> None:
        self.request, self.user, self.now = request, user_of(request), database_now()
        self.draft = draft
        self.data = request.POST.copy()
        self.form = WritingForm(draft, self.data, request.FILES)
        self.more: dict[str, Any] = {}

    def answer(self) -> HttpResponse:
        """Do it, and show what came of it."""
        do = self.data.get("hacer", "")
        if do == DISCARD:
            return self._discard()
        if do == "confirmar":
            return self._confirm()
        self._prepare(do)
        if not self._keep():
            return self._not_kept()
        if self.data.get("solo") == "guardado":
            return render(self.request, "components/kept.html", {"draft": self.draft})
        self._files(do)
        acts: dict[str, Callable[[], HttpResponse]] = {
            "cerrar": self._close,
            "revisar": self._send,
            "enviar": self._send,
            WHEN_CLOSED: self._send,
        }
        return acts.get(do, self._show)()

    # What changes the text before it is kept

    def _prepare(self, do: str) -> None:
        """What the text becomes, where a button changes it."""
        changes: dict[str, Callable[[], None]] = {
            "plantilla": lambda: self._take(replaces=False, asks=True),
            "poner-detras": lambda: self._take(replaces=False, asks=False),
            "poner-encima": lambda: self._take(replaces=True, asks=False),
            "tildes": self._offer_plain,
            "sin-tildes": self._make_plain,
            WHEN_CLOSED: self._when_closed,
        }
        if do in changes:
            changes[do]()
            self.form = WritingForm(self.draft, self.data, self.request.FILES)

    def _take(self, *, replaces: bool, asks: bool) -> None:
        """Begin from a template: never over a text that was typed without being asked."""
        template = self._template()
        typed = self.data.get("body", "").strip()
        if template is None:
            return
        if typed and asks:
            self.more["asked_about"] = template
            return
        ahead = f"{typed}\n\n" if typed and not replaces else ""
        self.data["body"] = ahead + template.body
        if template.subject and (replaces or not self.data.get("subject", "").strip()):
            self.data["subject"] = template.subject
        self.data["plantilla"] = ""

    def _template(self) -> TextTemplate | None:
        wanted = _number(self.data.get("plantilla", ""))
        return templates_for(self.user, self.draft.school).filter(pk=wanted).first() if wanted else None

    def _offer_plain(self) -> None:
        self.more["plain"] = plain_offer(self._typed().strip())
        self.more["is_plain"] = not self.more["plain"]

    def _make_plain(self) -> None:
        self.data["body"] = without_accents(self._typed())

    def _when_closed(self) -> None:
        """For when the office closes, on the day that was chosen; if it has closed meanwhile, for now."""
        self.form.is_valid()
        kept = self.form.written()
        school, at = self.draft.school, kept.not_before or self.now
        closes = office_hours(school, school.policy, at).next_outside(at)
        if closes == at:
            return
        local = closes.astimezone(self.form.zone)
        moment = {"when": LATER, "day": f"{local:%Y-%m-%d}", "hour": f"{local:%H:%M}"}
        for name, value in moment.items():
            self.data[name] = value

    def _typed(self) -> str:
        return self.data.get("body", "").replace("\r\n", "\n")

    # Keeping

    def _keep(self) -> bool:
        """Keep all that was typed; a refusal is said on top of the page."""
        self.form.is_valid()
        seen = _number(self.data.get("version", ""))
        try:
            self.draft = save(self.draft, self.form.written(), seen=seen, by=self.user, now=self.now)
        except Refused as refusal:
            self.more |= {"problem": str(refusal), "is_elsewhere": isinstance(refusal, Changed)}
            return False
        self.form.draft = self.draft
        return True

    def _not_kept(self) -> HttpResponse:
        """Say why. What was sent meanwhile is looked at; what another tab changed may be written over knowingly."""
        try:
            self._read_again()
        except ObjectDoesNotExist:
            messages.error(self.request, self.more["problem"])
            return see_other(reverse("profesores:drafts"))
        if self.draft.sent_as is not None:
            return see_other(reverse("notica:message", args=[self.draft.sent_as.token]))
        if self.data.get("solo") == "guardado":
            context = {"problem": self.more["problem"]}
            return render(self.request, "components/kept.html", context, status=_CHANGED)
        return writing_page(self.request, self.form, self.more)

    def _read_again(self) -> None:
        self.draft = drafts_open_to(self.user, database_today()).get(pk=self.draft.pk)
        self.form.draft = self.draft

    def _files(self, do: str) -> None:
        """Keep the files that came and take away the one that was pressed, whatever else is wrong."""
        for upload in self.request.FILES.getlist("files"):
            try:
                add_file(self.draft, upload, by=self.user, now=self.now)
            except Refused as refusal:
                self.form.add_error("files", f"{upload.name}: {refusal}")
        gone = _number(do.removeprefix(REMOVE)) if do.startswith(REMOVE) else None
        file = self.draft.files.filter(pk=gone).first() if gone else None
        if file is not None:
            remove_file(file, by=self.user, now=self.now)
        self._read_again()

    # What is done then

    def _show(self) -> HttpResponse:
        """The page again. Without a script the browser is led to it, so that loading it again asks for nothing."""
        if self.form.errors or self.more or fragment_of(self.request):
            return writing_page(self.request, self.form, self.more)
        messages.success(self.request, _("Guardado."))
        return see_other(self.request.path)

    def _close(self) -> HttpResponse:
        messages.success(self.request, _("Borrador guardado."))
        return see_other(reverse("profesores:drafts"))

    def _discard(self) -> HttpResponse:
        """What was sent from another window is said, and looked at."""
        try:
            discard(self.draft, by=self.user, now=self.now)
        except Refused as refusal:
            self._read_again()
            assert self.draft.sent_as is not None
            messages.error(self.request, str(refusal))
            return see_other(reverse("notica:message", args=[self.draft.sent_as.token]))
        messages.success(self.request, _("Borrador descartado."))
        return see_other(reverse("profesores:drafts"))

    def _send(self) -> HttpResponse:
        """Send it, or show it once more where that is due: to many, by SMS, or not as it was shown."""
        self.form.check_for_sending(self.now)
        summary = summary_of(self.draft, by=self.user, now=self.now)
        if summary.state == REFUSED:
            self.more["problem"] = summary.problem
        elif summary.text_problem and not self.form.errors:
            self.form.add_error("body", summary.text_problem)
        elif summary.office:
            self.more["problem"] = summary.office
        if self.form.errors or self.more:
            return writing_page(self.request, self.form, self.more)
        seen = self.data.get("visto", "")
        if who_context(self.draft, summary)["reviews"] or seen != signature(summary):
            return self._review(summary, is_changed=summary.state == READY and seen.startswith(READY + "/"))
        return self._deliver(self.draft.version)

    def _confirm(self) -> HttpResponse:
        """From the last look: nothing typed comes with it."""
        summary = summary_of(self.draft, by=self.user, now=self.now)
        problem = summary.problem or summary.text_problem or summary.office
        if problem:
            return writing_page(self.request, WritingForm(self.draft), {"problem": problem})
        if self.data.get("visto") != signature(summary):
            return self._review(summary, is_changed=True)
        return self._deliver(_number(self.data.get("version", "")))

    def _review(self, summary: Summary, *, is_changed: bool) -> HttpResponse:
        is_changed = is_changed and self.data.get("visto") != signature(summary)
        if not fragment_of(self.request) and (summary.state == CALCULATING or not is_changed):
            return see_other(f"{self.request.path}?{REVIEW}=1")
        context = review_context(self.request, self.draft, summary, is_changed=is_changed)
        inside = "profesores/writing/review.html"
        return render(
            self.request, inside if fragment_of(self.request) else "profesores/writing.html", context
        )

    def _deliver(self, seen: int | None) -> HttpResponse:
        """Send it. Pressed twice it is one send, whose page opens both times."""
        try:
            message = send_kept(self.draft, seen=seen, by=self.user, now=self.now)
        except Refused as refusal:
            self._read_again()
            return writing_page(self.request, WritingForm(self.draft), {"problem": str(refusal)})
        return see_other(reverse("notica:message", args=[message.token]))


def _number(typed: str) -> int | None:
    """What may be an id or a version; None for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


def see_other(url: str) -> HttpResponse:
    """Lead on by a GET."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
