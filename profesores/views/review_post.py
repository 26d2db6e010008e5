"""What is asked of one text of the review desk, and what its page then shows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from notica.choices import Way
from notica.models import ReviewState, ReviewText
from notica.refusals import Refused
from notica.review import actions
from notica.review.actions import OPEN_TO_OFFICE, Changed, note_reader, put_files
from notica.review.differing import differing
from notica.review.forecast import forecast
from notica.review.saying import desk_of, said_in, said_last
from notica.writing.attaching import ACCEPT, MOST_FILES, keep_upload
from plumier.clock import database_now
from plumier.models import User
from plumier.opened import is_opened
from profesores.review_form import MARK, ReviewForm, unchecked, with_level
from profesores.review_page import Reader, text_context
from profesores.views.writing_post import see_other

SUBMIT, SAVE, LOOK, CONFIRM = "entregar", "guardar", "revisar", "confirmar"
RETURN, WITHDRAW, AGAIN = "devolver", "retirar", "recuperar"
REMOVE: Final = "quitar-"  # before a file's id
SENDING: Final = "enviar"  # in an address: the last look before it is sent
_CONFLICT: Final = 409


def attach(text: ReviewText, request: HttpRequest, *, by: User, now: datetime) -> None:
    """Put the uploaded files to a text. Raises Refused with what is wrong with one; none is kept then."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        return
    if len(uploads) + text.files.count() > MOST_FILES:
        raise Refused(_("Solo caben %(most)d ficheros. Quite alguno.") % {"most": MOST_FILES})
    put_files(text, [keep_upload(one) for one in uploads], (), by=by, now=now)


class TextPage:
    """One answer about one text."""

    def __init__(self, request: HttpRequest, reader: Reader, text: ReviewText) -> None:
        self.request, self.reader, self.text = request, reader, text
        self.user, self.now = reader.user, database_now()
        self.more: dict[str, Any] = {}
        self.status = 200

    @property
    def writes(self) -> bool:
        """Whether it is her office's turn."""
        return self.text.office in self.reader.offices and self.text.state in OPEN_TO_OFFICE

    @property
    def reviews(self) -> bool:
        """Whether it is the desk's, and she is there."""
        return self.reader.desk and self.text.state == ReviewState.SUBMITTED

    def answer(self) -> HttpResponse:
        """Show it, or do what a button asks and show what came of it."""
        if self.request.method != "POST":
            if self.reviews and is_opened(self.request):
                note_reader(self.text, by=self.user, now=self.now)
            return self._page(self._form(None))
        do = self.request.POST.get("hacer", "")
        acts: dict[str, Callable[[], HttpResponse]] = {
            CONFIRM: self._send,
            RETURN: self._return,
            WITHDRAW: self._withdraw,
            AGAIN: self._take_up,
        }
        try:
            return acts[do]() if do in acts else self._write(do)
        except Changed as refusal:
            return self._changed(refusal)
        except Refused as refusal:
            self.more["problem"] = str(refusal)
            self.status = 422
            return self._page(self._form(self.request.POST if "body" in self.request.POST else None))

    def _write(self, do: str) -> HttpResponse:
        """Keep what was typed; then hand it in, or look at it before it is sent."""
        form = self._form(self.request.POST)
        if do.startswith(MARK):
            data = with_level(self.request.POST, do.removeprefix(MARK), form.levels())
            return self._page(unchecked(self._form(data)))
        if not form.is_valid():
            self.status = 422
            return self._page(form)
        said = form.said()
        if self.reader.desk and not self.writes:
            self.text = actions.correct(self.text, said, seen=self._seen(), by=self.user, now=self.now)
            if do == LOOK:
                return see_other(f"{self.request.path}?{SENDING}=1")
            return self._done(_("Guardado. El texto de la oficina sigue como lo escribió."))
        self.text = actions.write_text(self.text, said, seen=self._seen(), by=self.user, now=self.now)
        gone = do.removeprefix(REMOVE) if do.startswith(REMOVE) else ""
        gone_ids = [int(gone)] if gone.isdecimal() else ()
        self.text = put_files(self.text, (), gone_ids, by=self.user, now=self.now)
        attach(self.text, self.request, by=self.user, now=self.now)
        if do == SUBMIT:
            actions.submit(self.text, seen=None, by=self.user, now=self.now)
            return self._done(_("Entregado a la mesa."))
        return self._done(_("Borrador guardado."))

    def _send(self) -> HttpResponse:
        message = actions.send_text(self.text, seen=self._seen(), by=self.user, now=self.now)
        return see_other(reverse("notica:message", args=[message.token]))

    def _return(self) -> HttpResponse:
        reason = self.request.POST.get("reason", "")
        self.more["reason"] = reason
        actions.give_back(self.text, reason, seen=self._seen(), by=self.user, now=self.now)
        return self._done(_("Devuelto. La oficina lee el motivo en Notica y en su correo."))

    def _withdraw(self) -> HttpResponse:
        actions.withdraw(self.text, by=self.user, now=self.now)
        return self._done(_("Retirado: no se envía."))

    def _take_up(self) -> HttpResponse:
        actions.take_up_again(self.text, by=self.user, now=self.now)
        return self._done(_("El texto está otra vez en la mesa."))

    def _done(self, words: str) -> HttpResponse:
        notices.success(self.request, words)
        return see_other(self.request.path)

    def _seen(self) -> int | None:
        typed = self.request.POST.get("version", "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None

    def _changed(self, refusal: Changed) -> HttpResponse:
        """What was typed stays; what is kept now stands beside it."""
        rows = ReviewText.objects.select_related("school__policy", "by", "read_by", "message")
        self.text = rows.get(pk=self.text.pk)
        self.more["problem"], self.status = str(refusal), _CONFLICT
        typed = self.request.POST if "body" in self.request.POST else None
        self.more["meanwhile"] = typed is not None
        self.more["typed"] = typed["body"] if typed and not (self.writes or self.reviews) else ""
        return self._page(self._form(typed))

    def _form(self, data: Any) -> ReviewForm:
        said = said_last(self.text) if self.reader.desk and not self.writes else said_in(self.text)
        return ReviewForm(self.text.school, said, data, kept=self.reader.kept())

    def _page(self, form: ReviewForm) -> HttpResponse:
        desk, own = desk_of(self.text), said_in(self.text)
        context = {
            **text_context(self.text, own, said_in(desk) if desk else None),
            **self.more,
            "form": form,
            "reader_is_desk": self.reader.desk,
            "writes": self.writes,
            "reviews": self.reviews,
            "withdraws": self.text.office in self.reader.offices and self.text.state not in _ENDED,
            "mails": Way.EMAIL in self.text.school.policy.channels,
            "accept": ACCEPT,
            "diff": differing(own.body, desk.body) if desk else (),
            "cancelled": bool(self.text.message and self.text.message.state == "cancelled"),
        }
        template = "profesores/review_text.html"
        if self.reviews and SENDING in self.request.GET:
            context["forecast"] = forecast(self.text, by=self.user, now=self.now)
            template = "profesores/review_send.html"
        return render(self.request, template, context, status=self.status)


_ENDED: Final = (ReviewState.SENT, ReviewState.WITHDRAWN)
