"""Mirador's letters, opened and pressed by a family, for tests."""

from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.models import KeptDraft, Message
from notica.writing.letter_drafts import begin_letter
from plumier.clock import database_now
from plumier.models import User
from tests.notica.correspondence import Family

HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


def as_(user: User) -> Client:
    """Her browser."""
    client = Client()
    client.force_login(user)
    return client


def write_page(family: Family) -> str:
    return f"{reverse('mirador:write')}?alumno={family.student.pk}"


def letter_page(draft: KeptDraft) -> str:
    return reverse("mirador:letter", args=[draft.token])


def thread_page(began: Message) -> str:
    return reverse("mirador:thread", args=[began.token])


def queries(client: Client, page: str) -> int:
    """How many a page costs when it is opened again."""
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def begin(family: Family, *teachers: User, by: User | None = None) -> KeptDraft:
    """A letter begun by the mother to the tutor, or by and to others."""
    to = [family.person(one).pk for one in teachers or (family.tutor,)]
    return begin_letter(family.student, to, by=by or family.mother_login, now=database_now())


def fields(draft: KeptDraft, do: str, **typed: Any) -> dict[str, Any]:
    """What the form of a letter posts when one of its buttons is pressed."""
    return {
        "version": draft.version,
        "personas": "1",
        "a": draft.staff,
        "subject": draft.subject,
        "body": draft.body,
        "hacer": do,
        **typed,
    }


def press(client: Client, draft: KeptDraft, do: str, **typed: Any) -> HttpResponse:
    """Press a button of a letter's own page."""
    return client.post(letter_page(draft), fields(draft, do, **typed))  # type: ignore[return-value]
