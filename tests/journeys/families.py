"""Whom the journeys through the families' web are made as, and what she finds there."""

from datetime import time

from attendance.answering import Answer as Reply
from attendance.answering import answer as reply
from attendance.choices import AnswerKind, Mark
from attendance.models import AbsenceNotice
from attendance.rolls import ClassOfDay, Entry, take_roll
from grades.actions import acknowledge, publish
from grades.models import Evaluation
from notica.models import InboxEntry, KeptDraft, Message
from notica.threads import Letter, answer, write_to_teachers
from notica.writing.letter_drafts import begin_letter
from plumier.clock import database_now, day_in
from plumier.models import Group, School, Student, Subject, TeachingAssignment, User
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_login,
    make_student,
    make_teacher,
    make_tutor,
)
from tests.grades.marked import put, seen_by
from tests.journeys.staff import Sample
from tests.notica.stories import send_to

WORDS = """El jueves día 3 vamos con {alumno} al museo arqueológico. Saldremos a las 9:00 de la puerta principal.

Traigan la autorización firmada. Todo lo demás: https://ies.example/excursion"""

CONTACTS = {
    "phone_1": "+34612345678",
    "phone_2": "landline:+34968123456",
    "email": "lucia@family.example",
}


def add_family(sample: Sample) -> Sample:
    """A mother of two children in two groups, each with a tutor and a teacher: `mother`, `children`, `tutor`.

    About the first child she has a `thread` with her tutor, who has answered, and a `letter` that she has not sent;
    `family_entry` is her copy of what the director writes to her about both. Her `phone` is linked to Telegram.
    """
    school: School = sample["school"]
    groups: list[Group] = [make_group(school, name) for name in ("1º ESO C", "3º ESO B")]
    tutor = make_tutor(groups[0], "Elena Tutor Gil")
    for group, teacher in zip(groups, ("Pablo Díaz Mora", "Irene Campos Vidal"), strict=True):
        make_teacher(group, teacher)
    first = make_student(groups[0], "Carmen Sánchez Vera", [Parent("Lucía Vera Ros", contacts=CONTACTS)])
    mother = first.guardians.get()
    second = make_student(groups[1], "Hugo Sánchez Vera", [Parent("Lucía Vera Ros", person=mother)])
    phone = mother.contacts.get(slot="phone_1")
    link("telegram", phone.value, "7701")
    told = send_to(
        school, sample["director"], students=[first, second], subject="Excursión al museo", body=WORDS
    )
    login = make_login(mother)
    return {
        **sample,
        "mother": login,
        "children": [first, second],
        "tutor": tutor,
        "phone": phone,
        "thread": _thread(first, login, tutor),
        "letter": _letter(first, login, tutor),
        "family_entry": InboxEntry.objects.get(message=told, person=mother),
        **add_marks(school, [first, second], login),
        **add_absences(first, login),
    }


def _thread(student: Student, mother: User, tutor: User) -> Message:
    to, now = [tutor.people.get()], database_now()
    words = Letter("¿A qué hora es la reunión del jueves?", "thread", "Reunión del jueves")
    began = write_to_teachers(student, to, words, by=mother, now=now)
    answer(began, Letter("A las cinco, en el aula 12.", "answer"), by=tutor, now=database_now())
    return began


def _letter(student: Student, mother: User, tutor: User) -> KeptDraft:
    draft = begin_letter(student, [tutor.people.get().pk], by=mother, now=database_now())
    KeptDraft.objects.filter(pk=draft.pk).update(
        subject="Justificante del dentista", body="Le adjunto", version=1
    )
    return draft


def add_absences(student: Student, mother: User) -> Sample:
    """Today she was late, which her mother knew, and then missing: `absence` is what her mother was told of that."""
    school, now = student.school, database_now()
    enrolment = student.enrolments.get()
    taught = TeachingAssignment.objects.filter(group=enrolment.group)[0]
    teacher = taught.teacher.user
    assert teacher is not None
    for session, mark in ((1, Mark.LATE), (2, Mark.ABSENT)):
        of = ClassOfDay(school, day_in(school, now), session, time(7 + session, 15), taught)
        take_roll(of, [Entry(enrolment, Mark.PRESENT, mark)], by=teacher, now=now)
    first, last = AbsenceNotice.objects.filter(student=student).order_by("pk")
    reply(first, Reply(AnswerKind.KNEW, "Cita con el dentista"), by=mother, now=now)
    return {"absence": last}


def add_marks(school: School, children: list[Student], mother: User) -> Sample:
    """Two evaluations, the first of them acknowledged by her: `evaluation`; and a `class` of the first child's."""
    evaluations = [
        Evaluation.objects.create(school=school, year=school.years.get(), name=name)
        for name in ("1ª evaluación", "2ª evaluación")
    ]
    language = Subject.objects.create(school=school, name="Lengua Castellana y Literatura", code="LCL")
    taught = TeachingAssignment.objects.filter(group__enrolments__student=children[0]).select_related(
        "subject"
    )
    for number, evaluation in enumerate(evaluations):
        for child in children:
            put(evaluation, child, taught[0].subject, str(7 + number), "Trabaja muy bien en clase.")
            put(evaluation, child, language, "NT")
        groups = [child.enrolments.get().group for child in children]
        publish(evaluation, groups, tell=False, by=make_director(school), now=database_now())
    first = evaluations[0]
    seen = seen_by(mother, children[0], first)
    acknowledge(children[0], first, seen, by=mother, now=database_now())
    return {"evaluation": first, "class": taught[0]}
