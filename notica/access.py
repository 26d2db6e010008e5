"""Who may write to whom, and who may read what came of it."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from notica.choices import Audience
from notica.drafts import Draft
from notica.kinds import (
    BEHAVIOUR,
    CORRESPONDENCE,
    FOR_DIRECTORS,
    GENERAL,
    JOURNAL,
    KINDS,
    MEETING,
    OF_EVENTS,
    REPLY,
    TO_TEACHER,
    TRANSFER,
)
from notica.models import Message
from notica.refusals import NotAllowed
from notica.review.access import check_general, check_journal, general_messages_of
from notica.thread_access import check_letter
from plumier import standing
from plumier.access import (
    groups_addressed_by,
    person_in,
    schools_led_by,
    students_addressed_by,
    students_attended_by,
    students_kept_from,
    workplaces,
)
from plumier.addressing import addressers, leaderships, reviewers, schools_addressed_by
from plumier.clock import day_in
from plumier.models import Group, Person, Staff, Student, User


def check_may_send(draft: Draft, *, by: User, today: date) -> None:
    """Raise NotAllowed unless this user may write to everybody whom the draft names.

    Whom its policy names writes to the whole school, tutors and (as the school has it) teachers to their groups, staff
    to each other (C1–C3, V 2). General messages and class journals go out from the desk alone (C8, C9). What another
    procedure says in its own words is said by who leads the school. A family writes to the teachers of its child, and
    they answer (D1–D5).
    """
    school = draft.school
    _check_of_school(draft)
    if draft.kind in CORRESPONDENCE:
        check_letter(draft, by=by, today=today)
        return
    chosen = draft.choice.students if KINDS[draft.kind].chosen else ()
    if chosen and students_kept_from(by, today).filter(pk__in=chosen).exists():
        raise NotAllowed(_("Una resolución le impide escribir a alguien de los elegidos o sobre él."))
    if draft.kind == GENERAL:
        check_general(draft, by=by, today=today)
        return
    if draft.kind == JOURNAL:
        check_journal(draft, by=by, today=today)
        return
    speaks = schools_addressed_by if KINDS[draft.kind].chosen else schools_led_by
    if speaks(by, today).filter(pk=school.pk).exists():
        return
    if person_in(by, school, today) is None:
        raise NotAllowed(_("No trabaja en este centro: no puede enviar mensajes en él."))
    if draft.choice.to == Audience.STAFF:
        return
    if draft.choice.everyone:
        raise NotAllowed(_("Según la política del centro, su cargo no escribe a todo el centro."))
    chosen = draft.choice.students
    if not _sees_all(by, draft.choice.groups, chosen, today) and not _attends(by, draft.kind, chosen, today):
        raise NotAllowed(_("Solo puede escribir a los alumnos y familias de sus grupos."))


def _sees_all(by: User, groups: Collection[int], students: Collection[int], today: date) -> bool:
    """Whether these groups and students are all hers."""
    seen_groups = groups_addressed_by(by, today).filter(pk__in=groups)
    seen_students = students_addressed_by(by, today).filter(pk__in=students)
    return seen_groups.count() == len(set(groups)) and seen_students.count() == len(set(students))


def _attends(by: User, kind: str, students: Collection[int], today: date) -> bool:
    """Whoever attends a pupil, an orientador too, tells her family of her conduct where teachers write (E4)."""
    if kind != BEHAVIOUR or not students:
        return False
    seen = students_attended_by(by, today).filter(standing.TEACHERS_WRITE, pk__in=students)
    return seen.count() == len(set(students))


def still_sent(message_ids: Iterable[int], now: datetime) -> set[int]:
    """Of these messages, those whose sender may still send them; what the product sends itself always is.

    The same number of queries for one and for many, but for schools whose civil day differs, and for each message
    to students or families of somebody who does not write to her whole school.
    """
    messages = list(Message.objects.filter(pk__in=list(message_ids)).select_related("school", "sender"))
    senders = {one.sender_id for one in messages if one.sender_id is not None}
    people = [one.sender_person_id for one in messages]
    employed = set(Staff.objects.filter(person__in=people).values_list("person_id", flat=True))
    days = {one.school_id: day_in(one.school, now) for one in messages}
    at_work = {day: workplaces(senders, day) for day in set(days.values())}
    kinds = {one.kind for one in messages}
    speak = {(day, kind): _speakers(kind)(senders, day) for day in at_work for kind in kinds}

    def is_sent(message: Message) -> bool:
        sender = message.sender
        if sender is None or message.kind in OF_EVENTS:
            return True
        if not sender.is_active or sender.is_superuser or message.sender_person_id not in employed:
            return sender.is_active
        if message.kind == TO_TEACHER:
            return True  # she wrote as a mother, wherever she works or not
        day, place = days[message.school_id], (sender.pk, message.school_id)
        chosen = message.audience
        if place in speak[day, message.kind] or (place in at_work[day] and message.to == Audience.STAFF):
            return True
        if place not in at_work[day] or chosen.get("everyone"):
            return False
        if message.kind == REPLY:
            return True  # it was hers to answer, whoever teaches the child by now
        students = chosen.get("students", [])
        return _sees_all(sender, chosen.get("groups", []), students, day) or _attends(
            sender, message.kind, students, day
        )

    return {one.pk for one in messages if is_sent(one)}


def _speakers(kind: str) -> Callable[[Iterable[int], date], set[tuple[int, int]]]:
    """Who sends messages of this kind to all of a school."""
    if kind == GENERAL:
        return reviewers
    return addressers if KINDS[kind].chosen else leaderships


def _check_of_school(draft: Draft) -> None:
    """Ids come from outside: each must be of the school in whose name it is sent."""
    choice, school = draft.choice, draft.school
    people = Person.objects.filter(school=school)
    if draft.kind != MEETING:  # in a body of the school are parents and students too
        people = people.filter(staff__isnull=False)
    chosen = (
        (Group.objects.filter(school=school), choice.groups),
        (Student.objects.filter(school=school), choice.students),
        (people, choice.staff),
    )
    for known, wanted in chosen:
        if known.filter(pk__in=wanted).count() < len(set(wanted)):
            raise NotAllowed(_("Alguien de la selección no es de este centro."))


def messages_visible_to(user: User, today: date) -> QuerySet[Message]:
    """All of the schools this user leads, and her own in the schools where she works; all for a superuser.

    Of general messages those that she sent from the desk, or that her office wrote.

    What a family and a teacher write to each other is theirs, and nobody else's who leads the school; of a pupil's
    conduct only who directs it reads.
    """
    if user.is_superuser:
        return Message.objects.all()
    led = Q(school__in=standing.led(user, today)) & ~Q(kind__in=CORRESPONDENCE)
    led &= for_all_who_lead(user, today)
    own = Q(sender=user, school__in=standing.workplaces(user, today))
    return Message.objects.filter(led | own | Q(pk__in=general_messages_of(user, today)))


def for_all_who_lead(user: User, today: date, path: str = "") -> Q:
    """Messages but those about which only who directs a school hears, and not of her own child.

    What is told of transfers names pupils in words alone, so that whoever a court keeps from any reads none of it here.
    """
    if user.is_superuser:
        return Q()
    directed = Q(**{f"{path}school__in": standing.directed(user, today)})
    directed &= ~Q(**{f"{path}student__in": standing.her_own(user)})
    apart = Q(Exists(Student.objects.filter(pk__in=standing.kept_from(user, today))))
    return (~Q(**{f"{path}kind__in": FOR_DIRECTORS}) | directed) & (~Q(**{f"{path}kind": TRANSFER}) | ~apart)
