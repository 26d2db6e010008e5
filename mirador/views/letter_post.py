"""What the form of a letter asks. Whatever it is, what was typed is kept first."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from mirador.letter_form import LetterForm
from mirador.views.letter_shown import is_fragment, number_of, see_other
from notica.models import KeptDraft, Message
from notica.refusals import Refused
from notica.sent_words import sent_words
from notica.writing.attaching import add_file, remove_file
from notica.writing.keeping import Changed, discard, save
from notica.writing.letter_drafts import address, keep_in_thread, letters_open_to, send_letter
from plumier.clock import database_now, database_today
from plumier.policies import user_of

KEPT: Final = "components/kept.html"
REMOVE, WITHOUT, ALSO = "quitar-", "sin-", "con-"  # before the id of a file, of a teacher
_CHANGED: Final = 409
_MOST_NAMED: Final = 100
Show = Callable[[LetterForm, dict[str, Any]], HttpResponse]


class LetterPost:
    """One answer to one press of one of its buttons. `show` makes the page on which the form stands."""

    def __init__(self, request: HttpRequest, draft: KeptDraft, show: Show) -> None:
        self.request, self.user, self.now = request, user_of(request), database_now()
        self.draft, self.show = draft, show
        self.form = LetterForm(draft, request.POST, request.FILES)
        self.problem: dict[str, Any] = {}

    def answer(self) -> HttpResponse:
        """Do it, and show what came of it."""
        do = self.request.POST.get("hacer", "")
        if do == "descartar":
            return self._discard()
        self.form.is_valid()
        if not self._keep(do):
            return self._not_kept()
        if self._only_keeps():
            return render(self.request, KEPT, {"draft": self.draft})
        self._files(do)
        if do == "enviar":
            return self._send()
        return self._again()

    def _only_keeps(self) -> bool:
        return self.request.POST.get("solo") == "guardado"

    def _keep(self, do: str) -> bool:
        """Keep all that was typed and to whom it is; a refusal is said on top of the form."""
        seen = number_of(self.request.POST.get("version", "")) if "version" in self.request.POST else None
        try:
            self.draft = save(self.draft, self.form.written(), seen=seen, by=self.user, now=self.now)
            if "personas" in self.request.POST:
                self.draft = address(self.draft, self._people(do), by=self.user, now=self.now)
        except Refused as refusal:
            self.problem = {"problem": str(refusal), "is_elsewhere": isinstance(refusal, Changed)}
            return False
        self.form.draft = self.draft
        return True

    def _people(self, do: str) -> set[int]:
        """To whom the form says it is, with the one who was taken out or in."""
        named = {number_of(typed) for typed in self.request.POST.getlist("a")[:_MOST_NAMED]}
        if do.startswith(ALSO):
            named.add(number_of(do.removeprefix(ALSO)))
        gone = number_of(do.removeprefix(WITHOUT)) if do.startswith(WITHOUT) else 0
        return named - {gone}

    def _not_kept(self) -> HttpResponse:
        """Say why. What was sent meanwhile is looked at; what another tab changed may be written over knowingly."""
        now_it_is = letters_open_to(self.user, database_today()).filter(pk=self.draft.pk).first()
        if now_it_is is None:
            messages.error(self.request, self.problem["problem"])
            return self._lead(reverse("mirador:write"))
        self.draft = self.form.draft = now_it_is
        if self._only_keeps():
            return render(self.request, KEPT, {"problem": self.problem["problem"]}, status=_CHANGED)
        if now_it_is.sent_as is not None:
            return self._sent_elsewhere(now_it_is.sent_as)
        return self.show(self.form, self.problem)

    def _sent_elsewhere(self, sent: Message) -> HttpResponse:
        """Pressed twice it was one letter; what another window had not sent waits in the thread, as the next one."""
        typed = self.form.written()
        if typed.body.strip() not in ("", sent.body.strip()):
            try:
                keep_in_thread(sent.in_reply_to or sent, typed, by=self.user, now=self.now)
            except Refused as refusal:
                return self.show(self.form, {"problem": str(refusal)})
            messages.warning(
                self.request,
                _(
                    "Ese mensaje ya se envió desde otra ventana. Lo que ha escrito ahora está aquí, sin enviar."
                ),
            )
        return self._to_thread(sent)

    def _files(self, do: str) -> None:
        """Keep the files that came and take away the one that was pressed, whatever else is wrong."""
        for upload in self.request.FILES.getlist("files"):
            try:
                add_file(self.draft, upload, by=self.user, now=self.now)
            except Refused as refusal:
                self.form.add_error("files", f"{upload.name}: {refusal}")
        gone = number_of(do.removeprefix(REMOVE)) if do.startswith(REMOVE) else 0
        if file := self.draft.files.filter(pk=gone).first():
            remove_file(file, by=self.user, now=self.now)
        self.draft.refresh_from_db()

    def _send(self) -> HttpResponse:
        self.form.check_for_sending()
        if self.form.errors:
            return self.show(self.form, {})
        try:
            message = send_letter(self.draft, seen=self.draft.version, by=self.user, now=self.now)
        except Refused as refusal:
            return self.show(self.form, {"problem": str(refusal)})
        messages.success(self.request, sent_words(message))
        return self._to_thread(message)

    def _to_thread(self, message: Message) -> HttpResponse:
        began = message.in_reply_to or message
        return self._lead(reverse("mirador:thread", args=[began.token]))

    def _discard(self) -> HttpResponse:
        """Forget it; a thread stays open, without what was begun in it."""
        child, is_in_thread = self.draft.student_id, self.draft.in_reply_to_id is not None
        try:
            discard(self.draft, by=self.user, now=self.now)
        except Refused as refusal:  # another window has sent it: its thread says what became of it
            messages.error(self.request, str(refusal))
            return self._lead(self.request.path)
        messages.success(self.request, _("Mensaje descartado."))
        return self._lead(self.request.path if is_in_thread else f"{reverse('mirador:write')}?alumno={child}")

    def _again(self) -> HttpResponse:
        """The form again. Without a script the browser is led to it, so that loading it again asks for nothing."""
        if self.form.errors or is_fragment(self.request):
            return self.show(self.form, {})
        messages.success(self.request, _("Guardado."))
        return see_other(self.request.path)

    def _lead(self, url: str) -> HttpResponse:
        """To another page, or to this one anew."""
        if not is_fragment(self.request):
            return see_other(url)
        return HttpResponseClientRefresh() if url == self.request.path else HttpResponseClientRedirect(url)
