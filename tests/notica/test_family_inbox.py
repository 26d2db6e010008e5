"""What stands in Mirador, for whom and about whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.choices import Mark
from notica.family_inbox import family_entries, family_reader, persons_of
from notica.family_inbox_list import FamilyLine, family_page
from notica.family_inbox_reading import family_reading
from notica.inbox import archive, mark_read
from notica.inbox_list import ARCHIVED, UNREAD, Filters
from notica.models import Delivery, InboxEntry, Message, MessageAttachment, RecipientAbout
from notica.unread import unread_by_family
from plumier.clock import database_now, database_today
from plumier.family_access import children_read_by
from plumier.models import Guardianship, Student, User
from tests.attendance.classes import NINE, SchoolClass
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_group, make_login, make_person, make_school, make_student
from tests.mirador.households import FATHER_PHONE, Household
from tests.notica.correspondence import Family
from tests.notica.notices import make_entry
from tests.notica.results import ACCOUNTS


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def home(db: None) -> Household:
    return Household()


def reader_of(user: User) -> Any:
    return family_reader(user, children_read_by(user, database_today()), database_now())


def lines(user: User, child: Student | None = None, after: int = 0, **filters: str) -> list[FamilyLine]:
    reader = reader_of(user)
    chosen = next((one for one in reader.children if child is not None and one.pk == child.pk), None)
    page = family_page(reader, Filters(**filters), after, chosen)
    return [row for day in page.days for row in day.rows]


def titles(user: User, child: Student | None = None, after: int = 0, **filters: str) -> list[str]:
    return [row.title for row in lines(user, child, after, **filters)]


def test_collective_message_stands_once_for_each_parent_and_names_both_children(home: Household) -> None:
    home.tell()
    (row,) = lines(home.mother)
    assert (row.title, row.sender, row.unread, row.beginning, row.files) == (
        "Excursión",
        "Dolores Directora",
        True,
        "Mañana no hay clase.",
        False,
    )
    assert [child.name for child in row.children] == ["Carmen", "Hugo"]
    assert titles(home.father) == ["Excursión"]


def test_nobody_reads_what_is_anothers(home: Household) -> None:
    message = home.tell()
    student = make_login(home.carmen.person)
    stranger = make_login(
        make_student(home.groups[0], "Ana Gil", [Parent("Eva Gil")]).guardianships.get().guardian
    )
    assert [titles(user) for user in (student, stranger, home.director)] == [[], [], []]
    home.tell(home.carmen, to="alumno", subject="Para Carmen")
    assert [titles(user) for user in (student, stranger, home.mother)] == [["Para Carmen"], [], ["Excursión"]]
    assert InboxEntry.objects.filter(message=message).count() == 2


def test_only_what_is_there_now(home: Household) -> None:
    now = database_now()
    seen = home.entry(home.tell(subject="Está"))
    for subject, fields in {
        "Futuro": {"created_at": now + timedelta(minutes=5)},
        "Pasado": {"expires_at": now},
    }.items():
        InboxEntry.objects.filter(message=home.tell(subject=subject)).update(**fields)
    cancelled = {"state": "cancelled", "cancelled_by": home.director, "finished_at": now}
    before, after = home.tell(subject="Antes"), home.tell(subject="Después")
    Message.objects.filter(pk=before.pk).update(cancelled_at=before.created_at - timedelta(1), **cancelled)
    Message.objects.filter(pk=after.pk).update(cancelled_at=now + timedelta(1), **cancelled)
    make_entry(home.mother_person, subject="Del personal")
    assert titles(home.mother) == ["Después", "Está"]
    assert unread_by_family(home.mother) == 2
    mark_read(seen, by=home.mother, now=now)
    assert unread_by_family(home.mother) == 1


@pytest.mark.parametrize(
    ("since", "until", "reads"),
    [(-9, -1, True), (-9, 0, False), (0, None, False), (0, 9, False), (1, 9, True)],
)
def test_court_keeps_what_is_about_the_child_while_its_order_lasts(
    home: Household, since: int, until: int | None, reads: bool
) -> None:
    home.tell(home.carmen, subject="De Carmen")
    home.tell(home.hugo, subject="De Hugo")
    home.tell(subject="De los dos", body="Nos vemos con {alumno} de {grupo}.")
    home.bar(home.mother_person, home.carmen, since, until)
    both = ["Carmen", "Hugo"] if reads else []
    expected = ["De los dos", "De Hugo", *(["De Carmen"] if reads else [])]
    rows = lines(home.mother)
    assert ([row.title for row in rows], [child.name for child in rows[0].children]) == (expected, both)
    assert unread_by_family(home.mother) == len(expected)
    named = "Carmen Sánchez Vera y Hugo Sánchez Vera de 1º ESO C y 3º ESO B"
    alone = "Hugo Sánchez Vera de 3º ESO B"
    assert rows[0].beginning == f"Nos vemos con {named if reads else alone}."
    assert titles(home.father) == ["De los dos", "De Hugo", "De Carmen"]


def test_who_answers_for_a_child_no_more_reads_nothing_about_her(home: Household) -> None:
    home.tell(home.carmen, subject="De Carmen")
    home.tell(home.hugo, subject="De Hugo")
    Guardianship.objects.get(guardian=home.mother_person, student=home.carmen).delete()
    assert (titles(home.mother), unread_by_family(home.mother)) == (["De Hugo"], 1)
    Guardianship.objects.get(guardian=home.mother_person, student=home.hugo).delete()
    assert (titles(home.mother), unread_by_family(home.mother)) == ([], 0)


def test_what_came_before_a_child_left_is_still_read(home: Household) -> None:
    home.tell(home.carmen)
    home.carmen.enrolments.update(status="withdrawn")
    assert titles(home.mother) == ["Excursión"]


def test_guardians_of_a_protected_child_read_here_alone(home: Household) -> None:
    home.carmen.protected = True
    home.carmen.save()
    entry = home.entry(home.tell(home.carmen))
    assert titles(home.mother) == ["Excursión"]
    reading = read(home.mother, entry)
    assert (reading.only_here, reading.ways) == (True, [])


def test_what_is_about_nobody_is_hers_while_she_reads_about_somebody(home: Household) -> None:
    make_entry(home.mother_person, to="familia", kind="contacts_returned", subject="", params={})
    assert titles(home.mother) == ["Cambios de contactos devueltos"]
    for student in (home.carmen, home.hugo):
        home.bar(home.mother_person, student, -1)
    assert (titles(home.mother), unread_by_family(home.mother)) == ([], 0)


def test_list_of_one_child(home: Household) -> None:
    home.tell(home.carmen, subject="De Carmen")
    home.tell(home.hugo, subject="De Hugo")
    home.tell(subject="De los dos")
    assert titles(home.mother, home.carmen) == ["De los dos", "De Carmen"]
    assert titles(home.mother, home.hugo) == ["De los dos", "De Hugo"]


def test_tabs(home: Household) -> None:
    now = database_now()
    new, read_one, old = (home.entry(home.tell(subject=words)) for words in ("Nuevo", "Leído", "Viejo"))
    mark_read(read_one, by=home.mother, now=now)
    archive(old, by=home.mother, now=now)
    found = {tab: titles(home.mother, tab=tab) for tab in ("", UNREAD, ARCHIVED)}
    assert found == {"": ["Leído", "Nuevo"], UNREAD: ["Nuevo"], ARCHIVED: ["Viejo"]}
    assert titles(home.father) == ["Viejo", "Leído", "Nuevo"]
    assert new.read_at is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("EXCURSION", ["Excursión"]),
        ("museo", ["Excursión"]),
        ("dolores", ["Notas", "Excursión"]),
        ("hugo", ["Notas"]),
        ("hugo excursion", []),
        ("carmen excursion", ["Excursión"]),
        ("100%", []),
    ],
)
def test_search_finds_text_sender_and_child(home: Household, words: str, expected: list[str]) -> None:
    home.tell(home.carmen, body="Iremos al museo.")
    home.tell(home.hugo, subject="Notas")
    assert titles(home.mother, words=words) == expected


def test_search_does_not_find_by_the_name_of_a_child_from_whom_a_court_keeps_her(home: Household) -> None:
    home.tell(subject="De los dos")
    assert titles(home.mother, words="carmen") == ["De los dos"]
    home.bar(home.mother_person, home.carmen, -1)
    assert titles(home.mother, words="carmen") == []


def test_pages_go_on_where_the_last_ended_in_two_schools(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notica.family_inbox_list.PAGE", 2)
    far = make_school("30000002", name="THPT Hà Nội", time_zone="Asia/Ho_Chi_Minh")
    there = Household(far)
    there.mother_person.user = home.mother
    there.mother_person.save()
    for number in range(5):
        (home if number % 2 else there).tell(subject=f"N{number}")
    first = lines(home.mother)
    assert [(row.title, row.sender) for row in first] == [
        ("N4", "Dolores Directora · THPT Hà Nội"),
        ("N3", "Dolores Directora · IES Ribera"),
    ]
    assert titles(home.mother, after=first[-1].pk) == ["N2", "N1"]
    second = titles(home.mother, after=lines(home.mother, after=first[-1].pk)[-1].pk)
    assert second == ["N0"]


def test_each_school_turns_its_own_day(home: Household) -> None:
    far = make_school("30000002", name="THPT Hà Nội", time_zone="Asia/Ho_Chi_Minh")
    there = Household(far)
    there.mother_person.user = home.mother
    there.mother_person.save()
    evening = database_now().replace(hour=19, minute=0) - timedelta(days=3)  # past midnight in Hà Nội alone
    for house in (home, there):
        InboxEntry.objects.filter(message=house.tell()).update(created_at=evening)
    reader = reader_of(home.mother)
    days = family_page(reader, Filters()).days
    assert [len(day.rows) for day in days] == [1, 1]
    assert [day.rows[0].sender.partition(" · ")[2] for day in days] == ["THPT Hà Nội", "IES Ribera"]
    assert days[0].rows[0].hour == "02:00"


def test_list_costs_the_same_for_one_and_for_thirty(home: Household) -> None:
    def one_more() -> None:
        message = home.tell(body="Con {alumno}.")
        MessageAttachment.objects.create(
            message=message, name="a.pdf", content_type="application/pdf", size=1, sha256="0" * 64
        )

    one_more()
    with CaptureQueriesContext(connection) as one:
        assert [row.files for row in lines(home.mother)] == [True]
    for _ in range(29):
        one_more()
    with CaptureQueriesContext(connection) as many:
        assert len(lines(home.mother)) == 30
    assert len(one) == len(many)


def test_first_page_needs_the_indexes_alone(home: Household) -> None:
    home.tell()
    students = [home.carmen.pk, home.hugo.pk]
    entries = family_entries([home.mother_person.pk], students, database_now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    plan = entries.order_by("-created_at", "-pk")[:31].explain()
    assert ("inbox_newest" in plan, "about_once" in plan, "Seq Scan" in plan) == (True, True, False)


def test_count_is_one_query_and_of_all_schools(home: Household, django_assert_num_queries: Any) -> None:
    there = Household(make_school("30000002"))
    there.mother_person.user = home.mother
    there.mother_person.save()
    home.tell()
    there.tell()
    with django_assert_num_queries(1):
        assert unread_by_family(home.mother) == 2
    assert unread_by_family(make_login(make_person(home.school, "Sin Nadie"))) == 0
    children = children_read_by(home.mother, database_today())
    with django_assert_num_queries(1):
        assert [unread_by_family(home.mother, some) for some in (children,)] == [2]
    assert [unread_by_family(home.mother, some) for some in (children[:1], ())] == [1, 0]


def read(user: User, entry: InboxEntry) -> Any:
    reader = reader_of(user)
    wanted = reader.entries.select_related("recipient", "message__sender_person", "message__school")
    return family_reading(wanted.get(pk=entry.pk), reader)


def test_reading_says_how_it_was_sent_to_her_and_not_to_the_other(home: Household) -> None:
    message = home.tell()
    Delivery.objects.filter(message_id=message.pk, channel="telegram").update(state="delivered")
    hers = read(home.mother, home.entry(message))
    assert [(way.channel, way.address, way.mark.word, way.words) for way in hers.ways] == [
        ("Telegram", "***345", "Recibido", "El canal dice que llegó al teléfono o al buzón."),
        ("TokApp", "***345", "En cola", "Todavía no ha salido."),
    ]
    assert (hers.text, hers.left, hers.sender) == (
        "Mañana no hay clase.",
        "se borra en 90 días",
        "Dolores Directora · IES Ribera",
    )
    Delivery.objects.filter(message_id=message.pk).update(state="failed", reason="tokapp.unknown_phone")
    his = read(home.father, home.entry(message, home.father_person))
    assert [(way.channel, way.address, way.mark.word, way.words) for way in his.ways] == [
        ("TokApp", "***678", "Fallido", "No tiene TokApp en ese teléfono")
    ]
    Delivery.objects.filter(message_id=message.pk).update(state="suppressed", reason="shared_with_barred")
    assert read(home.father, home.entry(message, home.father_person)).ways == []


def test_family_sms_says_to_each_parent_her_own_number(home: Household) -> None:
    message = home.tell(home.carmen, way="sms", subject="", body="Aviso")
    assert Delivery.objects.get(message_id=message.pk).address == FATHER_PHONE
    his, hers = (home.entry(message, who) for who in (home.father_person, home.mother_person))
    assert his.recipient_id == hers.recipient_id
    assert [way.address for way in read(home.father, his).ways] == ["***678"]
    assert read(home.mother, hers).ways == []


def test_long_text_in_parts_is_said_once_by_the_part_that_did_not_arrive(home: Household) -> None:
    entry = home.entry(home.tell())
    first = Delivery.objects.get(message_id=entry.message_id, channel="telegram", person_id=entry.person_id)
    Delivery.objects.filter(pk=first.pk).update(state="accepted", more=True)
    Delivery.objects.filter(channel="tokapp").delete()
    first.pk, first.part, first.state = None, 2, "failed"
    first.save(force_insert=True)
    assert [way.mark.word for way in read(home.mother, entry).ways] == ["Fallido"]


def test_text_names_only_the_children_about_whom_she_reads(home: Household) -> None:
    entry = home.entry(home.tell(subject="Con {alumno}", body="Grupo: {grupo}. Alumno: {alumno}."))
    home.bar(home.mother_person, home.carmen, -1)
    reading = read(home.mother, entry)
    assert (reading.title, reading.text, [child.name for child in reading.children]) == (
        "Con Hugo Sánchez Vera",
        "Grupo: 3º ESO B. Alumno: Hugo Sánchez Vera.",
        ["Hugo"],
    )


def test_answer_of_a_teacher_is_among_hers_alone(db: None) -> None:
    family = Family()
    reply = family.answer(family.write())
    father = make_login(family.person(family.father))
    assert titles(family.mother_login) == ["Re: Reunión"]
    assert titles(father) == []
    assert RecipientAbout.objects.filter(message_id=reply.pk).count() == 1


def test_persons_are_those_of_her_children(home: Household) -> None:
    also = make_person(home.school, "Lucía Vera", user=home.mother)
    assert also.user == home.mother
    found = persons_of(home.mother, [home.carmen.pk, home.hugo.pk])
    assert list(found) == [home.mother_person]
    other = make_student(make_group(home.school, "4º"), "Otro Niño", [Parent("Otra Madre")])
    assert list(persons_of(home.mother, [other.pk])) == []


def test_absence_says_in_the_list_which_session_it_was(db: None, database_clock: DatabaseClock) -> None:
    database_clock.freeze(NINE)
    of = SchoolClass()
    of.mark((of.ana, Mark.ABSENT))
    (row,) = lines(make_login(of.mother.person))  # type: ignore[arg-type]  # made with her child
    assert row.title == "Falta de asistencia"
    assert row.beginning == "viernes 27 de noviembre · Sesión 2 (09:15) · Matemáticas: falta"
