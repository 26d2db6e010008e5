"""Who writes, sees and sends general messages (requirement C8): the school's offices and its review desk."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from notica.drafts import Draft
from notica.kinds import GENERAL
from notica.models import Message, ReviewState, ReviewText
from notica.refusals import NotAllowed
from plumier.access import posts_of
from plumier.addressing import office_posts_of, schools_reviewed_by
from plumier.models import School, User

REVIEW = "review"  # of a general message's parameters: the id of the text that it was
OFFICE = "office"  # and the post of the office that answers for it


def is_desk(user: User, school: School, today: date) -> bool:
    """Whether she attends the school's review desk."""
    return schools_reviewed_by(user, today).filter(pk=school.pk).exists()


def offices_of(user: User, school: School, today: date) -> list[str]:
    """The posts of the offices in whose name she writes there."""
    posts = office_posts_of(user, today).filter(school=school)
    return sorted(set(posts.values_list("role", flat=True)))


def texts_written_by(user: User, today: date) -> QuerySet[ReviewText]:
    """Those of her offices, whoever of the office wrote them."""
    own = office_posts_of(user, today).filter(school=OuterRef("school"), role=OuterRef("office"))
    return ReviewText.objects.filter(Exists(own))


def texts_reviewed_by(user: User, today: date) -> QuerySet[ReviewText]:
    """Those that came to a desk of hers: what an office has not handed in yet is no business of it."""
    handed_in = ReviewText.objects.filter(submitted_at__isnull=False)
    return handed_in.filter(school__in=schools_reviewed_by(user, today).values("pk"))


def texts_visible_to(user: User, today: date) -> QuerySet[ReviewText]:
    """Both."""
    own, handed = texts_written_by(user, today), texts_reviewed_by(user, today)
    return ReviewText.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=handed.values("pk")))


def general_messages_of(user: User, today: date) -> QuerySet[Message]:
    """What was sent of those, and what was sent again to whom it had not reached."""
    sent = texts_visible_to(user, today).filter(message__isnull=False)
    return Message.objects.filter(
        Q(pk__in=sent.values("message")) | Q(kind=GENERAL, resends__in=sent.values("message"))
    )


def check_general(draft: Draft, *, by: User, today: date) -> None:
    """Raise NotAllowed unless she is at the desk and this is a text that lies there, or one sent once more."""
    if not is_desk(by, draft.school, today):
        raise NotAllowed(_("Los mensajes generales los envía la mesa de revisión del centro."))
    if draft.resends is not None and draft.resends.kind == GENERAL:
        return
    here = ReviewText.objects.filter(school=draft.school, state=ReviewState.SUBMITTED)
    if not here.filter(pk=draft.params.get(REVIEW, 0)).exists():
        raise NotAllowed(_("Este texto no está en la mesa de revisión."))


def check_journal(draft: Draft, *, by: User, today: date) -> None:
    """Raise NotAllowed unless she is at the desk: what it sent once it may send again, and nobody else (C9)."""
    posts = posts_of(by, draft.school.policy.desk, today).filter(school=draft.school)
    if draft.resends is None or not (by.is_superuser or posts.exists()):
        raise NotAllowed(_("Solo la mesa de revisión hace esto."))
