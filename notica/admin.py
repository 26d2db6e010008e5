"""Sends and their recipients in the administration: to find and to read; the send's page tells the rest."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notica.access import for_all_who_lead
from notica.kinds import KINDS
from notica.marks import outcome_mark
from notica.models import Message, Recipient, TextTemplate, UncertainRule
from notica.plan_words import step_words
from notica.reasons import sentence
from notica.refusals import Refused
from notica.result_page import title_of
from notica.student_data.admin_action import send_student_data
from notica.summaries import name_of
from notica.writing.placeholders import check as check_places
from plumier.admin import BY_SCHOOL, SchoolScopedAdmin
from plumier.admin.people import StudentAdmin
from plumier.admin.scope import SchoolScopedForm
from plumier.clock import database_today
from plumier.policies import user_of

Row = TypeVar("Row", bound=Model)
StudentAdmin.actions = (*StudentAdmin.actions, send_student_data)  # the register never hears of messages


class ReadOnlyAdmin(SchoolScopedAdmin[Row]):
    """What was sent is an account of what happened: nobody changes it here.

    `message` leads from a row to its message, where it has one: of a pupil's conduct only who directs the school reads.
    """

    message: str | None = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        rows = super().get_queryset(request)
        if self.message is None:
            return rows
        return rows.filter(for_all_who_lead(user_of(request), database_today(), self.message))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin[Message]):
    message = ""
    list_display = ("title", "created_at", "kind_words", "way", "state", "sender", "school", "result")
    list_filter = ("state", "way", BY_SCHOOL)
    list_select_related = ("school", "sender")
    search_fields = ("subject",)
    ordering = ("-created_at", "-id")
    fields = (
        *("title", "result", "school", "sender", "kind_words", "to", "way", "email_after", "body"),
        *("state", "created_at", "not_before", "finished_at", "acuse_sent_at"),
    )

    @admin.display(description=gettext_lazy("envío"))
    def title(self, message: Message) -> str:
        """As its page calls it."""
        return title_of(message)

    @admin.display(description=gettext_lazy("clase"), ordering="kind")
    def kind_words(self, message: Message) -> str:
        """The kind in words."""
        return str(KINDS[message.kind].label)

    @admin.display(description=gettext_lazy("resultado"))
    def result(self, message: Message) -> SafeString:
        """The way to the send's page."""
        address = reverse("notica:message", args=[message.token])
        return format_html('<a href="{}">{}</a>', address, _("Ver el resultado"))


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin[Recipient]):
    message = "message__"
    list_display = ("name", "message_title", "outcome_words", "reason_words", "closed_at")
    list_filter = ("outcome", BY_SCHOOL)
    list_select_related = ("message", "school", "person", "family_of__person")
    search_fields = ("person__sort_key__contains", "family_of__person__sort_key__contains")
    ordering = ("-id",)
    fields = ("name", "message_title", "outcome_words", "reason_words", "steps", "closed_at")

    @admin.display(description=gettext_lazy("destinatario"))
    def name(self, recipient: Recipient) -> str:
        """Person or family."""
        return name_of(recipient)

    @admin.display(description=gettext_lazy("envío"))
    def message_title(self, recipient: Recipient) -> str:
        """As its page calls it."""
        return title_of(recipient.message)

    @admin.display(description=gettext_lazy("resultado"), ordering="outcome")
    def outcome_words(self, recipient: Recipient) -> str:
        """What came of it."""
        return outcome_mark(recipient.outcome, recipient.reason).word

    @admin.display(description=gettext_lazy("motivo"))
    def reason_words(self, recipient: Recipient) -> str:
        """Why."""
        return sentence(recipient.reason) or "—"

    @admin.display(description=gettext_lazy("pasos"))
    def steps(self, recipient: Recipient) -> str:
        """The plan in words, addresses masked."""
        stored = recipient.plan.get("steps", [])
        return " → ".join(f"{number} {step_words(step)}" for number, step in enumerate(stored, 1)) or "—"


@admin.register(UncertainRule)
class UncertainRuleAdmin(SchoolScopedAdmin[UncertainRule]):
    """What to do where a channel does not say whether it took a message."""

    list_display = ("channel", "kind", "resend", "school")
    list_filter = ("channel", BY_SCHOOL)
    list_select_related = ("school",)
    leaders_delete = True


class TextTemplateForm(SchoolScopedForm[TextTemplate]):
    """What the page for writing would refuse is refused here too."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("subject", "body"):
            try:
                check_places([cleaned.get(name) or ""])
            except Refused as refusal:
                self.add_error(name, str(refusal))
        return cleaned


@admin.register(TextTemplate)
class TextTemplateAdmin(SchoolScopedAdmin[TextTemplate]):
    """The school's templates; a teacher's own are hers alone."""

    form = TextTemplateForm
    list_display = ("name", "subject", "school")
    list_filter = (BY_SCHOOL,)
    list_select_related = ("school",)
    search_fields = ("name", "subject")
    fields = ("school", "name", "subject", "body")
    leaders_delete = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[TextTemplate]:
        return super().get_queryset(request).filter(owner__isnull=True)
