"""The desk hears of what is handed in, the office of what became of it."""

from datetime import datetime

from notica.events import StaffEvent, tell_staff
from notica.kinds import REVIEW_ANSWER, REVIEW_WAITING
from notica.models import Act, ReviewText
from plumier.access import holders
from plumier.clock import day_in
from plumier.models import User

BEGINNING = 120  # characters of a text by which it is known again


def tell_desk(text: ReviewText, *, by: User, now: datetime) -> None:
    """A Notica message to whoever attends the desk."""
    _tell(REVIEW_WAITING, text, text.school.policy.desk, Act.SUBMIT, by=by, now=now)


def tell_office(text: ReviewText, act: Act, *, by: User, now: datetime) -> None:
    """To everybody of the office, by e-mail and Notica: any of them may go on with it."""
    _tell(REVIEW_ANSWER, text, [text.office], act, by=by, now=now)


def _tell(kind: str, text: ReviewText, roles: list[str], act: Act, *, by: User, now: datetime) -> None:
    people = holders(text.school, roles, day_in(text.school, now)).exclude(user=by)
    ids = tuple(people.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return
    params = {
        "act": act,
        "office": text.office,
        "text": text.body[:BEGINNING],
        "reason": text.reason,
        "token": text.token,
    }
    key = f"review-{act}-{text.token}-{text.version}"
    tell_staff(StaffEvent(kind, text.school, ids, key, params), by=by, now=now)
