"""Who sees an expediente disciplinario and who instructs it (requirement E5). Every query starts from the user.

Nobody sees one of a pupil from whom a court keeps her, nor by her post one of her own child or of herself: her family
reads of it what families read.
"""

from datetime import date

from django.db.models import Q, QuerySet

from convivencia.models import DisciplinaryCase, DisciplinaryFile, DisciplinaryStep
from plumier import standing
from plumier.access import posts_of, schools_directed_by, schools_using
from plumier.asking import any_of
from plumier.models import Enrolment, Guardianship, Person, Procedure, School, Staff, Student, User
from plumier.roles import Role


def directs_somewhere(user: User, today: date) -> bool:
    """Whether she may open an expediente in some school: who is in its management (equipo directivo)."""
    return user.is_active and (user.is_superuser or any_of(standing.directed(user, today)))


def schools_opening(user: User, today: date) -> QuerySet[School]:
    """Those in which she may open one."""
    using = schools_using(Procedure.DISCIPLINARY).values("pk")
    return schools_directed_by(user, today).filter(pk__in=using)


def students_apart(user: User, today: date) -> QuerySet[Student]:
    """Whose expedientes she never sees by her work: those kept from her, those of her family, and she herself."""
    kept = standing.kept_from(user, today)
    return Student.objects.filter(Q(pk__in=kept) | Q(pk__in=standing.her_own(user)))


def students_brought_before(user: User, school: School, today: date) -> QuerySet[Student]:
    """About whom she may open one: who is enrolled there today, but those with whom she has to do herself."""
    opening = schools_opening(user, today).filter(pk=school.pk)
    here = Enrolment.objects.in_force(today).filter(school=school, year__is_current=True)
    students = Student.objects.filter(school__in=opening.values("pk"), pk__in=here.values("student"))
    return students.exclude(pk__in=students_apart(user, today).values("pk"))


def cases_seen_by(user: User, today: date) -> QuerySet[DisciplinaryCase]:
    """Of the schools that she directs or whose PTSC she is, those she instructs, and of the pupils she tutors now."""
    here = Enrolment.objects.in_force(today).filter(group__in=standing.tutored(user, today))
    tutored = here.values("student")
    followed = posts_of(user, [Role.PTSC], today).values("school")
    hers = Q(school__in=schools_directed_by(user, today).values("pk")) | Q(school__in=followed)
    hers |= Q(instructor__in=standing.persons(user, today)) | Q(student__in=tutored)
    return _not_apart(DisciplinaryCase.objects.filter(hers), user, today)


def cases_directed_by(user: User, today: date) -> QuerySet[DisciplinaryCase]:
    """Those which she closes and whose instructor she changes."""
    rows = DisciplinaryCase.objects.filter(school__in=schools_directed_by(user, today).values("pk"))
    return _not_apart(rows, user, today)


def cases_instructed_by(user: User, today: date) -> QuerySet[DisciplinaryCase]:
    """Those whose steps she writes: who directs the school, and the instructor."""
    hers = Q(school__in=schools_directed_by(user, today).values("pk"))
    hers |= Q(instructor__in=standing.persons(user, today))
    return _not_apart(DisciplinaryCase.objects.filter(hers), user, today)


def _not_apart(rows: QuerySet[DisciplinaryCase], user: User, today: date) -> QuerySet[DisciplinaryCase]:
    using = schools_using(Procedure.DISCIPLINARY).values("pk")
    return rows.filter(school__in=using).exclude(student__in=students_apart(user, today).values("pk"))


def steps_written_by(user: User, today: date) -> QuerySet[DisciplinaryStep]:
    """Those which she may correct."""
    return DisciplinaryStep.objects.filter(case__in=cases_instructed_by(user, today).values("pk"))


def files_seen_by(user: User, today: date) -> QuerySet[DisciplinaryFile]:
    """The files of the expedientes that she sees."""
    return DisciplinaryFile.objects.filter(step__case__in=cases_seen_by(user, today).values("pk"))


def instructors_for(student: Student, today: date) -> QuerySet[Person]:
    """Who may instruct one about this pupil: staff of her school at work, with whom she has nothing else to do."""
    working = Staff.objects.filter(standing.at_work(today), school=student.school_id).values("person")
    return Person.objects.filter(pk__in=working).exclude(pk__in=people_apart(student).values("pk"))


def people_apart(student: Student) -> QuerySet[Person]:
    """The pupil and whoever is on record as answering for her, kept from her or not; by log-in too.

    Somebody may stand twice among a school's people, as staff and as a mother.
    """
    ties = Guardianship.objects.filter(student=student)
    logins = ties.filter(guardian__user__isnull=False).values("guardian__user")
    own = Person.objects.filter(pk=student.person_id, user__isnull=False).values("user")
    apart = Q(pk=student.person_id) | Q(pk__in=ties.values("guardian"))
    return Person.objects.filter(apart | Q(user__in=logins) | Q(user__in=own))
