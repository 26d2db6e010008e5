"""Two schools alike, all of whose people carry a mark that says whose data they are.

`Qamarca1` is a student of group A of the first school, `Qbmarca1` one of group B; their families are marked likewise,
the staff of the school `Qsmarca1`, what hangs on its board `Qtmarca1`, what was written of a pupil's conduct
`Qcmarca1`; and so with 2 for the other school. A page that shows a mark shows somebody's data.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Model
from django.test import Client

from attendance.models import Absence, AbsenceAnswer, AbsenceNotice
from attendance.telling import say
from convivencia.disciplinary.opening import Opening, open_case
from convivencia.disciplinary.steps import Step, add_step
from convivencia.models import BehaviourRecord
from convivencia.records.choices import BehaviourKind
from convivencia.records.notifying import Telling, notify_family
from convivencia.records.writing import Written as Conduct
from convivencia.records.writing import write_records
from grades.models import Evaluation, Mark, Publication
from notica.choices import Way
from notica.files import KeptFile
from notica.kinds import ABSENCE
from notica.models import (
    DataRequest,
    InboxEntry,
    KeptDraft,
    MessageAttachment,
    ReviewText,
    TextTemplate,
)
from notica.review.actions import begin_text, put_files, submit
from notica.review.saying import Said
from plumier.accounts.codes import make_codes
from plumier.clock import database_now, database_today
from plumier.models import (
    CodeKind,
    ContactBatch,
    ContactProposal,
    Enrolment,
    Group,
    ImportRun,
    Person,
    Procedure,
    School,
    SchoolPolicy,
    Student,
    Subject,
    User,
)
from plumier.roles import Role
from secretaria.diplomas.batches import Written as Proposal
from secretaria.diplomas.batches import make_batch
from secretaria.models import Body, BodyMember, Meeting, MeetingFile, MeetingMember
from secretaria.transfers.actions import offer
from secretaria.transfers.written import Words
from tablon.actions import Written, make_notice, publish_notice
from tablon.models import Notice
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
    mobile,
)
from tests.factories.written import make_draft, make_entry
from tests.journal.samples import keep_journals
from tests.notica.stories import send_to
from tests.secretaria.fees.school import make_fee

MARK = re.compile(r"Q[abcst]marca[12]")


@dataclass
class Place:
    """A school and one row of what its pages are about.

    `rows` by the name of a URL's argument, where one web has another row than all with the web's name before it.
    """

    school: School
    director: User
    groups: dict[str, Group]
    students: dict[str, Student]
    rows: dict[str, Any] = field(default_factory=dict)


def make_place(number: int) -> Place:
    """One of the two schools, with a message to the families of group A."""
    school = make_school(f"3000000{number}")
    director = make_director(school)
    Person.objects.filter(user=director).update(surname=f"Qsmarca{number}")
    groups = {name: make_group(school, f"Grupo {name}") for name in "AB"}
    students = {name: _student(group, f"Q{name.lower()}marca{number}") for name, group in groups.items()}
    message = send_to(school, director, groups=[groups["A"]], subject=f"Qamarca{number}")
    proposal = _proposal(director, students["A"])
    rows = {"token": message.token, "proposal_id": proposal.pk, "student_id": students["A"].pk}
    rows["person_id"] = students["A"].person_id
    proposed = _answer(students["A"], director, f"Qamarca{number}")
    rows["answer_id"], rows["absence_notice_id"] = proposed.pk, proposed.notice_id
    rows["record_id"] = _conduct(students["A"], director, f"Qcmarca{number}").pk
    rows["contact_id"] = students["A"].guardians.get().contacts.get(slot="phone_1").pk
    rows["school_id"] = school.pk
    rows |= _transfer(students["A"], director)
    rows |= _marked(groups["A"], director, f"Qsmarca{number}")
    rows["school_code"], rows["language"] = school.code, "es"
    rows["owner"] = school.code
    rows |= _called(director, f"Qsmarca{number}")
    rows["fee_id"] = make_fee(students["A"], director, f"Qsmarca{number}").pk
    rows["draft_token"] = make_draft(director, students["A"], f"Qsmarca{number}").token
    rows["letter_token"] = _letter(director, students["A"], f"Qamarca{number}").token
    rows["template_id"] = TextTemplate.objects.create(school=school, name=f"Qsmarca{number}", body="Hola").pk
    rows["entry_id"] = make_entry(director, f"Qsmarca{number}").pk
    mother = students["A"].guardians.get()
    rows["mirador:entry_id"] = InboxEntry.objects.get(message=message, person=mother).pk
    rows["attachment_id"] = _attachment(director, number).pk
    rows["pk"] = _key(f"Qamarca{number}").pk
    rows |= _expediente(students["A"], director, f"Qamarca{number}")
    posted = _posted(director, school, number)
    rows["notice_id"], rows["file_id"] = posted.pk, posted.files.get().pk
    rows["report_id"] = keep_journals(groups["A"], director, f"Qamarca{number}").pk
    reviewed = _reviewed(school, groups["A"], f"Qsmarca{number}")
    rows["review_token"], rows["review_file_id"] = reviewed.token, reviewed.files.get().pk
    rows["request_token"] = DataRequest.objects.create(
        school=school, by=director, asked_at=database_now()
    ).token
    rows["code"] = make_codes([director.pk], CodeKind.LINK, now=database_now())[director.pk]
    titles = make_batch(
        school,
        Proposal("Bachillerato", "2025/2026"),
        [students["A"].pk],
        client_key="titles",
        by=director,
        now=database_now(),
    )
    rows["diploma_batch_id"] = titles.pk
    ImportRun.objects.create(
        school=school,
        by=director,
        file_name=f"Qsmarca{number}.csv",
        size=1,
        sha256="",
        asked_at=database_now(),
    )
    return Place(school, director, groups, students, rows)


def _letter(user: User, student: Student, words: str) -> KeptDraft:
    """A letter to teachers being written by somebody who is none of the roles about the student's family."""
    draft = make_draft(user, student, words)
    draft.student, draft.to, draft.students = student, "personal", []
    draft.save()
    return draft


def _answer(student: Student, director: User, mark: str) -> AbsenceAnswer:
    """An excuse that a family proposes for an absence of yesterday, of which it was told, and the absence itself."""
    now, enrolment = database_now(), student.enrolments.get()
    yesterday = database_today() - timedelta(days=1)
    subject = Subject.objects.create(school=student.school, name=mark)
    notice = AbsenceNotice.objects.create(
        school=student.school,
        student=student,
        day=yesterday,
        due_at=now,
        by=director,
        unsettled=False,
    )
    absence = Absence.objects.create(
        school=student.school,
        enrolment=enrolment,
        day=yesterday,
        session=1,
        subject=subject,
        kind="absent",
        noted_at=now,
        notice=notice,
    )
    notice.message = say(ABSENCE, notice, [absence], now=now)
    notice.save()
    return AbsenceAnswer.objects.create(
        notice=notice, person=student.guardians.get(), kind="knew", reason=mark, at=now
    )


def _called(director: User, mark: str) -> dict[str, Any]:
    """A body of the school and a meeting to which the director alone is called, with a file."""
    person, now = director.people.get(), database_now()
    school = person.school
    body = Body.objects.create(school=school, kind="comision", name=mark)
    BodyMember.objects.create(school=school, body=body, person=person, held_from=database_today())
    meeting = Meeting.objects.create(
        school=school,
        body=body,
        key=mark,
        by=director,
        changed_at=now,
        place=mark,
        starts_at=now + timedelta(days=3),
        agenda=[mark],
        state="called",
        called_at=now,
        called_by=director,
    )
    MeetingMember.objects.create(school=school, meeting=meeting, person=person, role="vocal", called_at=now)
    file = MeetingFile.objects.create(
        school=school,
        meeting=meeting,
        name=f"{mark}.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        by=director,
        at=now,
    )
    return {"body_id": body.pk, "meeting_token": meeting.token, "meeting_file_id": file.pk}


def _conduct(student: Student, director: User, mark: str) -> BehaviourRecord:
    """A record of a pupil's conduct that the director wrote, and of which her family was told."""
    now, pupils = database_now(), [student.enrolments.get().pk]
    conduct = Conduct(BehaviourKind.CONTRARY, mark, database_today() - timedelta(days=1), place=mark)
    (record,) = write_records(student.school, pupils, conduct, incident=uuid.uuid4(), by=director, now=now)
    notify_family(record, Telling(mark, "k"), by=director, now=now)
    return record


def _expediente(student: Student, director: User, mark: str) -> dict[str, Any]:
    """An expediente about a student, with a step that has a file."""
    today, now = database_today(), database_now()
    file = KeptFile(f"{mark}.pdf", "application/pdf", 1, "0" * 64)
    case = open_case(
        student.school,
        Opening(student.pk, "ordinary", mark, today, director.people.get().pk, "key"),
        by=director,
        now=now,
    )
    step = add_step(case, Step("statement", done_on=today, note=mark, files=(file,)), by=director, now=now)
    return {"case_id": case.pk, "step_id": step.pk, "case_file_id": step.files.get().pk}


def _attachment(director: User, number: int) -> MessageAttachment:
    """A file that stands with that notice."""
    notice = InboxEntry.objects.get(person=director.people.get(), message__subject=f"Qsmarca{number}").message
    return MessageAttachment.objects.create(
        message=notice, name=f"Qsmarca{number}.pdf", content_type="application/pdf", size=1, sha256="0" * 64
    )


def _transfer(student: Student, director: User) -> dict[str, Any]:
    """A student who goes to a school that is neither of the two, with a file."""
    elsewhere = School.objects.filter(code="30000009").first() or make_school("30000009")
    file = KeptFile(f"{student.person.surname}.pdf", "application/pdf", 1, "0" * 64)
    words = Words(student.person.surname, (file,), "0" * 32)
    made = offer(student, elsewhere, words, by=director, now=database_now())
    return {"transfer_id": made.pk, "transfer_file_id": made.steps.get().files.get().pk}


def _posted(director: User, school: School, number: int) -> Notice:
    """What hangs on the school's board, with a file."""
    today = database_today()
    written = Written(
        readers="both",
        title=f"Qtmarca{number}",
        text=f"Qtmarca{number}",
        starts_on=today,
        ends_on=today,
        schools=frozenset(),
        files=(KeptFile("circular.pdf", "application/pdf", 1, "0" * 64),),
    )
    notice = make_notice(written, school, by=director, now=database_now())
    return publish_notice(notice, by=director, now=database_now())


def _reviewed(school: School, group: Group, mark: str) -> ReviewText:
    """What the training office handed in to the desk, where CGCN is, with a file."""
    policy = SchoolPolicy.objects.filter(school=school)
    every = [*policy.get().procedures, Procedure.REVIEW]
    policy.update(procedures=every, desk=[Role.CGCN], offices=[Role.TRAINING])
    office, now = make_staff(school, f"Lan {mark}", Role.TRAINING), database_now()
    said = Said(body=mark, way=Way.EMAIL, groups=(group.pk,))
    text = begin_text(school, Role.TRAINING, said, client_key=mark, by=office, now=now)
    put_files(text, [KeptFile("circular.pdf", "application/pdf", 1, "0" * 64)], (), by=office, now=now)
    return submit(text, seen=None, by=office, now=now)


def _marked(group: Group, director: User, mark: str) -> dict[str, Any]:
    """Marks of group A that are open to its families, in a subject that somebody else teaches."""
    school = group.school
    evaluation = Evaluation.objects.create(school=school, year=group.year, name="1ª evaluación")
    teacher = make_teacher(group, f"Teresa {mark}").people.get()
    taught = teacher.assignments.select_related("subject").get()
    for enrolment in Enrolment.objects.filter(group=group):
        Mark.objects.create(
            school=school, evaluation=evaluation, enrolment=enrolment, subject=taught.subject, value="7"
        )
    Publication.objects.create(
        school=school, evaluation=evaluation, group=group, at=database_now(), by=director
    )
    return {"evaluation_id": evaluation.pk, "group_id": group.pk, "assignment_id": taught.pk}


def _key(name: str) -> Authenticator:
    """The key of somebody who is none of the roles: nobody opens it."""
    owner = User.objects.create_user(name, password="secret")
    return Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )


def _student(group: Group, mark: str) -> Student:
    phone = mobile()
    mother = Parent(f"Madre {mark}", contacts={"phone_1": phone, "email": f"{mark}@family.example"})
    link("telegram", phone, "77")
    return make_student(group, f"Alumna {mark}", [mother], contacts={"email_alt": f"{mark}@alu.example"})


def _proposal(director: User, student: Student) -> ContactProposal:
    """A change of the mother's phone that waits to be reviewed."""
    batch = ContactBatch.objects.create(
        school=student.school, source="grid", proposed_by=director, proposed_at=database_now()
    )
    mother = student.guardians.get()
    proposal = ContactProposal.objects.create(
        school=student.school,
        batch=batch,
        student=student,
        guardian=mother,
        given_name=mother.given_name,
        surname=mother.surname,
        old_name=mother.full_name,
        relation="mother",
    )
    proposal.contacts.create(slot="phone_2", kind="mobile", value=mobile())
    return proposal


def _parent(place: Place) -> User:
    return make_login(place.students["A"].guardians.get())


def _barred(place: Place) -> User:
    """Both a teacher of the group and a father whom a court keeps from the child."""
    father = make_teacher(place.groups["A"], "Pedro Barrado")
    place.students["A"].guardianships.create(
        school=place.school,
        guardian=father.people.get(),
        relation="father",
        order=2,
        barred_from="2026-01-01",
        barred_reference="Auto 12/2026",
    )
    return father


def _gone(place: Place) -> User:
    user = make_director(place.school)
    user.people.get().staff.delete()
    return user


@dataclass(frozen=True)
class Who:
    """A role: how its user is made, whose marks it may see, and whether the administration is its own."""

    make: Callable[[Place], User | None]
    sees: frozenset[str]
    leads: bool = False
    superuser: bool = False


def _marks(*marks: str) -> frozenset[str]:
    return frozenset(marks)


WHOLE = _marks("Qamarca1", "Qbmarca1", "Qsmarca1", "Qtmarca1")
# Its author's, the tutor's and the management's, and of what her family was told, hers.
CONDUCT = _marks("Qcmarca1")
ROLES: dict[str, Who] = {
    "visitor": Who(lambda _place: None, _marks()),
    "superuser": Who(
        lambda _place: User.objects.create_superuser("root"),
        WHOLE | CONDUCT | _marks("Qamarca2", "Qbmarca2", "Qsmarca2", "Qtmarca2", "Qcmarca2"),
        leads=True,
        superuser=True,
    ),
    "director": Who(lambda place: place.director, WHOLE | CONDUCT, leads=True),
    "PAS": Who(lambda place: make_staff(place.school, role=Role.PAS), WHOLE, leads=True),
    "CGCN": Who(lambda place: make_staff(place.school, role=Role.CGCN), WHOLE, leads=True),
    "orientador": Who(lambda place: make_staff(place.school, role=Role.COUNSELLOR), WHOLE),
    "tutor": Who(lambda place: make_tutor(place.groups["A"]), CONDUCT | _marks("Qamarca1", "Qsmarca1")),
    "teacher": Who(lambda place: make_teacher(place.groups["B"]), _marks("Qbmarca1", "Qsmarca1")),
    "training office": Who(lambda place: make_staff(place.school, role=Role.TRAINING), _marks("Qsmarca1")),
    "colleague": Who(lambda place: make_staff(place.school), _marks("Qsmarca1")),
    "service": Who(lambda place: make_service(place.school), WHOLE),
    # Her child, who of the school teaches it or writes to her, and what is posted on its board; so a student's own.
    "mother": Who(_parent, CONDUCT | _marks("Qamarca1", "Qsmarca1", "Qtmarca1")),
    "student": Who(
        lambda place: make_login(place.students["A"].person), _marks("Qamarca1", "Qsmarca1", "Qtmarca1")
    ),
    "barred father who teaches": Who(_barred, _marks("Qsmarca1")),
    "director who left": Who(_gone, _marks()),
    "nobody": Who(lambda _place: User.objects.create_user("nobody", password="secret"), _marks()),
}


def client_of(user: User | None) -> Client:
    """A browser; logged in if there is a user."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def sample(model: type[Model], place: Place) -> Model | None:
    """A row of a model that is the place's own, the oldest."""
    names = {one.name for one in model._meta.get_fields()}
    rows = model._default_manager.order_by("pk")
    if model is School:
        return place.school
    if "school" in names:
        return rows.filter(school=place.school).first()
    return rows.filter(school_id=place.school.pk).first() if "school_id" in names else rows.first()
