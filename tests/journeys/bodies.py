"""A Consejo Escolar with its meetings, as the pages show it."""

from datetime import timedelta

from plumier.clock import database_now, day_in
from plumier.models import School, User
from secretaria.bodies.answering import answer
from secretaria.bodies.calling import call
from secretaria.bodies.choices import BodyKind, BodyRole, MeetingAnswer
from secretaria.bodies.keeping import add_members, save_body
from secretaria.bodies.writing import Written, make_draft
from secretaria.models import Meeting, MeetingMember
from tests.factories.register import make_staff
from tests.journeys.staff import Sample

AGENDA = ("Lectura y aprobación del acta anterior", "Programación General Anual", "Ruegos y preguntas")


def add_bodies(sample: Sample) -> Sample:
    """Its `body`, the director and the sample's mother in it; a `draft_meeting`, a `meeting`, one that was `held`."""
    school: School = sample["school"]
    director: User = sample["director"]
    now = database_now()
    today = day_in(school, now)
    body = save_body(school, "Consejo Escolar", BodyKind.SCHOOL_COUNCIL, by=director, now=now)
    chair, mother = director.people.get(), sample["mother"].people.get()
    others = [make_staff(school, name) for name in ("Luis Gil Ros", "Olga Pons Vera")]
    add_members(body, [chair.pk], BodyRole.CHAIR, today, by=director, now=now)
    rest = [mother.pk, *(one.people.get().pk for one in others)]
    add_members(body, rest, BodyRole.MEMBER, today, by=director, now=now)
    starts = now + timedelta(days=6)
    made = [
        make_draft(
            body,
            Written("Biblioteca", starts, 90, AGENDA, starts + timedelta(minutes=30)),
            f"key-{number}",
            by=director,
            now=now,
        )
        for number in range(3)
    ]
    for one in made[1:]:
        call(one, one.version, by=director, now=now)
    answer(made[1], MeetingAnswer.NOT_COMING, "Tengo guardia de recreo", by=others[0], now=now)
    MeetingMember.objects.filter(meeting=made[2], person=chair).update(
        answer="coming", answered_at=now, attended=True
    )
    begun = {"starts_at": now - timedelta(days=1), "second_at": None}
    Meeting.objects.filter(pk=made[2].pk).update(**begun)
    return {**sample, "body": body, "draft_meeting": made[0], "meeting": made[1], "held": made[2]}
