"""Mis alumnos: what is listed, how it is picked without a script and with htmx, and what is done with those picked."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.models import DataRequest, KeptDraft
from plumier.models import Group, School, Student, Subgroup, Subject, TeachingAssignment, User
from profesores.models import Selection
from tests.factories.register import (
    Parent,
    link,
    make_director,
    make_group,
    make_school,
    make_staff,
    make_student,
    make_teacher,
    make_tutor,
    mobile,
)
from tests.notica.results import ACCOUNTS
from tests.profesores.picking.classroom import fill, names, page_of

URL = "/profesores/alumnos/"
NAME = re.compile(r'<a href="/profesores/alumnos/\d+/">([^<]*)</a>')
TICKED = re.compile(r'value="(\d+)"\s+data-picks\s+checked')
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


@pytest.fixture
def school(db: None) -> School:
    return make_school()


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def teacher(group: Group) -> User:
    return make_teacher(group)


def listed(client: Client, query: str = "") -> list[str]:
    return NAME.findall(client.get(URL + query).content.decode())


def entered(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def post(client: Client, do: str = "", query: str = "", **data: Any) -> Any:
    return client.post(URL + query, {"hacer": do, **data})


def picked(user: User, school: School) -> list[str]:
    return names(page_of(user, school).people().filter(pk__in=_members(user, school)))


def _members(user: User, school: School) -> list[int]:
    kept = Selection.objects.filter(user=user, school=school).first()
    return kept.added if kept else []


def test_list_has_her_own_students_enrolled_now(client: Client, group: Group, teacher: User) -> None:
    make_student(group, "Berta Ñíguez")
    make_student(group, "Álvaro Abad")
    make_student(group, "Ida Baja", status="withdrawn")
    make_student(make_group(group.school, "1º ESO B"), "Otra Clase")
    make_student(make_group(make_school("30000002")), "Otro Centro")
    assert listed(entered(client, teacher)) == ["Abad, Álvaro", "Ñíguez, Berta"]


def test_list_hides_a_child_whom_a_court_keeps_from_her_teacher(client: Client, group: Group) -> None:
    father = make_teacher(group)
    child = make_student(group, "Hija Suya")
    child.guardianships.create(
        school=group.school,
        guardian=father.people.get(),
        relation="father",
        order=1,
        barred_from="2026-01-01",
        barred_reference="Auto 12/2026",
    )
    make_student(group, "Otra Alumna")
    assert listed(entered(client, father)) == ["Alumna, Otra"]


def test_search_looks_for_every_word_without_accents_and_for_the_expediente(
    client: Client, group: Group, teacher: User
) -> None:
    nuria = make_student(group, "Nuria Íñiguez Pérez")
    make_student(group, "Nuria Abad")
    entered(client, teacher)
    assert listed(client, "?buscar=perez+NURIA") == ["Íñiguez Pérez, Nuria"]
    assert listed(client, f"?buscar={nuria.expediente}") == ["Íñiguez Pérez, Nuria"]
    page = client.get(f"{URL}?buscar=nadie").content.decode()
    assert "Nadie cumple lo que busca" in page
    assert "Quitar los filtros" in page
    to_students = client.get(f"{URL}?buscar=nadie&para=alumno").content.decode()
    assert [
        f'{URL}?centro={group.school.code}&amp;para=alumno">Quitar' in one for one in (page, to_students)
    ] == [False, True]


def test_classes_are_her_tutoria_and_her_subjects_with_counts(client: Client, group: Group) -> None:
    teacher = make_tutor(group)
    other = make_group(group.school, "1º ESO B")
    ana, bea = make_student(group, "Ana"), make_student(other, "Bea")
    make_student(other, "Carla")
    optional = Subgroup.objects.create(school=group.school, year=group.year, name="Francés 1")
    for enrolment in (ana.enrolments.get(), bea.enrolments.get()):
        optional.memberships.create(school=group.school, enrolment=enrolment)
    french = Subject.objects.create(school=group.school, name="Francés")
    maths = Subject.objects.create(school=group.school, name="Matemáticas")
    person = teacher.people.get()
    for subject, where in (
        (french, {"subgroup": optional}),
        (maths, {"group": group}),
        (maths, {"group": other}),
    ):
        TeachingAssignment.objects.create(
            school=group.school, year=group.year, teacher=person, subject=subject, **where
        )
    page = entered(client, teacher).get(URL).content.decode()
    options = re.findall(r'<(?:optgroup label|option value)="([^"]*)"[^>]*>([^<]*)', page)
    assert [(code, words.strip()) for code, words in options] == [
        ("", "Todos mis alumnos · 3"),
        ("Tutoría", ""),
        (f"t{group.pk}", "1º ESO A · 1"),
        ("Francés", ""),
        (f"m{french.pk}s{optional.pk}", "Francés 1 · 2"),
        ("Matemáticas", ""),
        (f"m{maths.pk}", "Todos los grupos · 3"),
        (f"m{maths.pk}g{group.pk}", "1º ESO A · 1"),
        (f"m{maths.pk}g{other.pk}", "1º ESO B · 2"),
    ]
    assert listed(client, f"?clase=m{french.pk}s{optional.pk}") == ["Ana", "Bea"]
    assert listed(client, f"?clase=m{maths.pk}g{other.pk}") == ["Bea", "Carla"]
    assert listed(client, f"?clase=t{group.pk}") == ["Ana"]
    assert listed(client, f"?clase=t{other.pk}") == []


def test_teacher_without_students_is_told_what_will_be_here(client: Client, school: School) -> None:
    page = entered(client, make_staff(school)).get(URL).content.decode()
    assert "Todavía no tiene alumnos" in page
    assert "Ir a Mis compañeros" in page
    leader = Client()
    assert "Ir a Alumnos centro" in entered(leader, make_director(school)).get(URL).content.decode()


def test_chips_say_where_the_family_is_reached(client: Client, group: Group, teacher: User) -> None:
    phone, other, blocked = mobile(), mobile(), mobile()
    link("telegram", phone)
    link("telegram", blocked, state="blocked")
    mother = Parent("Madre Uno", contacts={"phone_1": phone, "email": "madre@family.example"})
    make_student(group, "Ana", [mother])
    make_student(group, "Bea", [Parent("Sin Tick", contacts={"phone_1": other}, ticked=False)])
    make_student(group, "Carla", [mother], protected=True)
    make_student(group, "Dani", contacts={"email_alt": "dani@alu.example"})
    make_student(
        group, "Eva", [Parent("Bloquea", contacts={"phone_1": blocked, "phone_2": "landline:+34968000001"})]
    )
    entered(client, teacher)

    def chips(query: str = "") -> list[list[str]]:
        rows = client.get(URL + query).content.decode().split('<li class="row-line">')[1:]
        found = [row.split("</li>")[0] for row in rows]
        return [
            re.findall(r'<span class="mark [^"]*"><svg.*?</svg>\s*([^<]*)</span>', row, re.S) for row in found
        ]

    unasked = "TokApp sin comprobar"  # said only where no other chat reaches her
    assert chips() == [
        ["Correo", "Telegram", "SMS"],
        ["Sin canal"],
        ["Datos protegidos"],
        ["Sin canal"],
        ["Telegram bloqueado", unasked, "SMS"],
    ]
    assert chips("?para=alumno") == [["Sin canal"], ["Sin canal"], ["Sin canal"], ["Correo"], ["Sin canal"]]


def test_pages_go_on_after_the_last_name(client: Client, group: Group, teacher: User) -> None:
    fill(group, 60)
    entered(client, teacher)
    first = listed(client)
    page = client.get(URL).content.decode()
    last = re.findall(r"despues=(\d+)", page)[-1]
    second = listed(client, f"?despues={last}")
    assert (len(first), len(second)) == (50, 10)
    assert first + second == sorted(first + second)
    assert listed(client, "?despues=99999999999999999999") == first


def test_ticks_of_a_form_are_kept_and_taken_away(client: Client, group: Group, teacher: User) -> None:
    ana, bea, eva = (make_student(group, name) for name in ("Ana", "Bea", "Eva"))
    entered(client, teacher)
    answer = post(client, "aplicar", "?buscar=a", marcada=[ana.pk, bea.pk], estaban="")
    assert (answer.status_code, answer["Location"]) == (303, f"{URL}?buscar=a&centro={group.school.code}")
    assert picked(teacher, group.school) == ["Ana", "Bea"]
    page = client.get(URL).content.decode()
    assert TICKED.findall(page) == [str(ana.pk), str(bea.pk)]
    assert "2 seleccionados" in page
    post(client, "aplicar", marcada=[bea.pk, eva.pk], estaban=f"{ana.pk},{bea.pk}")
    assert picked(teacher, group.school) == ["Bea", "Eva"]


def test_old_page_takes_no_tick_from_a_newer_one(client: Client, group: Group, teacher: User) -> None:
    ana, bea = make_student(group, "Ana"), make_student(group, "Bea")
    entered(client, teacher)
    post(client, "aplicar", marcada=[ana.pk], estaban="")
    post(client, "aplicar", marcada=[bea.pk], estaban="")
    assert picked(teacher, group.school) == ["Ana", "Bea"]


@pytest.mark.parametrize("value", ["x", "", "-1", "9" * 40, "²"])
def test_nonsense_picks_nobody(client: Client, group: Group, teacher: User, value: str) -> None:
    make_student(group, "Ana")
    answer = post(entered(client, teacher), "aplicar", marcada=[value], estaban=value, filas=value)
    assert answer.status_code == 303
    assert picked(teacher, group.school) == []


def test_student_of_another_school_or_class_is_never_picked(
    client: Client, group: Group, teacher: User
) -> None:
    other = make_student(make_group(make_school("30000002")), "Zoe")
    beside = make_student(make_group(group.school, "1º ESO B"), "Yago")
    post(entered(client, teacher), "email", marcada=[other.pk, beside.pk], estaban="")
    assert Selection.objects.filter(added__contains=[other.pk]).count() == 0
    assert Selection.objects.filter(added__contains=[beside.pk]).count() == 0
    assert KeptDraft.objects.count() == 0


def test_everybody_who_fits_a_filter_is_picked_beyond_the_page(
    client: Client, group: Group, teacher: User
) -> None:
    fill(group, 60)
    make_student(group, "Ana")
    entered(client, teacher)
    page = client.get(f"{URL}?buscar=nadal").content.decode()
    assert "Seleccionar los 60 que cumplen el filtro" in page
    post(client, "todos", "?buscar=nadal")
    page = client.get(f"{URL}?buscar=ana").content.decode()
    assert "60 seleccionados" in page
    assert "60 fuera de esta vista" in page
    assert len(listed(client, "?ver=seleccion")) == 50
    post(client, "ninguno", "?buscar=alumno0000")
    assert "50 seleccionados" in client.get(URL).content.decode()
    post(client, "vaciar")
    assert "0 seleccionados" in client.get(URL).content.decode()
    assert "No hay nadie seleccionado" in client.get(f"{URL}?ver=seleccion").content.decode()


def test_page_is_picked_by_its_button(client: Client, group: Group, teacher: User) -> None:
    ana, bea = make_student(group, "Ana"), make_student(group, "Bea")
    make_student(group, "Carla")
    post(entered(client, teacher), "pagina", filas=f"{ana.pk},{bea.pk}", estaban="")
    assert picked(teacher, group.school) == ["Ana", "Bea"]


def test_selection_outlives_the_session(client: Client, group: Group, teacher: User) -> None:
    ana = make_student(group, "Ana")
    post(entered(client, teacher), "aplicar", marcada=[ana.pk], estaban="")
    client.logout()
    assert TICKED.findall(entered(client, teacher).get(URL).content.decode()) == [str(ana.pk)]


def test_tick_by_htmx_swaps_the_bar_alone(client: Client, group: Group, teacher: User) -> None:
    ana, bea = make_student(group, "Ana"), make_student(group, "Bea")
    answer = entered(client, teacher).post(
        URL,
        {"marcada": [ana.pk], "estaban": "", "filas": f"{ana.pk},{bea.pk}"},
        headers={**HTMX, "HX-Target": "picking-bar"},
    )
    page = answer.content.decode()
    assert (answer.status_code, "<html" in page, NAME.findall(page)) == (200, False, [])
    assert "1 seleccionado" in page
    assert f'name="estaban" value="{ana.pk}"' in page
    assert 'hx-swap-oob="true"' in page


def test_search_by_htmx_swaps_the_list_and_going_back_gives_the_page(
    client: Client, group: Group, teacher: User
) -> None:
    make_student(group, "Ana")
    entered(client, teacher)
    target = {**HTMX, "HX-Target": "picking"}
    assert "<html" not in client.get(URL, headers=target).content.decode()
    back = {**target, "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(URL, headers=back).content.decode()


@pytest.mark.parametrize(
    ("query", "to"), [("", "familia"), ("?para=alumno", "alumno"), ("?para=x", "familia")]
)
def test_button_begins_a_draft_to_those_picked(
    client: Client, group: Group, teacher: User, query: str, to: str
) -> None:
    ana, bea = make_student(group, "Ana"), make_student(group, "Bea")
    answer = post(entered(client, teacher), "telegram_tokapp", query, marcada=[bea.pk, ana.pk], estaban="")
    draft = KeptDraft.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("profesores:write", args=[draft.token]))
    assert (draft.by, draft.school, draft.to, draft.way) == (teacher, group.school, to, "telegram_tokapp")
    assert draft.students == sorted([ana.pk, bea.pk])


def test_sms_goes_to_one_student_unless_the_school_allows_more(
    client: Client, group: Group, teacher: User
) -> None:
    ana, bea = make_student(group, "Ana"), make_student(group, "Bea")
    answer = post(entered(client, teacher), "sms", marcada=[ana.pk, bea.pk], estaban="")
    assert "SMS: elija un solo alumno" in answer.content.decode()
    assert "SMS: elija un solo alumno" in client.get(URL).content.decode()
    assert KeptDraft.objects.count() == 0
    group.school.policy.sms_to_many = True
    group.school.policy.save()
    assert "SMS: elija" not in client.get(URL).content.decode()
    assert post(client, "sms", estaban=f"{ana.pk}", marcada=[ana.pk]).status_code == 303
    assert KeptDraft.objects.get().students == sorted([ana.pk, bea.pk])


def test_only_ways_of_the_school_are_offered(client: Client, group: Group, teacher: User) -> None:
    group.school.policy.channels = ["email"]
    group.school.policy.save()
    make_student(group, "Ana")
    page = entered(client, teacher).get(URL).content.decode()
    assert re.findall(r'name="hacer"\s+value="(email|telegram_tokapp|sms)"', page) == ["email"]


def test_those_she_may_not_write_to_are_left_out_after_she_is_told(client: Client, school: School) -> None:
    school.policy.senders = "tutors"
    school.policy.save()
    own, taught = make_group(school, "1º ESO A"), make_group(school, "1º ESO B")
    teacher = make_tutor(own)
    subject = Subject.objects.create(school=school, name="Lengua")
    TeachingAssignment.objects.create(
        school=school, year=own.year, teacher=teacher.people.get(), subject=subject, group=taught
    )
    ana, bea = make_student(own, "Ana"), make_student(taught, "Bea")
    entered(client, teacher)
    answer = post(client, "email", marcada=[ana.pk, bea.pk], estaban="")
    page = answer.content.decode()
    assert "1 de la selección queda fuera" in page
    assert "Escribir a 1" in page
    assert KeptDraft.objects.count() == 0
    assert post(client, "email", solo="1", estaban="").status_code == 303
    assert KeptDraft.objects.get().students == [ana.pk]
    post(client, "vaciar")
    page = post(client, "email", marcada=[bea.pk], estaban="", solo="1").content.decode()
    assert "No puede escribir a nadie de la selección" in page
    assert "No hay nadie seleccionado" in post(client, "email", estaban=f"{bea.pk}").content.decode()
    assert KeptDraft.objects.count() == 1


def test_workbook_of_those_picked_is_asked_for(client: Client, group: Group, teacher: User) -> None:
    ana = make_student(group, "Ana")
    make_student(group, "Bea")
    answer = post(entered(client, teacher), "datos", marcada=[ana.pk], estaban="")
    asked = DataRequest.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, reverse("notica:export", args=[asked.token]))
    assert (asked.by, asked.school, asked.selection["students"]) == (teacher, group.school, [ana.pk])
    assert "El libro le llegará por correo y a Notica." in client.get(answer["Location"]).content.decode()
    post(client, "vaciar")
    assert post(client, "datos", estaban="").status_code == 303
    assert "No hay ningún alumno en la selección." in client.get(URL).content.decode()
    assert DataRequest.objects.count() == 1


def test_list_costs_the_same_queries_for_one_and_for_thirty(
    client: Client, group: Group, teacher: User
) -> None:
    entered(client, teacher)

    def family(number: int) -> Student:
        parents = [Parent(f"Padre {number}", contacts={"phone_1": mobile()}), Parent(f"Madre {number}")]
        return make_student(group, f"Alumna {number}", parents)

    def queries(query: str = "") -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(URL + query)
        return len(asked)

    family(0)
    post(client, "todos")
    client.get(URL)
    few = [queries(), queries("?para=alumno"), queries("?ver=seleccion")]
    for number in range(1, 30):
        family(number)
    assert [queries(), queries("?para=alumno"), queries("?ver=seleccion")] == few


def test_page_is_for_staff(client: Client, group: Group) -> None:
    assert client.get(URL).status_code == 302
    mother = Parent("Madre")
    make_student(group, "Ana", [mother])
    family = User.objects.create_user("family")
    assert mother.person is not None
    mother.person.user = family
    mother.person.save()
    assert entered(client, family).get(URL).status_code == 404
    assert post(client, "todos").status_code == 404


def test_teacher_of_two_schools_acts_in_the_one_the_page_says(
    client: Client, group: Group, teacher: User
) -> None:
    other = make_group(make_school("30000002"))
    second = make_teacher(other).people.get()
    second.user = teacher
    second.save()
    make_student(group, "Ana")
    zoe = make_student(other, "Zoe")
    entered(client, teacher)
    assert listed(client, "?centro=30000001") == ["Ana"]
    assert listed(client, "?centro=30000002") == ["Zoe"]
    page = client.get(f"{URL}?centro=30000001").content.decode()
    assert f'action="{URL}?centro=30000001"' in page
    assert page.count('<input type="hidden" name="centro" value="30000001">') == 1  # of the search
    client.get(f"{URL}?centro=30000002")
    post(client, "aplicar", "?centro=30000001", marcada=[zoe.pk], estaban="")
    assert picked(teacher, group.school) == []
    assert client.get(f"{URL}?centro=39999999").status_code == 404
