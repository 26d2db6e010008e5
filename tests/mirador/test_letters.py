"""«Escribir»: whom a family can write to about a child, and what it has written."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notica.models import KeptDraft
from plumier.clock import database_today
from plumier.models import Enrolment, Group, Guardianship, TeachingAssignment
from tests.factories.register import Parent, make_group, make_login, make_student, make_teacher
from tests.mirador.letters import as_, begin, letter_page, queries, write_page
from tests.notica.correspondence import Family
from tests.notica.results import ACCOUNTS


@pytest.fixture
def family(db: None, settings: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Family()


@pytest.fixture
def mother(family: Family) -> Client:
    return as_(family.mother_login)


def bar(family: Family, since: date, until: date | None) -> None:
    Guardianship.objects.filter(guardian=family.person(family.mother)).update(
        barred_from=since, barred_until=until, barred_reference="Auto 1"
    )


def test_tutor_and_teachers_stand_each_in_their_place(family: Family, mother: Client) -> None:
    response = mother.get(write_page(family))
    assert [one.name for one in response.context["tutors"]] == ["Tere Tutora"]
    assert [(one.name, one.subjects) for one in response.context["teachers"]] == [
        ("Paco Profesor", ("Matemáticas",))
    ]
    for words in ("Tutorías", "Mis profesores", "Todavía no ha escrito a nadie"):
        assert words in response.content.decode()


def test_envelope_begins_a_letter_to_the_tutor(family: Family, mother: Client) -> None:
    response = mother.post(write_page(family), {"a": family.person(family.tutor).pk})
    draft = KeptDraft.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, letter_page(draft))
    assert (draft.by, draft.student, draft.staff) == (
        family.mother_login,
        family.student,
        [family.person(family.tutor).pk],
    )


def test_letter_to_several_is_to_all_who_are_ticked(family: Family, mother: Client) -> None:
    both = sorted(family.person(one).pk for one in (family.tutor, family.teacher))
    mother.post(write_page(family), {"a": both})
    assert KeptDraft.objects.get().staff == both


@pytest.mark.parametrize("typed", [[], ["x"], ["9" * 30], ["0"]])
def test_nobody_chosen_is_said(family: Family, mother: Client, typed: list[str]) -> None:
    response = mother.post(write_page(family), {"a": typed}, follow=True)
    assert "Elija al menos un profesor." in response.content.decode()
    assert KeptDraft.objects.count() == 0


def test_child_of_another_and_the_teachers_of_another_are_not_written_to(
    family: Family, mother: Client
) -> None:
    group = make_group(family.school, "2º ESO B")
    other, teacher = make_student(group, "Iván Gil"), make_teacher(group, "Olga Otra")
    page = reverse("mirador:write")
    assert mother.get(f"{page}?alumno={other.pk}").status_code == 404
    assert mother.post(f"{page}?alumno={other.pk}", {"a": teacher.people.get().pk}).status_code == 404
    mother.post(write_page(family), {"a": teacher.people.get().pk})
    assert KeptDraft.objects.count() == 0
    assert "Olga Otra" not in mother.get(write_page(family)).content.decode()


def test_each_child_has_her_own(family: Family, mother: Client) -> None:
    group: Group = make_group(family.school, "2º ESO B")
    sibling = make_student(group, "Blas Marín", [Parent("", person=family.person(family.mother))])
    make_teacher(group, "Olga Otra")
    family.write(subject="De Lucía")
    shown = mother.get(f"{reverse('mirador:write')}?alumno={sibling.pk}").content.decode()
    assert ("Olga Otra" in shown, "Paco Profesor" in shown, "De Lucía" in shown) == (True, False, False)


def test_other_parent_and_the_student_find_nothing_of_hers(family: Family, mother: Client) -> None:
    family.answer(family.write(subject="Custodia"), text="Secreto de tutora")
    begin(family)
    KeptDraft.objects.update(subject="Borrador de Marta")
    words = ("Custodia", "Secreto de tutora", "Borrador de Marta", "Marta Marín", "sin leer")
    mine = mother.get(write_page(family)).content.decode()
    assert [word in mine for word in words] == [True, True, True, False, True]
    for who in (family.person(family.father), family.student.person):
        client = as_(make_login(who))
        for query in ("", "&buscar=custodia", "&buscar=secreto"):
            shown = client.get(write_page(family) + query).content.decode()
            assert [word in shown for word in words[:4]] == [False, False, False, False], who


@pytest.mark.parametrize(
    ("since", "until", "status"), [(-9, -1, 200), (-1, None, 404), (0, 0, 404), (1, None, 200)]
)
def test_barred_mother_has_no_page_while_she_is(
    family: Family, mother: Client, since: int, until: int | None, status: int
) -> None:
    today = database_today()
    bar(family, today + timedelta(since), None if until is None else today + timedelta(until))
    assert mother.get(write_page(family)).status_code == status
    posted = mother.post(write_page(family), {"a": family.person(family.tutor).pk})
    assert posted.status_code == (303 if status == 200 else 404)


def test_mother_who_reads_about_nobody_is_told_so(family: Family, mother: Client) -> None:
    bar(family, date(2026, 1, 1), None)
    response = mother.get(reverse("mirador:write"))
    assert "Aquí no hay ningún alumno a su cargo" in response.content.decode()
    assert mother.post(reverse("mirador:write"), {"a": 1}).status_code == 404


def test_student_writes_for_herself(family: Family) -> None:
    student = make_login(family.student.person)
    shown = as_(student).get(reverse("mirador:write")).content.decode()
    assert ("Tere Tutora" in shown, "Paco Profesor" in shown) == (True, True)


def test_child_who_left_keeps_what_was_written(family: Family, mother: Client) -> None:
    family.write(subject="Del año pasado")
    Enrolment.objects.update(status="withdrawn")
    shown = mother.get(write_page(family)).content.decode()
    assert ("Ya no está en el centro" in shown, "Del año pasado" in shown, "Tere Tutora" in shown) == (
        True,
        True,
        True,  # with whom the conversation was
    )
    assert "Tutorías" not in shown


def test_school_that_names_nobody_is_said(family: Family, mother: Client) -> None:
    TeachingAssignment.objects.all().delete()
    Group.objects.update(tutor=None)
    shown = mother.get(write_page(family)).content.decode()
    assert "Todavía no hay a quién escribir" in shown


def test_protected_childs_mother_writes(db: None, settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    family = Family(protected=True)
    response = as_(family.mother_login).post(write_page(family), {"a": family.person(family.tutor).pk})
    assert (response.status_code, KeptDraft.objects.count()) == (303, 1)


def test_search_without_a_hit_offers_all(family: Family, mother: Client) -> None:
    family.write()
    shown = mother.get(write_page(family) + "&buscar=nada").content.decode()
    assert "Ninguna conversación cumple lo que busca" in shown
    assert "Reunión" not in shown


def test_page_costs_the_same_whatever_is_on_it(
    family: Family, mother: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notica.threads.check_limits", lambda *_args, **_words: None)

    def add(number: int) -> None:
        for one in range(number):
            make_teacher(family.group, f"Ana {one}")
            family.answer(family.write(family.tutor, family.teacher))
            begin(family)
        KeptDraft.objects.update(body="Hola")

    add(1)
    few = queries(mother, write_page(family))
    add(19)
    assert queries(mother, write_page(family)) == few
