"""Tablón of Mirador: whose it is, what a page says, what is put away, and that nothing of others is in it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.files import keep
from plumier.clock import database_today
from plumier.models import Guardianship, School, Student, User
from tablon.board import PAGE
from tablon.models import Notice, NoticeRead
from tests.factories.register import (
    Parent,
    make_director,
    make_group,
    make_login,
    make_school,
    make_service,
    make_student,
    make_teacher,
)
from tests.tablon.boards import as_user, post, service_of

BOARD = reverse("mirador:board")


@pytest.fixture
def school(db: None, settings: Any, tmp_path: Path) -> School:
    settings.DATA_DIR = tmp_path
    return make_school(name="IES Ribera")


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def student(school: School) -> Student:
    return make_student(make_group(school), "Luis Gil", [Parent("Marta Ros"), Parent("Juan Gil", "father")])


@pytest.fixture
def mother(student: Student) -> User:
    return make_login(student.guardians.order_by("pk")[0])


@pytest.fixture
def father(student: Student) -> User:
    return make_login(student.guardians.order_by("pk")[1])


def text_of(user: User, address: str = BOARD) -> str:
    response = as_user(user).get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def address_of(notice: Notice, name: str = "notice") -> str:
    return reverse(f"mirador:{name}", args=[notice.pk])


def statuses(user: User, notice: Notice) -> list[int]:
    """Of the notice's page, of what is done from it, and of its file."""
    client, file = as_user(user), notice.files.get()
    answers = [
        client.get(address_of(notice)),
        client.post(address_of(notice, "shelve"), {"do": "archivar"}),
        client.get(reverse("tablon:file", args=[notice.pk, file.pk])),
    ]
    for close in answers[-1]._resource_closers:  # type: ignore[attr-defined]  # not the request, and its connection
        close()
    return [answer.status_code for answer in answers]


def with_file(director: User, school: School, tmp_path: Path, **fields: Any) -> Notice:
    file = tmp_path / "Bases.pdf"
    file.write_bytes(b"%PDF-1.4 bases")
    return post(director, school, files=(keep(file),), **fields)


def test_card_has_origin_days_beginning_and_files(
    school: School, director: User, mother: User, tmp_path: Path
) -> None:
    today = database_today()
    notice = with_file(
        director, school, tmp_path, title="Becas", text="El plazo **termina**.", starts_on=today
    )
    text = text_of(mother)
    for said in (
        "IES Ribera",
        "Becas",
        '<p class="wrap">El plazo termina.</p>',
        "Leer el anuncio",
        "Sin leer",
    ):
        assert text.count(said) >= 1
    assert f'href="{reverse("tablon:file", args=[notice.pk, notice.files.get().pk])}">Bases.pdf (14' in text
    assert f'href="{address_of(notice)}"' in text


def test_opening_reads_it_and_asking_for_its_head_does_not(
    school: School, director: User, mother: User
) -> None:
    notice = post(director, school, text="# Título\n\nEl jueves **a las 18:00**.")
    as_user(mother).head(address_of(notice))
    as_user(mother).get(address_of(notice), headers={"sec-purpose": "prefetch"})
    before = NoticeRead.objects.count()
    text = text_of(mother, address_of(notice))
    assert (before, NoticeRead.objects.values_list("user", "notice").get()) == (0, (mother.pk, notice.pk))
    assert "<strong>a las 18:00</strong>" in text
    assert "Sin leer" not in text_of(mother)


def test_strangers_barred_and_staff_do_not_find_it(
    school: School, director: User, mother: User, father: User, student: Student, tmp_path: Path
) -> None:
    notice = with_file(director, school, tmp_path, title="Hola")
    other = make_student(make_group(make_school("30000002")), "Ana Sol", [Parent("Rosa Sol")])
    Guardianship.objects.filter(guardian__user=father).update(
        barred_from="2026-01-01", barred_reference="Auto 12/2026"
    )
    found = {
        "mother": statuses(mother, notice),
        "barred": statuses(father, notice),
        "stranger": statuses(make_login(other.guardians.get()), notice),
        "student": statuses(make_login(student.person), notice),
        "teacher": statuses(make_teacher(make_group(school, "2º ESO A")), notice),
    }
    gone = [404, 404, 404]
    assert found == {
        "mother": [200, 302, 200],
        "barred": gone,
        "stranger": gone,
        "student": gone,  # it is for the families
        "teacher": gone,
    }
    assert list(NoticeRead.objects.values_list("user", flat=True)) == [mother.pk]


@pytest.mark.parametrize(
    ("since", "until", "shown"), [(-9, -1, True), (-9, 0, False), (0, None, False), (1, None, True)]
)
def test_court_s_order_counts_by_its_days(
    school: School, director: User, father: User, since: int, until: int | None, shown: bool
) -> None:
    post(director, school, title="Becas de comedor")
    today = database_today()
    Guardianship.objects.filter(guardian__user=father).update(
        barred_from=today + timedelta(days=since),
        barred_until=None if until is None else today + timedelta(days=until),
        barred_reference="Auto 12/2026",
    )
    text = text_of(father)
    assert ("Becas de comedor" in text) == shown
    assert ("Aquí no hay ningún alumno a su cargo" in text) == (not shown)


def test_protected_child_s_mother_reads(school: School, director: User) -> None:
    child = make_student(make_group(school, "1º B"), "Eva Sol", [Parent("Rosa Sol")], protected=True)
    post(director, school, title="Becas de comedor")
    assert "Becas de comedor" in text_of(make_login(child.guardians.get()))


def test_past_notice_and_its_file_are_still_opened(
    school: School, director: User, mother: User, tmp_path: Path
) -> None:
    notice = with_file(director, school, tmp_path, title="Becas de comedor")
    day = database_today() - timedelta(days=3)
    Notice.objects.update(starts_on=day, ends_on=day)
    assert "Becas de comedor" not in text_of(mother)
    assert "Becas de comedor" in text_of(mother, f"{BOARD}?ver=anteriores")
    assert statuses(mother, notice) == [200, 302, 200]


def test_archive_is_hers_and_is_undone(school: School, director: User, mother: User, father: User) -> None:
    notice, client = post(director, school, title="Becas de comedor"), as_user(mother)
    assert client.post(address_of(notice, "shelve"), {"do": "archivar"})["Location"] == BOARD
    assert "El anuncio está en «Archivados»." in client.get(BOARD).content.decode()
    shown = ["Becas de comedor" in text_of(mother, address) for address in (BOARD, f"{BOARD}?ver=archivados")]
    assert (shown, "Becas de comedor" in text_of(father)) == ([False, True], True)
    assert "Sacar del archivo" in text_of(mother, address_of(notice))
    client.post(address_of(notice, "shelve"), {"do": "sacar"})
    assert "Becas de comedor" in text_of(mother)
    assert client.post(address_of(notice, "shelve"), {"do": "otra"}).status_code == 404


def test_choice_of_child_is_there_only_where_boards_differ(
    school: School, director: User, student: Student, mother: User
) -> None:
    tie = student.guardians.order_by("pk")[0]
    make_student(make_group(school, "3º B"), "Eva Gil", [Parent("Marta Ros", person=tie)])
    one_school = text_of(mother)
    other = make_school("30000002")
    second = make_student(make_group(other), "Hugo Gil", [Parent("Marta Ros", person=tie)])
    post(director, school, title="Del primero")
    post(make_director(other), other, title="Del segundo")
    narrowed = text_of(mother, f"{BOARD}?alumno={second.pk}")
    assert ('aria-label="De quién"' in one_school, 'aria-label="De quién"' in narrowed) == (False, True)
    assert ("Del segundo" in narrowed, "Del primero" in narrowed) == (True, False)


def test_child_that_is_not_hers_is_not_found(school: School, mother: User) -> None:
    other = make_student(make_group(school, "3º B"), "Ana Sol", [Parent("Rosa Sol")])
    assert as_user(mother).get(f"{BOARD}?alumno={other.pk}").status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "No hay anuncios en el tablón"),
        ("?ver=anteriores", "No hay anuncios anteriores"),
        ("?ver=archivados", "No ha archivado ningún anuncio"),
        ("?buscar=nada", "Ningún anuncio cumple lo que busca"),
        ("?despues=20260101-9", "Ningún anuncio cumple lo que busca"),
    ],
)
def test_empty_board_says_what_it_is(mother: User, query: str, said: str) -> None:
    assert said in text_of(mother, f"{BOARD}{query}")


def test_text_of_a_notice_brings_no_markup_of_its_own(school: School, director: User, mother: User) -> None:
    notice = post(
        director, school, title="<b>Hola</b>", text="<script>alert(1)</script> ![x](https://x.es/a.png)"
    )
    for address in (BOARD, address_of(notice)):
        text = text_of(mother, address)
        assert ("<script>alert" in text, "<b>Hola" in text, 'src="https://x.es' in text) == (
            False,
            False,
            False,
        )
        assert "&lt;b&gt;Hola" in text


def test_page_costs_the_same_for_one_notice_and_for_a_full_page(
    school: School, director: User, mother: User, tmp_path: Path
) -> None:
    client = as_user(mother)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(BOARD).status_code == 200
        return len(queries)

    with_file(director, school, tmp_path)
    one = cost()
    for _ in range(PAGE - 1):
        with_file(director, school, tmp_path)
    assert one == cost()


def test_director_sees_how_many_have_opened_it_and_not_who(
    school: School, director: User, mother: User, father: User
) -> None:
    service = make_service(school)
    notice = post(service, service_of(service), schools=[school])
    page = reverse("tablon:notice", args=[notice.pk])
    before = text_of(director, page)
    for reader in (mother, father):
        text_of(reader, address_of(notice))
    after = text_of(director, page)
    figure = "<dt>Lo han abierto</dt> <dd> {} </dd>"
    assert (figure.format("0 personas") in before, figure.format("2 personas") in after) == (True, True)
    assert ("Marta" in after, "Juan" in after) == (False, False)
