"""The sample school's bodies: its Claustro, its Consejo Escolar, a meeting that was and one to be called."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from demo import seeding
from plumier.clock import database_now, day_in
from plumier.models import Person, School, Staff, User
from plumier.standing import at_work
from secretaria.bodies.choices import BodyKind, BodyRole, MeetingAnswer, MeetingState
from secretaria.bodies.keeping import add_everyone, add_members, save_body
from secretaria.bodies.writing import Written, make_draft
from secretaria.models import Body, Meeting, MeetingMember

CLAUSTRO: Final = "Claustro de profesores"
COUNCIL: Final = "Consejo Escolar"
PLACE: Final = "Biblioteca"
AT: Final = time(16, 30)
IN_DAYS, AGO_DAYS = 6, 20
TO_COME: Final = ("Lectura y aprobación del acta anterior", "Resultados de la evaluación inicial", "Ruegos")
PAST: Final = ("Aprobación de la Programación General Anual", "Ruegos y preguntas")


@transaction.atomic
def bodies(of: School) -> None:
    """Two bodies with their members, a meeting of three weeks ago and a draft. Done once."""
    if Body.objects.filter(school=of).exists():
        return
    now, director = database_now(), User.objects.get(username="directora")
    claustro = save_body(of, CLAUSTRO, BodyKind.STAFF_MEETING, by=director, now=now)
    add_everyone(claustro, by=director, now=now)
    council = save_body(of, COUNCIL, BodyKind.SCHOOL_COUNCIL, by=director, now=now)
    today = day_in(of, now)
    since = today - timedelta(days=60)
    add_members(council, [director.people.get(school=of).pk], BodyRole.CHAIR, since, by=director, now=now)
    add_members(council, _council(of), BodyRole.MEMBER, since, by=director, now=now)
    _past(council, director, now)
    coming = datetime.combine(today + timedelta(days=IN_DAYS), AT, tzinfo=ZoneInfo(of.time_zone))
    written = Written(PLACE, coming, 90, TO_COME, coming + timedelta(minutes=30))
    make_draft(council, written, "demo-1", by=director, now=now)


def _council(of: School) -> list[int]:
    """Two of the staff, and the family that can log in."""
    working = Staff.objects.filter(at_work(day_in(of, database_now())), school=of)
    staff = working.exclude(person__user__username="directora").order_by("person_id")
    family = Person.objects.filter(user__username=seeding.FAMILY, school=of)
    return [*staff.values_list("person_id", flat=True)[:2], *family.values_list("pk", flat=True)]


def _past(body: Body, director: User, now: datetime) -> None:
    """As if it had been called and held: nobody is told of it."""
    school = body.school
    day = day_in(school, now) - timedelta(days=AGO_DAYS)
    starts = datetime.combine(day, AT, tzinfo=ZoneInfo(school.time_zone))
    meeting = Meeting.objects.create(
        school=school,
        body=body,
        key="demo-0",
        by=director,
        called_by=director,
        called_at=starts - timedelta(days=7),
        changed_at=starts - timedelta(days=7),
        state=MeetingState.CALLED,
        place=PLACE,
        starts_at=starts,
        agenda=list(PAST),
    )
    MeetingMember.objects.bulk_create(
        MeetingMember(
            school=school,
            meeting=meeting,
            person=one.person,
            role=one.role,
            called_at=starts - timedelta(days=7),
            answer=MeetingAnswer.COMING,
            answered_at=starts - timedelta(days=5),
            attended=True,
        )
        for one in body.members.select_related("person").order_by("pk")
    )
