"""A family's conversation with teachers: all of it, and going on with it (requirement D5)."""

from dataclasses import replace
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from mirador.family import Family, family_of
from mirador.letter_form import LetterForm
from mirador.views.letter_post import LetterPost
from mirador.views.letter_shown import Addressed, form_context, is_fragment
from notica.family_threads import Thread, files_of, mark_thread_read, thread_as_read, threads_of
from notica.files import path_of
from notica.models import KeptDraft, Message
from notica.models.messages import new_token
from notica.writing.letter_drafts import draft_in
from plumier.family_access import Child, is_family
from plumier.opened import is_opened
from plumier.policies import policy


@require_http_methods(["GET", "HEAD", "POST"])
@policy(is_family)
def thread(request: HttpRequest, token: str) -> HttpResponse:
    """Read it, which marks its answers as read, and write on in place."""
    family, child, began = _hers(request, token)
    page = ThreadPage(request, family, child, began)
    with timezone.override(child.school.time_zone):
        if request.method == "POST":
            typed = request.POST.get("borrador", "")
            draft = draft_in(began, typed, by=family.user, now=family.now)
            return LetterPost(request, draft, page.show).answer()
        if is_opened(request):
            mark_thread_read(began, child, now=family.now)
        return page.show(None, {})


@require_safe
@policy(is_family)
def thread_file(request: HttpRequest, token: str, attachment_id: int) -> HttpResponseBase:
    """A file of the conversation, for her whose it is."""
    _family, child, began = _hers(request, token)
    found = get_object_or_404(files_of(began, child), pk=attachment_id)
    path = path_of(found.sha256)
    if not path.exists():
        raise Http404
    # Whatever it says it is, it is saved and never opened in the page's own name.
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response


def _hers(request: HttpRequest, token: str) -> tuple[Family, Child, Message]:
    """The thread that she herself began, about one of whom she reads today. Http404 if it is not."""
    family = family_of(request)
    about = Message.objects.filter(token=token).values_list("student", flat=True).first()
    child = next((one for one in family.children if one.pk == about), None)
    if child is None:
        raise Http404
    began = get_object_or_404(
        threads_of(child, family.now).select_related("student__school", "sender_person"), token=token
    )
    return replace(family, child=child), child, began


class ThreadPage:
    """The page of a conversation."""

    def __init__(self, request: HttpRequest, family: Family, child: Child, began: Message) -> None:
        self.request, self.family, self.child, self.began = request, family, child, began

    def show(self, form: LetterForm | None, more: dict[str, Any]) -> HttpResponse:
        """The page, or the form alone where htmx asks."""
        thread = thread_as_read(self.began, self.child, self.family.now)
        form = form or LetterForm(self._draft(thread))
        context = {
            "family": self.family,
            "thread": thread,
            **form_context(form, _people(form.draft, thread), self.request.path),
            **more,
        }
        alone = is_fragment(self.request)
        return render(self.request, "mirador/letter_form.html" if alone else "mirador/thread.html", context)

    def _draft(self, thread: Thread) -> KeptDraft:
        """What she has begun to write on; else a letter that is not kept before she types: to who wrote last."""
        drafts = KeptDraft.objects.filter(by=self.family.user, in_reply_to=self.began, sent_as__isnull=True)
        found = drafts.select_related("school").prefetch_related("files").first()
        to = [thread.newest] if thread.newest else [one.pk for one in thread.open_to]
        return found or KeptDraft(token=new_token(), school=self.child.school, staff=to)


def _people(draft: KeptDraft, thread: Thread) -> list[Addressed]:
    """With whom it can be gone on; a lone one needs no choice."""
    alone = len(thread.open_to) == 1
    return [Addressed(one.pk, one.full_name, alone or one.pk in draft.staff) for one in thread.open_to]
