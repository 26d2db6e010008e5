"""A message's text for one form (email, chat, sms) and one language, rendered once for everybody.

What differs from recipient to recipient, the names of the children and what stands in {alumno} and its like, is put
into places left for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import select_template
from django.urls import reverse, reverse_lazy
from django.utils import translation
from django.utils.translation import gettext as _

from channels_app.base import Attachment, Content
from notica import contact_codes
from notica.choices import Audience
from notica.correspondents import from_words, group_names
from notica.event_words import CONTEXTS
from notica.exports import words
from notica.files import path_of
from notica.kinds import GRADES, KINDS, REPLY, TO_TEACHER
from notica.models import Message
from notica.plain_sms import plain
from notica.summaries import acuse_context
from notica.writing.filling import placeholders_of
from notica.writing.placeholders import ALUMNO, fill_marks, marked
from plumier.clock import database_now, day_in
from plumier.models import SchoolPolicy

ABOUT, ABOUT_SHORT = "\ue000", "\ue001"  # private-use letters, never in a text that people write
INBOX = reverse_lazy("profesores:inbox")  # where a teacher answers; the page is the teachers' web's
THREAD = "mirador:thread"  # where a family does
MARKS = reverse_lazy("mirador:grades")  # where they are read; the page is the families' web's


@dataclass(frozen=True, slots=True)
class Child:
    """A name as it is put into a text. `key` is the student's id, as text."""

    given_name: str
    full_name: str
    key: str = ""


class Renderer:
    """Renders messages and remembers each form and language of those it has rendered."""

    def __init__(self) -> None:
        self._skeletons: dict[tuple[int, str, str, int], Content] = {}

    def content(
        self,
        message: Message,
        form: str,
        language: str,
        children: Sequence[Child],
        values: Mapping[str, str] | None = None,
    ) -> Content:
        """The message for a recipient about these children, with the values of its placeholders if it has any."""
        named = children if message.to == Audience.FAMILY else ()
        key = (message.pk, form, language, min(len(named), 2))
        if key not in self._skeletons:
            self._skeletons[key] = _render(message, form, language, len(named))
        content = _fill(self._skeletons[key], named) if named else self._skeletons[key]
        return _fill_places(content, values or {}) if placeholders_of(message) else content


def _fill_places(content: Content, values: Mapping[str, str]) -> Content:
    return replace(
        content,
        text=fill_marks(content.text, values),
        html=content.html and fill_marks(content.html, values, escape),
        subject=fill_marks(content.subject, values),
    )


def _fill(skeleton: Content, children: Sequence[Child]) -> Content:
    names = ", ".join(child.full_name for child in children)
    short = ", ".join(child.given_name for child in children)
    return replace(
        skeleton,
        text=skeleton.text.replace(ABOUT, names).replace(ABOUT_SHORT, short),
        html=skeleton.html and skeleton.html.replace(ABOUT, escape(names)),
    )


def _render(message: Message, form: str, language: str, children: int) -> Content:
    with translation.override(language):
        context = text_context(message, language)
        carries = form == "email" and not KINDS[message.kind].files_stay
        if form == "email":
            context |= {"write_to": _write_to(message), "to": message.to}
        context["about"] = ABOUT if children else ""
        says_whom = ALUMNO in placeholders_of(message)
        context["about_short"] = ABOUT_SHORT if children > 1 and not says_whom else ""
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
            attachments=_attachments(message) if carries else (),
            list_code=message.school.code,
            no_reply=_("No responda: nadie lee este buzón"),
        )


def text_context(message: Message, language: str) -> dict[str, Any]:
    """What the templates of a message are given, in the language in force."""
    sender = message.sender_person.full_name if message.sender_person else ""
    subject, body = message.subject, message.body
    if placeholders_of(message):
        subject, body = marked(subject), marked(body)
    context: dict[str, Any] = {
        "language": language,
        "school": message.school.name,
        "sender": sender,
        "subject": subject or str(KINDS[message.kind].label),
        "body": body,
    }
    if message.kind == "acuse":
        context |= acuse_context(message.params["message"])
    elif message.kind == contact_codes.KIND:
        context |= contact_codes.text_of(message)
    elif message.kind in words.KINDS:
        context |= words.context_of(message)
    elif message.kind == "contacts_returned":
        context |= message.params
    elif message.kind == TO_TEACHER:
        context |= _of_family(message)
    elif message.kind == REPLY:
        context |= _of_teacher(message)
    elif message.kind == GRADES:
        context |= {**message.params, "link": f"{settings.LINK_ROOT}{MARKS}"}
    elif message.kind in CONTEXTS:
        context |= CONTEXTS[message.kind](message)
    return context


def _of_family(message: Message) -> dict[str, Any]:
    """Whose family it is, which files lie in Notica, and that it is answered there, not by e-mail."""
    assert message.student_id is not None
    groups = group_names([message.student_id], day_in(message.school, database_now()))
    return {
        "from_whom": from_words(message, groups),
        "files": [one.name for one in message.attachments.all()],
        "link": f"{settings.LINK_ROOT}{INBOX}",
    }


def _of_teacher(message: Message) -> dict[str, Any]:
    """Where the family goes on with it: in Mirador, as it cannot answer by what tells it so."""
    began = message.in_reply_to
    assert began is not None
    return {"link": f"{settings.LINK_ROOT}{reverse(THREAD, args=[began.token])}"}


def notice_text(message: Message, language: str) -> str:
    """What a message says, as its e-mail says it, without the letter's head and foot; in the language in force."""
    context = {**text_context(message, language), "inside": True, "about": "", "about_short": ""}
    return _from_template(message.kind, "email.txt", context).strip()


def _write_to(message: Message) -> str:
    """Where a school reads what families write: its address, else its telephone, as its policy has them."""
    policy = SchoolPolicy.objects.filter(school=message.school_id).first()
    return (policy.school_email or policy.school_phone) if policy else ""


def _from_template(kind: str, name: str, context: dict[str, Any]) -> str:
    template = select_template([f"messages/{kind}/{name}", f"messages/default/{name}"])
    return str(template.render(context))


def _attachments(message: Message) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(kept.name, kept.content_type, str(path_of(kept.sha256)))
        for kept in message.attachments.all()
    )
