"""Who may see whom: decided here and nowhere else. Every query starts from the user.

What a user is and has (`standing`) is asked once a request that reads; outside one, within each query.
"""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from plumier import standing
from plumier.asking import Ids, any_of
from plumier.clock import Day
from plumier.models import (
    Enrolment,
    Group,
    Guardianship,
    Person,
    Post,
    Procedure,
    School,
    Service,
    Staff,
    Student,
    SubgroupMember,
    TeachingAssignment,
    User,
)
from plumier.standing import at_work, within


def staff_persons_of(user: User, today: Day) -> QuerySet[Person]:
    """The persons as whom this user works today."""
    return Person.objects.filter(pk__in=standing.persons(user, today))


def schools_worked_in(user: User, today: date) -> QuerySet[School]:
    """Schools where this user works today: all of them for a superuser."""
    if user.is_superuser:
        return School.objects.all()
    return School.objects.filter(pk__in=standing.workplaces(user, today))


def workplaces(users: Iterable[int], today: date) -> set[tuple[int, int]]:
    """(user, school) for each school where one of these users works today; superusers as everybody else."""
    working = Staff.objects.filter(at_work(today), person__user__in=list(users))
    return set(working.values_list("person__user_id", "person__school_id"))


def works_somewhere(user: User, today: date) -> bool:
    """Whether the pages for staff are this user's."""
    return user.is_superuser or any_of(standing.workplaces(user, today))


def schools_led_by(user: User, today: date) -> QuerySet[School]:
    """Schools where this user acts for the whole school: all of them for a superuser."""
    if user.is_superuser:
        return School.objects.all()
    return School.objects.filter(pk__in=standing.led(user, today))


def schools_directed_by(user: User, today: date) -> QuerySet[School]:
    """Schools in whose management (equipo directivo) this user is: all of them for a superuser."""
    if user.is_superuser:
        return School.objects.all()
    return School.objects.filter(pk__in=standing.directed(user, today))


def schools_using(procedure: Procedure) -> QuerySet[School]:
    """Schools whose policy has this procedure; what the others kept of it is not shown to them."""
    return School.objects.filter(policy__procedures__contains=[procedure])


def schools_counselled_by(user: User, today: date) -> QuerySet[School]:
    """Schools whose students this user follows by her post: orientador, PTSC."""
    return School.objects.filter(pk__in=standing.counselled(user, today))


def services_worked_in(user: User, today: date) -> QuerySet[Service]:
    """Services of the Consejería where this user works today: all of them for a superuser."""
    if user.is_superuser:
        return Service.objects.all()
    return Service.objects.filter(pk__in=standing.services(user, today))


def schools_given_to(service: Service) -> QuerySet[School]:
    """The schools for which a service acts."""
    return School.objects.all() if service.all_schools else School.objects.filter(services=service)


def schools_served_by(user: User, today: date) -> QuerySet[School]:
    """Schools given to the services of the Consejería where this user works today."""
    return School.objects.filter(pk__in=standing.served(user, today))


def may_post(user: User, today: date) -> bool:
    """Whether this user writes on the notice board: who leads a school, and the services (requirement C13)."""
    return user.is_superuser or any_of(standing.led(user, today)) or any_of(standing.services(user, today))


def posts_of(user: User, roles: Iterable[str], today: date) -> QuerySet[Post]:
    """What this user is today, of these roles."""
    return standing.posts(user, roles, today)


def may_log_in(user: User, today: date) -> bool:
    """Whether the door is open to this user: not to staff outside their dates who are nothing else here."""
    here = (standing.persons, standing.family, standing.services)
    if user.is_superuser or any(any_of(ids(user, today)) for ids in here):
        return True
    return not Staff.objects.filter(person__user=user).exists()


def may_administer(user: User, today: date) -> bool:
    """Whether the administration is this user's: superusers, and who leads a school by her post."""
    return user.is_active and (user.is_superuser or any_of(standing.led(user, today)))


def is_superuser(user: User, today: date) -> bool:
    """Whether the pages about the installation itself are this user's."""
    return user.is_active and user.is_superuser


def _seen_whole(user: User, today: date) -> Q:
    """Rows of the schools whose every student this user sees."""
    led, counselled = Q(school__in=standing.led(user, today)), Q(school__in=standing.counselled(user, today))
    return led | counselled | Q(school__in=standing.served(user, today))


def groups_tutored_by(user: User, today: date) -> QuerySet[Group]:
    """Groups of the current year whose tutor (GVCN) this user is."""
    return Group.objects.filter(pk__in=standing.tutored(user, today))


def assignments_of(user: User, today: date) -> QuerySet[TeachingAssignment]:
    """What this user teaches today."""
    return TeachingAssignment.objects.filter(pk__in=standing.taught(user, today))


def groups_visible_to(user: User, today: date) -> QuerySet[Group]:
    """Groups of the year: of the schools she sees whole, those she is the tutor of, and those she teaches."""
    own = Q(pk__in=standing.tutored(user, today)) | Q(pk__in=standing.taught_groups(user, today))
    return Group.objects.filter(_seen_whole(user, today) | own, year__is_current=True)


def _in_groups(*groups: Ids) -> Q:
    """Students who are or were enrolled in any of these groups."""
    places = [Q(group__in=some) for some in groups]
    enrolled = Enrolment.objects.filter(reduce(or_, places))
    return Q(pk__in=enrolled.values("student"))


def _in_subgroups(subgroups: Ids) -> Q:
    members = SubgroupMember.objects.filter(subgroup__in=subgroups)
    return Q(pk__in=members.values("enrolment__student"))


def students_kept_from(user: User, today: Day) -> QuerySet[Student]:
    """Those students alone."""
    return Student.objects.filter(pk__in=standing.kept_from(user, today))


def people_kept_from(user: User, today: date) -> QuerySet[Person]:
    """Those students and whoever else answers for them: the other parent may be hiding from her."""
    students = standing.kept_from(user, today)
    guardians = Guardianship.objects.filter(student__in=students).values("guardian")
    people = Person.objects.filter(Q(student__in=students) | Q(pk__in=guardians))
    return people.filter(Q(user__isnull=True) | ~Q(user=user))


def students_attended_by(user: User, today: date) -> QuerySet[Student]:
    """Students whom this user sees by her work: of the schools she sees whole, of her groups and subgroups."""
    own = _in_groups(standing.tutored(user, today), standing.taught_groups(user, today))
    own |= _in_subgroups(standing.taught_subgroups(user, today))
    seen = Student.objects.filter(_seen_whole(user, today) | own)
    return seen.exclude(pk__in=standing.kept_from(user, today))


def students_led_by(user: User, today: date) -> QuerySet[Student]:
    """Students of the schools that she leads (requirement C2), but for those from whom a court keeps her."""
    led = Student.objects.filter(school__in=standing.led(user, today))
    return led.exclude(pk__in=standing.kept_from(user, today))


def children_of(user: User, today: Day) -> QuerySet[Student]:
    """Students for whom this user answers and from whom no court keeps her today (requirement A3)."""
    return Student.objects.filter(pk__in=standing.children(user, today))


def family_person(user: User, student: Student, today: date) -> Person | None:
    """As whom this user speaks for a student: the student herself, or a guardian whom no court keeps from her.

    Of one who stands twice among her guardians it is always the same: `family_access.Child` says it alike.
    """
    if students_kept_from(user, today).filter(pk=student.pk).exists():
        return None
    own = Q(student=student) | Q(guardianships__student=student)
    people = Person.objects.filter(own, user=user)
    return min(people, key=lambda one: (one.pk != student.person_id, one.pk), default=None)


def teachers_of(student: Student, today: date) -> QuerySet[Person]:
    """Staff at work who teach this student or are her tutor today (D1, D2), but whom a court keeps from her."""
    enrolled = Enrolment.objects.in_force(today).filter(student=student, year__is_current=True)
    taught = Q(group__enrolments__in=enrolled) | Q(subgroup__members__in=enrolled)
    teaching = TeachingAssignment.objects.filter(within(today), taught, year__is_current=True)
    tutors = Group.objects.filter(enrolments__in=enrolled, tutor__isnull=False)
    chosen = Q(pk__in=teaching.values("teacher")) | Q(pk__in=tutors.values("tutor"))
    barred = Guardianship.objects.barred_on(today).filter(student=student, guardian__user__isnull=False)
    people = Person.objects.filter(chosen, staff__in=Staff.objects.filter(at_work(today)))
    return people.exclude(user__in=barred.values("guardian__user"))


def students_visible_to(user: User, today: date) -> QuerySet[Student]:
    """Students whom this user sees by her work, her children, and herself."""
    family = Q(pk__in=standing.children(user, today)) | Q(person__user=user)
    attended = students_attended_by(user, today).values("pk")
    return Student.objects.filter(Q(pk__in=attended) | family)


def guardians_visible_to(user: User, today: date) -> QuerySet[Person]:
    """Guardians of the students whom this user sees by her work. A parent does not see the other one's data."""
    ties = Guardianship.objects.filter(student__in=students_attended_by(user, today).values("pk"))
    guardians = Person.objects.filter(pk__in=ties.values("guardian"))
    return guardians.exclude(pk__in=people_kept_from(user, today).values("pk"))


def colleagues_visible_to(user: User, today: date) -> QuerySet[Person]:
    """Staff at work in her schools; of a school she leads or serves also those outside their dates."""
    beside = Q(school__in=schools_worked_in(user, today)) & at_work(today)
    staff = Staff.objects.filter(_above(user, today) | beside)
    return Person.objects.filter(pk__in=staff.values("person"))


def _above(user: User, today: date) -> Q:
    """Rows of the schools that she leads or serves."""
    return Q(school__in=standing.led(user, today)) | Q(school__in=standing.served(user, today))


def colleagues_at_work(user: User, school: School, today: date) -> QuerySet[Person]:
    """Who works in one of her schools today, she herself left out (requirement C3)."""
    working = Staff.objects.filter(at_work(today), school=school).values("person")
    colleagues = colleagues_visible_to(user, today).filter(school=school, pk__in=working)
    return colleagues.filter(Q(user__isnull=True) | ~Q(user=user))


def posts_held(school: School, today: date) -> QuerySet[Post]:
    """The posts of a school that are held today; whose they are, the caller has looked at."""
    return Post.objects.filter(within(today), school=school)


def holders(school: School, roles: Iterable[str], today: date) -> QuerySet[Person]:
    """Who holds one of these posts in a school and is at work there; whom they hear of, the caller decides."""
    working = Staff.objects.filter(at_work(today), school=school).values("person")
    posts = posts_held(school, today).filter(role__in=list(roles), person__in=working)
    return Person.objects.filter(pk__in=posts.values("person"))


def records_attended_by(user: User, today: date) -> QuerySet[Person]:
    """Whose record, phones and mails too, this user sees by her work: students, guardians, and herself as staff.

    A colleague's sees only who leads or serves the school. A mother who works elsewhere is no staff of this school.
    """
    seen = Person.objects.filter(
        Q(pk__in=students_attended_by(user, today).values("person"))
        | Q(pk__in=guardians_visible_to(user, today).values("pk"))
        | Q(pk__in=Staff.objects.filter(_above(user, today)).values("person"))
        | Q(pk__in=standing.persons(user, today))
    )
    return seen.exclude(pk__in=people_kept_from(user, today).values("pk"))


def groups_addressed_by(user: User, today: date) -> QuerySet[Group]:
    """Groups whose students and families this user may write to."""
    whole = Q(school__in=standing.addressing(user, today))
    own = Q(pk__in=standing.tutored(user, today)) | Q(pk__in=standing.addressed_groups(user, today))
    return Group.objects.filter(whole | own, year__is_current=True)


def students_addressed_by(user: User, today: date) -> QuerySet[Student]:
    """Students to whom, and to whose families, this user may write."""
    own = _in_groups(standing.tutored(user, today), standing.addressed_groups(user, today))
    own |= _in_subgroups(standing.addressed_subgroups(user, today))
    return Student.objects.filter(Q(school__in=standing.addressing(user, today)) | own)


def person_in(user: User, school: School, today: date) -> Person | None:
    """Who this user is in a school today, if anybody."""
    return staff_persons_of(user, today).filter(school=school).order_by("pk").first()
