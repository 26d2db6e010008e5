"""The pages of the notice board: whose they are, what they keep of what was typed, and what they cost."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.files import path_of
from plumier.clock import database_now
from plumier.models import Guardianship, School, Student, User
from tablon.actions import withdraw_notice
from tablon.models import Notice, NoticeFile
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
from tests.tablon.boards import as_user, post, posted, service_of

NEW, LIST = reverse("tablon:new"), reverse("tablon:notices")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def school(db: None, settings: Any, tmp_path: Path) -> School:
    settings.DATA_DIR = tmp_path
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def student(school: School) -> Student:
    return make_student(make_group(school), "Luis Gil", [Parent("Marta Ros")])


def pdf(name: str = "circular.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 circular", content_type="application/pdf")


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def opened(user: User, url: str) -> tuple[int, bytes, str]:
    """The answer with all of its content, its file closed."""
    response = as_user(user).get(url)
    content = b"".join(getattr(response, "streaming_content", ()))
    for close in response._resource_closers:  # type: ignore[attr-defined]  # not the request, and its connection
        close()
    return response.status_code, content, response.headers.get("Content-Disposition", "")


def test_teacher_has_no_board_to_post_on(student: Student, school: School, director: User) -> None:
    notice = post(director, school)
    teacher = as_user(make_teacher(make_group(school, "2º ESO A")))
    pages = [LIST, NEW, *(reverse(f"tablon:{name}", args=[notice.pk]) for name in ("notice", "edit"))]
    acts = [reverse(f"tablon:{name}", args=[notice.pk]) for name in ("publish", "withdraw", "discard")]
    answers = [teacher.get(page).status_code for page in pages]
    assert answers + [teacher.post(act).status_code for act in acts] == [404] * 7


def test_director_posts_with_a_file(school: School, director: User) -> None:
    response = as_user(director).post(NEW, posted(accion="publicar", nuevos=[pdf()]))
    notice = Notice.objects.get()
    assert response["Location"] == reverse("tablon:notice", args=[notice.pk])
    assert (notice.school, list(notice.schools.all()), notice.is_draft, notice.by) == (
        *(school, [school]),
        *(False, director),
    )
    kept = notice.files.get()
    assert (kept.name, path_of(kept.sha256).read_bytes()) == ("circular.pdf", b"%PDF-1.4 circular")


def test_draft_is_kept_and_published_later(school: School, director: User) -> None:
    client = as_user(director)
    client.post(NEW, posted(accion="guardar"))
    notice = Notice.objects.get()
    assert notice.is_draft
    client.post(reverse("tablon:publish", args=[notice.pk]))
    assert not Notice.objects.get().is_draft
    again = client.post(reverse("tablon:publish", args=[notice.pk]), follow=True)
    assert "Este anuncio ya está publicado." in text_of(again)


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(school: School, director: User) -> None:
    client = as_user(director)
    response = client.post(NEW, posted(accion="publicar", ends_on="2026-01-01", nuevos=[pdf()]))
    text = text_of(response)
    assert "El último día no puede ser anterior al primero." in text
    assert ("Jornada de puertas abiertas" in text, "circular.pdf" in text) == (True, True)
    assert not Notice.objects.exists()
    token = response.context["files"][0][1]
    client.post(NEW, posted(accion="guardar", ficheros=[token]))
    assert NoticeFile.objects.get().name == "circular.pdf"


def test_school_that_is_no_number_is_passed_over(school: School) -> None:
    client = as_user(make_service(school, make_school("30000002")))
    response = client.post(
        NEW, posted(accion="buscar", donde="algunos", centros=["9" * 5000, "²", school.pk])
    )
    assert (response.status_code, response.context["places"].chosen) == (200, {school.pk})


def test_as_many_schools_as_a_region_has_can_be_chosen_one_by_one(school: School) -> None:
    client = as_user(make_service(school, make_school("30000002")))
    many = [school.pk, *range(10**6, 10**6 + 2000)]
    response = client.post(NEW, posted(accion="buscar", donde="algunos", centros=many))
    assert (response.status_code, response.context["places"].chosen) == (200, {school.pk})


def test_preview_shows_the_text_and_keeps_nothing(school: School, director: User) -> None:
    client = as_user(director)
    whole = client.post(NEW, posted(accion="vista"))
    part = client.post(NEW, posted(accion="vista"), headers=HTMX)
    html = "<strong>a las 18:00</strong>"
    assert (html in text_of(whole), html in text_of(part)) == (True, True)
    assert ("<html" in text_of(whole), "<html" in text_of(part)) == (True, False)
    wrong = client.post(NEW, posted(accion="vista", title=""), headers=HTMX)
    assert "Título: " in text_of(wrong)
    assert not Notice.objects.exists()


def test_service_picks_schools_by_search_and_all_at_once(school: School) -> None:
    client = as_user(make_service(school, make_school("30000002"), make_school("30000003")))

    def picked(act: str, **fields: Any) -> list[tuple[str, bool]]:
        places = client.post(NEW, posted(accion=act, donde="algunos", **fields)).context["places"]
        return [(row.school.code, row.chosen) for row in places.rows]

    second = School.objects.get(code="30000002").pk
    assert picked("marcar", centro="30000002") == [("30000002", True)]
    assert picked("buscar", centro="30000003", centros=[second]) == [("30000002", True), ("30000003", False)]
    assert picked("vaciar", centros=[second]) == [(f"3000000{number}", False) for number in (1, 2, 3)]
    client.post(NEW, posted(accion="publicar", donde="algunos", centros=[second]))
    assert [one.code for one in Notice.objects.get().schools.all()] == ["30000002"]
    client.post(NEW, posted(accion="publicar", donde="todos"))
    assert Notice.objects.latest("pk").places.count() == 3


def test_picking_with_htmx_answers_with_the_schools_alone(school: School) -> None:
    response = as_user(make_service(school)).post(NEW, posted(accion="marcar", donde="algunos"), headers=HTMX)
    text = text_of(response)
    assert ("1 centro elegido" in text, "<html" in text, 'name="title"' in text) == (True, False, False)


def test_service_that_chose_no_school_is_told(school: School) -> None:
    response = as_user(make_service(school)).post(NEW, posted(accion="publicar", donde="algunos"))
    assert ("Elija al menos un centro." in text_of(response), Notice.objects.count()) == (True, 0)


def test_schools_that_are_not_the_services_are_not_taken(school: School) -> None:
    stranger = make_school("30000002")
    as_user(make_service(school)).post(
        NEW, posted(accion="publicar", donde="algunos", centros=[school.pk, stranger.pk])
    )
    assert list(Notice.objects.get().schools.all()) == [school]


def test_who_posts_in_several_names_is_asked_which(school: School, director: User) -> None:
    other = make_school("30000002")
    root = User.objects.create_superuser("root")
    client = as_user(root)
    asked = text_of(client.get(NEW))
    assert ("En nombre de" in asked, str(other) in asked) == (True, True)
    client.post(f"{NEW}?de=c{other.pk}", posted(accion="guardar"))
    assert Notice.objects.get().school == other
    for value in (f"c{other.pk}", "c0", "s1", "x", "c", "c²"):
        assert as_user(director).get(NEW, {"de": value}).status_code == 404


def test_notice_of_a_service_is_read_only_for_the_school(school: School, director: User) -> None:
    user = make_service(school, make_school("30000002", name="IES Ajeno"))
    notice = post(user, service_of(user), schools=School.objects.all())
    client = as_user(director)
    shown = text_of(client.get(reverse("tablon:notice", args=[notice.pk])))
    assert ("Retirar" in shown, "IES Ajeno" in shown) == (False, False)
    acts = ("edit", "publish", "withdraw", "discard")
    assert [client.post(reverse(f"tablon:{act}", args=[notice.pk])).status_code for act in acts] == [404] * 4


def test_withdrawing_asks_for_a_reason_and_says_it(school: School, director: User) -> None:
    notice, client = post(director, school), as_user(director)
    url = reverse("tablon:withdraw", args=[notice.pk])
    assert client.post(url, {"reason": ""}).status_code == 200
    shown = text_of(client.post(url, {"reason": "Era otro día"}, follow=True))
    assert ("Retirado el" in shown, ": Era otro día" in shown) == (True, True)
    assert client.get(reverse("tablon:edit", args=[notice.pk])).status_code == 404


def test_page_tells_who_changed_what(school: School, director: User) -> None:
    notice, client = post(director, school), as_user(director)
    client.post(reverse("tablon:edit", args=[notice.pk]), posted(accion="guardar", title="Otro"))
    shown = text_of(client.get(reverse("tablon:notice", args=[notice.pk])))
    assert "Dolores Directora · título, quién lo lee" in shown


def test_list_is_narrowed_by_state_and_words(school: School, director: User) -> None:
    post(director, school, title="Menú de marzo")
    post(director, school, title="Viaje", draft=True)
    withdraw_notice(post(director, school, title="Huelga"), "No", by=director, now=database_now())
    client = as_user(director)

    def titles(**query: str) -> list[str]:
        return [row.notice.title for row in client.get(LIST, query).context["page"].rows]

    assert titles() == ["Huelga", "Viaje", "Menú de marzo"]
    assert [titles(estado=state) for state in ("current", "draft", "withdrawn", "ended", "coming")] == [
        *(["Menú de marzo"], ["Viaje"], ["Huelga"]),
        *([], []),
    ]
    assert titles(buscar="menu MARZO") == ["Menú de marzo"]
    tabs = client.get(LIST).context["page"].tabs
    assert [tab.number for tab in tabs] == [1, 0, 1, 0, 1]
    assert "Quitar los filtros" in text_of(client.get(LIST, {"buscar": "nada"}))


def test_list_goes_on_page_by_page_and_costs_the_same(school: School, director: User) -> None:
    client, costs = as_user(director), []
    for number in (1, 34):
        for _ in range(number):
            post(director, school)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(LIST).context["page"]
        costs.append(len(queries))
    rest = client.get(LIST, {"despues": page.after}).context["page"]
    assert (len(page.rows), len(rest.rows), rest.after, costs[0]) == (30, 5, 0, costs[1])


def test_file_is_for_who_reads_or_posts_the_notice(school: School, director: User, student: Student) -> None:
    as_user(director).post(NEW, posted(accion="publicar", nuevos=[pdf()]))
    kept = NoticeFile.objects.get()
    url = reverse("tablon:file", args=[kept.notice_id, kept.pk])
    mother = make_login(student.guardians.get())
    users = {
        "mother": mother,
        "student": make_login(student.person),
        "service": make_service(school),
        "teacher": make_teacher(make_group(school, "2º ESO A")),
        "another director": make_director(make_school("30000002")),
    }
    found = {name: opened(user, url)[0] for name, user in users.items()}
    assert found == {
        **dict.fromkeys(("mother", "student", "service"), 200),
        **dict.fromkeys(("teacher", "another director"), 404),
    }
    assert opened(mother, url) == (200, b"%PDF-1.4 circular", 'attachment; filename="circular.pdf"')
    Guardianship.objects.update(barred_from="2026-01-01", barred_reference="Auto 12/2026")
    assert as_user(mother).get(url).status_code == 404
    other = post(director, school)
    assert as_user(director).get(reverse("tablon:file", args=[other.pk, kept.pk])).status_code == 404
    path_of(kept.sha256).unlink()
    assert as_user(director).get(url).status_code == 404


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_form_pressed_twice_without_a_script_makes_one_notice(school: School, director: User) -> None:
    client = as_user(director)
    key = hidden(client.get(NEW).content.decode(), "clave")
    answers = [client.post(NEW, posted(accion="publicar", clave=key)) for _ in range(2)]
    notice = Notice.objects.get()
    assert [one["Location"] for one in answers] == [reverse("tablon:notice", args=[notice.pk])] * 2
    assert len(key) > 20
    assert key != hidden(client.get(NEW).content.decode(), "clave")


def test_second_editor_sees_what_the_first_changed_and_keeps_what_she_typed(
    school: School, director: User
) -> None:
    notice, client = post(director, school), as_user(director)
    url = reverse("tablon:edit", args=[notice.pk])
    version = hidden(client.get(url).content.decode(), "version")
    as_user(make_director(school)).post(url, posted(accion="guardar", title="Otra fecha", version=version))
    mine = posted(accion="guardar", title="Mi título", version=version)
    response = client.post(url, mine)
    page, shown = response.content.decode(), text_of(response)
    assert "Este anuncio ha cambiado mientras usted lo escribía." in shown
    assert "Dolores Directora" in shown
    assert (hidden(page, "title"), '<dt>Título</dt> <dd class="body">Otra fecha</dd>' in shown) == (
        "Mi título",
        True,
    )
    notice.refresh_from_db()
    assert notice.title == "Otra fecha"
    client.post(url, {**mine, "version": hidden(page, "version")})
    notice.refresh_from_db()
    assert notice.title == "Mi título"


def test_preview_shows_the_files(school: School, director: User) -> None:
    client = as_user(director)
    part = text_of(client.post(NEW, posted(accion="vista", nuevos=[pdf()]), headers=HTMX))
    assert ("circular.pdf" in part, Notice.objects.count()) == (True, 0)
    assert "circular.pdf" not in text_of(client.post(NEW, posted(accion="vista"), headers=HTMX))
