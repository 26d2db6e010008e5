"""The SMS of a proposal: what it would say and to whom, and what came of it for each student (requirement E6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import QuerySet
from django.utils import translation

from notica.choices import RETRYABLE, Audience, Outcome, Way
from notica.drafts import Choice, Draft
from notica.event_words.diplomas import waits_sms
from notica.kinds import DIPLOMA
from notica.models import Recipient
from notica.preparing import context_of
from notica.previewing import preview
from notica.refusals import Refused as NotSent
from notica.sms_cost import cost_of, cost_words
from notica.writing.preview_numbers import missed_json
from notica.writing.preview_words import Leaving, Missed, Words, leaving
from plumier.models import User
from plumier.refusals import Refused
from secretaria.models import Diploma, DiplomaBatch

# The sends that told of these titles, and whatever was sent again of them, from this page or from the send's own.
_SENDS: Final = """
WITH RECURSIVE sends AS (
    SELECT DISTINCT d.message_id AS id FROM secretaria_diploma d
    WHERE d.id = ANY(%s) AND d.message_id IS NOT NULL
    UNION
    SELECT m.id FROM notica_message m JOIN sends s ON m.resends_id = s.id
)
SELECT id FROM sends ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a student's newest SMS; an empty `outcome` while it is open."""

    message_id: int
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """What an SMS would do: how many it is sent to, who gets none and why, what it costs, when it leaves."""

    reached: int
    missed: tuple[Missed, ...]
    cost: str
    leaving: Leaving


def usual_text(batch: DiplomaBatch) -> str:
    """The SMS as it is written in the school's language."""
    with translation.override(batch.school.language):
        return waits_sms(batch.school.name, batch.title)


def own_text(batch: DiplomaBatch, typed: str) -> str:
    """What was typed instead of the usual text; empty where it is that text, or nothing."""
    text = " ".join(typed.split())
    return "" if text == usual_text(batch) else text


def draft_for(batch: DiplomaBatch, students: Iterable[int], text: str, client_key: str) -> Draft:
    """The SMS to these students (ids); its sender can take it back for a moment."""
    return Draft(
        school=batch.school,
        kind=DIPLOMA,
        choice=Choice(Audience.STUDENT, students=tuple(students)),
        way=Way.SMS,
        client_key=client_key,
        body=text,
        params={"title": batch.title},
        undo=True,
    )


def review(batch: DiplomaBatch, students: Collection[int], text: str, *, by: User, now: datetime) -> Review:
    """Look at the SMS as it would be sent now, and send nothing. Raises Refused as `send` would."""
    try:
        looked = preview(draft_for(batch, students, text, ""), by=by, now=now)
    except NotSent as refusal:
        raise Refused(str(refusal)) from refusal
    going = [one for one in looked.prepared if not one.outcome]
    missed = [missed_json(looked.message, one) for one in looked.prepared if one.outcome]
    return Review(
        reached=len(going),
        missed=Words(looked.message).missed(missed),
        cost=cost_words(cost_of(text or usual_text(batch), len(going), batch.school.policy)) if going else "",
        leaving=leaving(context_of(looked.message), now),
    )


def sends_of(diplomas: Collection[int]) -> list[int]:
    """The sends of these titles (ids), oldest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SENDS, [list(diplomas)])
        return [row[0] for row in cursor.fetchall()]


def results_of(diplomas: Iterable[Diploma]) -> dict[int, Result]:
    """By title, what came of the newest SMS to its student; two queries. Their students are at hand."""
    rows = [one for one in diplomas if one.message_id is not None]
    people = {one.student.person_id: one.pk for one in rows}
    found = _newest(sends_of([one.pk for one in rows]), people) if rows else {}
    return {people[person]: result for person, result in found.items()}


def _newest(sends: Collection[int], people: Mapping[int, int]) -> dict[int, Result]:
    rows = Recipient.objects.filter(message__in=list(sends), person__in=list(people))
    newest = rows.order_by("person_id", "-message_id").distinct("person_id")
    return {
        row[0]: Result(*row[1:]) for row in newest.values_list("person_id", "message_id", "outcome", "reason")
    }


def told(diplomas: QuerySet[Diploma]) -> set[int]:
    """Of these titles, those whose student was sent an SMS that was not taken back."""
    rows = list(diplomas.filter(message__isnull=False).select_related("student"))
    results = results_of(rows)
    return {one.pk for one in rows if one.pk not in results or results[one.pk].outcome != Outcome.CANCELLED}


def failed_in(batch: DiplomaBatch) -> dict[int, list[int]]:
    """By send (id), the students (ids) whose title waits, to whom it was the last and whom it did not reach."""
    waiting = Diploma.objects.filter(batch=batch, message__isnull=False, collected_at__isnull=True)
    rows = list(waiting.select_related("student").order_by("pk"))
    results = results_of(rows)
    failed: dict[int, list[int]] = {}
    for one in rows:
        if (result := results.get(one.pk)) and result.outcome in RETRYABLE:
            failed.setdefault(result.message_id, []).append(one.student_id)
    return failed
