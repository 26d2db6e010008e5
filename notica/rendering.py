"""A message's text for one form (email, chat, sms) and one language, rendered once for everybody.

What differs from recipient to recipient, the names of the children, is put into places left for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.template.loader import select_template
from django.utils import translation

from channels_app.base import Attachment, Content
from notica import contact_codes
from notica.choices import Audience
from notica.files import path_of
from notica.kinds import KINDS
from notica.models import Message
from notica.plain_sms import plain
from notica.student_data import words
from notica.summaries import acuse_context

ABOUT, ABOUT_SHORT = "\ue000", "\ue001"  # private-use letters, never in a text that people write


@dataclass(frozen=True, slots=True)
class Child:
    """A name as it is put into a text."""

    given_name: str
    full_name: str


class Renderer:
    """Renders messages and remembers each form and language of those it has rendered."""

    def __init__(self) -> None:
        self._skeletons: dict[tuple[int, str, str, int], Content] = {}

    def content(self, message: Message, form: str, language: str, children: Sequence[Child]) -> Content:
        """The message for a recipient about these children."""
        named = children if message.to == Audience.FAMILY else ()
        key = (message.pk, form, language, min(len(named), 2))
        if key not in self._skeletons:
            self._skeletons[key] = _render(message, form, language, len(named))
        return _fill(self._skeletons[key], named) if named else self._skeletons[key]


def _fill(skeleton: Content, children: Sequence[Child]) -> Content:
    names = ", ".join(child.full_name for child in children)
    short = ", ".join(child.given_name for child in children)
    return Content(
        skeleton.text.replace(ABOUT, names).replace(ABOUT_SHORT, short),
        skeleton.subject,
        skeleton.html and skeleton.html.replace(ABOUT, escape(names)),
        skeleton.sender_name,
        skeleton.language,
        skeleton.attachments,
    )


def _render(message: Message, form: str, language: str, children: int) -> Content:
    with translation.override(language):
        context = text_context(message, language)
        context["about"] = ABOUT if children else ""
        context["about_short"] = ABOUT_SHORT if children > 1 else ""
        text = _from_template(message.kind, f"{form}.txt", context)
        if form == "sms" and message.kind == contact_codes.KIND:
            text = plain(text)
        html = _from_template(message.kind, "email.html", context) if form == "email" else ""
        return Content(
            text=text.strip(),
            html=html,
            subject=context["subject"],
            sender_name=context["school"],
            language=language,
            attachments=_attachments(message) if form == "email" else (),
        )


def text_context(message: Message, language: str) -> dict[str, Any]:
    """What the templates of a message are given, in the language in force."""
    sender = message.sender_person.full_name if message.sender_person else ""
    context: dict[str, Any] = {
        "language": language,
        "school": message.school.name,
        "sender": sender,
        "subject": message.subject or str(KINDS[message.kind].label),
        "body": message.body,
    }
    if message.kind == "acuse":
        context |= acuse_context(message.params["message"])
    elif message.kind == contact_codes.KIND:
        context |= contact_codes.text_of(message)
    elif message.kind == words.KIND:
        context |= words.context_of(message)
    elif message.kind == "contacts_returned":
        context |= message.params
    return context


def _from_template(kind: str, name: str, context: dict[str, Any]) -> str:
    template = select_template([f"messages/{kind}/{name}", f"messages/default/{name}"])
    return str(template.render(context))


def _attachments(message: Message) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(kept.name, kept.content_type, str(path_of(kept.sha256)))
        for kept in message.attachments.all()
    )
