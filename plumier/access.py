"""Who may see whom: decided here and nowhere else. Every query starts from the user."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, Q, QuerySet

from plumier.models import (
    Group,
    Guardianship,
    Person,
    Post,
    School,
    Service,
    ServicePost,
    Staff,
    Student,
    TeachingAssignment,
    User,
)
from plumier.models.schools import Senders
from plumier.roles import COUNSELLING, WHOLE_SCHOOL, Role

# Schools where every teacher writes to her groups (C1), not the tutors alone (V 2).
_TEACHERS_WRITE = Q(school__policy__senders=Senders.TEACHERS)


def _within(today: date, *, field: str = "held", path: str = "") -> Q:
    """From … until …, where the last day counts and no day is no bound."""
    since, until = f"{path}{field}_from", f"{path}{field}_until"
    begun = Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__lte": today})
    return begun & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gte": today}))


def _working(today: date) -> Q:
    """Staff within their dates."""
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=today)
    return Q(active=True) & joined & (Q(left_on__isnull=True) | Q(left_on__gt=today))


def staff_persons_of(user: User, today: date) -> QuerySet[Person]:
    """The persons as whom this user works today."""
    working = Staff.objects.filter(_working(today), person__user=user)
    return Person.objects.filter(pk__in=working.values("person_id"))


def schools_worked_in(user: User, today: date) -> QuerySet[School]:
    """Schools where this user works today: all of them for a superuser."""
    if user.is_superuser:
        return School.objects.all()
    return School.objects.filter(pk__in=staff_persons_of(user, today).values("school_id"))


def workplaces(users: Iterable[int], today: date) -> set[tuple[int, int]]:
    """(user, school) for each school where one of these users works today; superusers as everybody else."""
    working = Staff.objects.filter(_working(today), person__user__in=list(users))
    return set(working.values_list("person__user_id", "person__school_id"))


def leaderships(users: Iterable[int], today: date) -> set[tuple[int, int]]:
    """(user, school) for each school that one of these users leads today; superusers as everybody else."""
    working = Staff.objects.filter(_working(today), person__user__in=list(users)).values("person")
    posts = Post.objects.filter(_within(today), role__in=WHOLE_SCHOOL, person__in=working)
    return set(posts.values_list("person__user_id", "person__school_id"))


def works_somewhere(user: User, today: date) -> bool:
    """Whether the pages for staff are this user's."""
    return schools_worked_in(user, today).exists() or user.is_superuser


def schools_led_by(user: User, today: date) -> QuerySet[School]:
    """Schools where this user acts for the whole school: all of them for a superuser."""
    if user.is_superuser:
        return School.objects.all()
    return School.objects.filter(pk__in=_posts_of(user, WHOLE_SCHOOL, today).values("school_id"))


def schools_counselled_by(user: User, today: date) -> QuerySet[School]:
    """Schools whose students this user follows by her post: orientador, PTSC."""
    return School.objects.filter(pk__in=_posts_of(user, COUNSELLING, today).values("school_id"))


def schools_served_by(user: User, today: date) -> QuerySet[School]:
    """Schools given to the services of the Consejería where this user works today."""
    services = Service.objects.filter(_within(today, path="posts__"), posts__user=user)
    every = Exists(services.filter(all_schools=True))
    return School.objects.filter(Q(pk__in=services.values("schools")) | every)


def _posts_of(user: User, roles: Iterable[str], today: date) -> QuerySet[Post]:
    people = staff_persons_of(user, today)
    return Post.objects.filter(_within(today), role__in=list(roles), person__in=people)


def may_log_in(user: User, today: date) -> bool:
    """Whether the door is open to this user: not to staff outside their dates who are nothing else here."""
    staff, families = (
        Staff.objects.filter(person__user=user),
        Guardianship.objects.filter(guardian__user=user),
    )
    services = ServicePost.objects.filter(_within(today), user=user)
    students = Student.objects.filter(person__user=user)
    here = Exists(staff.filter(_working(today))) | Exists(families) | Exists(students) | Exists(services)
    return User.objects.filter(Q(is_superuser=True) | here | ~Exists(staff), pk=user.pk).exists()


def may_administer(user: User, today: date) -> bool:
    """Whether the administration is this user's: superusers, and who leads a school by her post."""
    return user.is_active and (user.is_superuser or schools_led_by(user, today).exists())


def is_superuser(user: User, today: date) -> bool:
    """Whether the pages about the installation itself are this user's."""
    return user.is_active and user.is_superuser


def _seen_whole(user: User, today: date) -> Q:
    """Rows of the schools whose every student this user sees."""
    led = Q(school__in=schools_led_by(user, today))
    counselled = Q(school__in=schools_counselled_by(user, today))
    return led | counselled | Q(school__in=schools_served_by(user, today))


def groups_tutored_by(user: User, today: date) -> QuerySet[Group]:
    """Groups of the current year whose tutor (GVCN) this user is."""
    return Group.objects.filter(tutor__in=staff_persons_of(user, today), year__is_current=True)


def assignments_of(user: User, today: date) -> QuerySet[TeachingAssignment]:
    """What this user teaches today."""
    teaching = TeachingAssignment.objects.filter(_within(today), year__is_current=True)
    return teaching.filter(teacher__in=staff_persons_of(user, today))


def groups_visible_to(user: User, today: date) -> QuerySet[Group]:
    """Groups of the year: of the schools she sees whole, those she is the tutor of, and those she teaches."""
    tutored = Q(pk__in=groups_tutored_by(user, today).values("pk"))
    taught = Q(pk__in=assignments_of(user, today).filter(group__isnull=False).values("group"))
    return Group.objects.filter(_seen_whole(user, today) | tutored | taught, year__is_current=True)


def _in_groups(groups: QuerySet[Group]) -> Q:
    return Q(enrolments__group__in=groups.values("pk"))


def _in_subgroups_of(assignments: QuerySet[TeachingAssignment]) -> Q:
    taught = assignments.filter(subgroup__isnull=False).values("subgroup")
    return Q(enrolments__memberships__subgroup__in=taught)


def _ties_barred_to(user: User, today: date) -> QuerySet[Guardianship]:
    """Children from whom a court keeps this user today, be she a parent alone or also their teacher (A3)."""
    return Guardianship.objects.filter(guardian__user=user).barred_on(today)


def people_kept_from(user: User, today: date) -> QuerySet[Person]:
    """Those students and whoever else answers for them: the other parent may be hiding from her."""
    students = _ties_barred_to(user, today).values("student")
    guardians = Guardianship.objects.filter(student__in=students).values("guardian")
    people = Person.objects.filter(Q(student__in=students) | Q(pk__in=guardians))
    return people.filter(Q(user__isnull=True) | ~Q(user=user))


def students_attended_by(user: User, today: date) -> QuerySet[Student]:
    """Students whom this user sees by her work: of the schools she sees whole, of her groups and subgroups."""
    own = _in_groups(groups_visible_to(user, today)) | _in_subgroups_of(assignments_of(user, today))
    seen = Student.objects.filter(_seen_whole(user, today) | own).distinct()
    return seen.exclude(pk__in=_ties_barred_to(user, today).values("student"))


def children_of(user: User, today: date) -> QuerySet[Student]:
    """Students for whom this user answers and from whom no court keeps her today (requirement A3)."""
    ties = Guardianship.objects.filter(guardian__user=user)
    ties = ties.exclude(pk__in=_ties_barred_to(user, today).values("pk"))
    return Student.objects.filter(pk__in=ties.values("student"))


def students_visible_to(user: User, today: date) -> QuerySet[Student]:
    """Students whom this user sees by her work, her children, and herself."""
    family = Q(pk__in=children_of(user, today).values("pk")) | Q(person__user=user)
    attended = students_attended_by(user, today).order_by().values("pk")
    return Student.objects.filter(Q(pk__in=attended) | family)


def guardians_visible_to(user: User, today: date) -> QuerySet[Person]:
    """Guardians of the students whom this user sees by her work. A parent does not see the other one's data."""
    ties = Guardianship.objects.filter(student__in=students_attended_by(user, today).order_by().values("pk"))
    guardians = Person.objects.filter(pk__in=ties.values("guardian"))
    return guardians.exclude(pk__in=people_kept_from(user, today).values("pk"))


def colleagues_visible_to(user: User, today: date) -> QuerySet[Person]:
    """Staff at work in her schools; of a school she leads or serves also those outside their dates."""
    above = Q(school__in=schools_led_by(user, today)) | Q(school__in=schools_served_by(user, today))
    beside = Q(school__in=schools_worked_in(user, today)) & _working(today)
    return Person.objects.filter(pk__in=Staff.objects.filter(above | beside).values("person"))


def records_attended_by(user: User, today: date) -> QuerySet[Person]:
    """Whose record, phones and mails too, this user sees by her work: students, guardians, and herself as staff.

    A colleague's sees only who leads or serves the school. A mother who works elsewhere is no staff of this school.
    """
    above = Q(school__in=schools_led_by(user, today)) | Q(school__in=schools_served_by(user, today))
    seen = Person.objects.filter(
        Q(pk__in=students_attended_by(user, today).order_by().values("person"))
        | Q(pk__in=guardians_visible_to(user, today).values("pk"))
        | Q(pk__in=Staff.objects.filter(above).values("person"))
        | Q(pk__in=staff_persons_of(user, today).values("pk"))
    )
    return seen.exclude(pk__in=people_kept_from(user, today).values("pk"))


def groups_addressed_by(user: User, today: date) -> QuerySet[Group]:
    """Groups whose students and families this user may write to."""
    led = Q(school__in=schools_led_by(user, today))
    tutored = Q(pk__in=groups_tutored_by(user, today).values("pk"))
    taught = assignments_of(user, today).filter(_TEACHERS_WRITE, group__isnull=False)
    return Group.objects.filter(led | tutored | Q(pk__in=taught.values("group")), year__is_current=True)


def students_addressed_by(user: User, today: date) -> QuerySet[Student]:
    """Students to whom, and to whose families, this user may write."""
    led = Q(school__in=schools_led_by(user, today))
    taught = assignments_of(user, today).filter(_TEACHERS_WRITE)
    own = _in_groups(groups_addressed_by(user, today)) | _in_subgroups_of(taught)
    return Student.objects.filter(led | own).distinct()


def person_in(user: User, school: School, today: date) -> Person | None:
    """Who this user is in a school today, if anybody."""
    found = Person.objects.filter(user=user, school=school)
    return found.filter(pk__in=staff_persons_of(user, today)).first()


def _office_posts(today: date) -> QuerySet[Post]:
    """Posts of CGCN offices at work: where there is one, it alone reviews changes of contacts (V 1, V 2)."""
    working = Staff.objects.filter(_working(today), person__user__is_active=True)
    return Post.objects.filter(_within(today), role=Role.CGCN, person__in=working.values("person"))


def schools_reviewed_by(user: User, today: date) -> QuerySet[School]:
    """Schools where this user reviews changes of contacts: as their CGCN office, or as who leads one without it."""
    if user.is_superuser:
        return School.objects.all()
    own = _posts_of(user, [Role.CGCN], today).values("school_id")
    led = schools_led_by(user, today).exclude(pk__in=_office_posts(today).values("school_id"))
    return School.objects.filter(Q(pk__in=own) | Q(pk__in=led.values("pk")))


def reviewers_of(school: School, today: date) -> QuerySet[User]:
    """Who reviews changes of contacts in a school by her post."""
    working = Staff.objects.filter(_working(today), school=school, person__user__is_active=True)
    office = _office_posts(today).filter(school=school)
    leading = Post.objects.filter(_within(today), role__in=WHOLE_SCHOOL, person__in=working.values("person"))
    posts = office if office.exists() else leading
    return User.objects.filter(pk__in=posts.values("person__user"))


def schools_admitted_to_by(user: User, today: date) -> QuerySet[School]:
    """Schools where this user hands in the contacts of new pupils: Đào tạo (V 1), and who leads it."""
    training = _posts_of(user, [Role.TRAINING], today).values("school_id")
    return School.objects.filter(Q(pk__in=training) | Q(pk__in=schools_led_by(user, today).values("pk")))
