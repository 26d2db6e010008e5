"""Writing again what was taken back: a new draft with all that the sent one had."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from notica.models import KeptDraft, KeptDraftFile, Message
from notica.models.messages import new_token
from notica.refusals import Refused
from plumier.models import User

_TOKEN_LENGTH = 22  # as long as any other


def sent_draft(message: Message, user: User) -> KeptDraft | None:
    """What this user wrote that became the message, if it is still kept."""
    return KeptDraft.objects.filter(sent_as=message, by=user, student__isnull=True).order_by("pk").first()


@transaction.atomic
def reopen(message: Message, *, by: User, now: datetime) -> KeptDraft:
    """A draft to the same people with the same text and files; the same one until it is sent itself.

    Raises Refused where what was written is not kept, or is somebody else's. A time that has passed is left out.
    """
    kept = KeptDraft.objects.select_for_update().filter(sent_as=message, by=by, student__isnull=True)
    sent = kept.order_by("pk").first()
    if sent is None:
        raise Refused(_("El texto de este envío ya no se guarda: escríbalo de nuevo."))
    token = sha256(f"again {sent.token}".encode()).hexdigest()[:_TOKEN_LENGTH]
    again = KeptDraft.objects.filter(token=token).first()
    if again is not None and again.sent_as_id is None:
        return again
    return _copy(sent, token if again is None else new_token(), now)


def _copy(sent: KeptDraft, token: str, now: datetime) -> KeptDraft:
    made = KeptDraft.objects.create(
        token=token,
        school=sent.school,
        by=sent.by,
        to=sent.to,
        way=sent.way,
        students=sent.students,
        staff=sent.staff,
        subject=sent.subject,
        body=sent.body,
        email_after=sent.email_after,
        not_before=sent.not_before if sent.not_before and sent.not_before > now else None,
        created_at=now,
        updated_at=now,
    )
    KeptDraftFile.objects.bulk_create(KeptDraftFile.of(one.kept, draft=made) for one in sent.files.all())
    return made
