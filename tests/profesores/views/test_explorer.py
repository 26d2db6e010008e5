"""Alumnos centro › Explorador: parts of the school ticked whole or in part."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notica.models import KeptDraft
from plumier.clock import database_today
from plumier.models import School, Student, User
from profesores.models import Selection
from profesores.picking.school_picker import SchoolPicker
from profesores.picking.selecting import members
from tests.factories.register import make_director, make_group, make_school, make_student

URL = "/profesores/centro/explorador/"
HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    school = make_school()
    for group, names in {"1º ESO A": "Ana Eva", "1º ESO B": "Leo", "2º ESO A": "Ida"}.items():
        for name in names.split():
            make_student(
                make_group(school, group)
                if not school.groups.filter(name=group)
                else school.groups.get(name=group),
                f"{name} Gil",
            )
    return school


@pytest.fixture
def director(school: School, client: Client) -> User:
    user = make_director(school)
    client.force_login(user)
    return user


def group(school: School, name: str) -> str:
    return f"grupo:{school.groups.get(name=name).pk}"


def level(school: School, name: str) -> str:
    return f"nivel:{school.stages.get().pk}:{name}"


def tick(client: Client, parts: list[str], before: list[str], **more: str) -> None:
    response = client.post(URL, {"parte": parts, "antes": before, **more})
    assert (response.status_code, response.headers["Location"].startswith(URL)) == (303, True)


def picked(user: User, school: School) -> list[str]:
    chosen = members(SchoolPicker(user, school, database_today()))
    return sorted(chosen.values_list("person__given_name", flat=True))


def states(client: Client) -> dict[str, str]:
    nodes = client.get(URL).context["nodes"]
    return {one.name: f"{one.chosen}/{one.total} {one.state}" for root in nodes for one in root.walk()}


def test_level_is_picked_by_a_filter_and_shown_in_its_parents(
    school: School, director: User, client: Client
) -> None:
    tick(client, [level(school, "1º ESO")], [])
    kept = Selection.objects.get()
    assert (kept.filters, kept.added) == ([{"de": [level(school, "1º ESO")]}], [])
    assert states(client) == {
        "ESO": "3/4 mixed",
        "1º ESO": "3/3 true",
        "1º ESO A": "2/2 true",
        "1º ESO B": "1/1 true",
        "2º ESO": "0/1 false",
        "2º ESO A": "0/1 false",
    }
    make_student(school.groups.get(name="1º ESO B"), "Nora Nueva")
    assert picked(director, school) == ["Ana", "Eva", "Leo", "Nora"]


def test_group_unticked_in_a_ticked_level_goes_alone(school: School, director: User, client: Client) -> None:
    one, both = level(school, "1º ESO"), [group(school, "1º ESO A"), group(school, "1º ESO B")]
    tick(client, [one], [])
    tick(client, [one, both[0]], [one, *both])
    assert picked(director, school) == ["Ana", "Eva"]
    assert states(client)["1º ESO"] == "2/3 mixed"


def test_level_unticked_takes_its_groups_with_it(school: School, director: User, client: Client) -> None:
    one, both = level(school, "1º ESO"), [group(school, "1º ESO A"), group(school, "1º ESO B")]
    tick(client, [one], [])
    tick(client, both, [one, *both])
    assert picked(director, school) == []


def test_tick_on_a_mixed_part_takes_all_of_it(school: School, director: User, client: Client) -> None:
    tick(client, [group(school, "1º ESO A")], [])
    tick(client, [f"etapa:{school.stages.get().pk}", group(school, "1º ESO A")], [group(school, "1º ESO A")])
    assert picked(director, school) == ["Ana", "Eva", "Ida", "Leo"]


def test_tree_shown_before_takes_nothing_from_what_was_ticked_since(
    school: School, director: User, client: Client
) -> None:
    tick(client, [group(school, "1º ESO A")], [])
    tick(client, [group(school, "2º ESO A")], [])
    assert picked(director, school) == ["Ana", "Eva", "Ida"]


def test_parts_of_another_school_are_passed_over(school: School, director: User, client: Client) -> None:
    other = make_group(make_school("30000002"), "1º ESO A")
    make_student(other, "Otra Ajena")
    tick(client, [f"grupo:{other.pk}", f"etapa:{other.stage_id}", "nada"], [])
    assert (Selection.objects.count(), picked(director, school)) == (0, [])


def test_ticks_are_kept_before_writing(school: School, director: User, client: Client) -> None:
    response = client.post(URL, {"parte": [group(school, "1º ESO A")], "hacer": "telegram_tokapp"})
    draft = KeptDraft.objects.get()
    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"/profesores/escribir/{draft.token}/",
    )
    names = Student.objects.filter(pk__in=draft.students).values_list("person__given_name", flat=True)
    assert sorted(names) == ["Ana", "Eva"]


def test_emptied_selection_is_empty_whatever_was_ticked(
    school: School, director: User, client: Client
) -> None:
    tick(client, [group(school, "1º ESO A")], [])
    tick(client, [group(school, "2º ESO A")], [], hacer="vaciar")
    assert picked(director, school) == []


def test_htmx_gets_the_heads_and_the_bar_out_of_band(school: School, director: User, client: Client) -> None:
    response = client.post(URL, {"parte": [group(school, "1º ESO A")]}, headers=HTMX)
    page = response.content.decode()
    assert (response.status_code, page.count('hx-swap-oob="true"')) == (200, 7)
    assert "<details" not in page
    assert page.count('data-state="mixed"') == 2
    emptied = client.post(URL, {"hacer": "vaciar"}, headers={**HTMX, "HX-Target": "picking"})
    page = emptied.content.decode()
    assert (emptied.headers["HX-Reswap"], page.count('hx-swap-oob="true"'), "mixed" in page) == (
        "none",
        7,
        False,
    )
    assert picked(director, school) == []


def test_those_selected_are_seen_in_the_list(director: User, client: Client) -> None:
    response = client.get(f"{URL}?ver=seleccion&para=alumno")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/profesores/centro/?ver=seleccion&para=alumno",
    )


def test_page_takes_as_many_queries_for_four_groups_as_for_thirty(
    school: School, director: User, client: Client
) -> None:
    def measure() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    measure()  # a first visit writes that she was here
    few = measure()
    for number in range(3, 30):
        make_student(make_group(school, f"{number}º ESO A"), "Ana Gil")
    assert measure() == few


def test_ticks_take_as_many_queries_for_two_groups_as_for_twenty(
    school: School, director: User, client: Client
) -> None:
    def measure(names: list[str], before: list[str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            tick(client, [group(school, name) for name in names], before)
        return len(queries) - len(names)  # `group` asks for each

    for number in range(3, 23):
        make_student(make_group(school, f"{number}º ESO A"), "Ana Gil")
    everyone = [f"{number}º ESO A" for number in range(3, 23)]
    few = measure(everyone[:2], [])
    client.post(URL, {"hacer": "vaciar"})
    assert measure(everyone, []) == few
    assert len(picked(director, school)) == 20


def test_part_picked_by_a_lost_answer_and_unticked_is_let_go(
    school: School, director: User, client: Client
) -> None:
    one = group(school, "1º ESO A")
    tick(client, [one], [])
    tick(client, [], [], tocada=one)
    assert picked(director, school) == []


def test_list_of_a_part_is_of_whom_is_written_to(school: School, director: User, client: Client) -> None:
    to_students = client.get(URL, {"para": "alumno"}).content.decode()
    to_families = client.get(URL).content.decode()
    assert [page.count("&amp;para=alumno") for page in (to_students, to_families)] == [8, 0]


def test_school_without_groups_says_what_to_do(client: Client) -> None:
    client.force_login(make_director(make_school("30000009")))
    assert "El centro todavía no tiene alumnos" in client.get(URL).content.decode()
