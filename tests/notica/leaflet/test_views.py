"""The pages of the leaflet: anybody's, in three languages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plumier.models import School
from tests.factories.register import make_school
from tests.notica.leaflet.schools import BOT, with_bot

PAGE = "/folleto/30000001/"
SPANISH = "Los avisos del centro, en su móvil"


def body(response: Any) -> str:
    return str(response.content.decode())


def test_only_school_s_leaflet_is_the_one(school: School, client: Client) -> None:
    assert client.get("/folleto/")["Location"] == PAGE
    assert client.get("/folleto/?idioma=vi")["Location"] == f"{PAGE}?idioma=vi"


def test_of_several_schools_each_is_chosen_by_its_name(school: School, client: Client) -> None:
    make_school("30000002", name="CEIP Ángel Ávila")
    page = body(client.get("/folleto/"))
    assert [name in page for name in ("IES Ribera de los Molinos", "CEIP Ángel Ávila")] == [True, True]
    found = body(client.get("/folleto/", {"buscar": "angel avila"}))
    assert ("CEIP Ángel Ávila" in found, "IES Ribera" in found) == (True, False)
    assert "Ningún centro se llama así." in body(client.get("/folleto/", {"buscar": "nadie"}))


def test_without_schools_the_page_says_so(db: None, client: Client) -> None:
    assert "Todavía no hay ningún centro." in body(client.get("/folleto/"))


@pytest.mark.parametrize(
    "path", ["/folleto/99999999/", "/folleto/99999999/es.pdf", "/folleto/30000001/fr.pdf"]
)
def test_what_is_not_there_is_not_found(school: School, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_page_shows_each_panel_and_its_code(school: School, client: Client) -> None:
    with_bot()
    page = body(client.get(PAGE))
    assert (SPANISH in page, page.count('class="segno"')) == (True, 4)
    assert f'href="https://t.me/{BOT}"' in page
    assert 'href="/folleto/30000001/es.pdf"' in page


def test_address_asks_for_a_language_and_the_foot_leaves_it(school: School, client: Client) -> None:
    response = client.get(PAGE, {"idioma": "en"})
    page = body(response)
    assert ('<html lang="en">' in page, response["Content-Language"]) == (True, "en")
    assert 'href="/folleto/30000001/en.pdf"' in page
    assert f'name="next" value="{PAGE}"' in page
    assert '<html lang="es">' in body(client.get(PAGE, {"idioma": "xx"}))
    assert '<html lang="vi">' in body(client.get(PAGE, headers={"accept-language": "vi"}))


def test_page_asks_little_of_the_database(
    school: School, client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(4):
        client.get(PAGE)


def test_paper_is_a_pdf_that_browsers_may_keep(school: School, client: Client) -> None:
    response = client.get("/folleto/30000001/es.pdf")
    assert (response["Content-Type"], response.content[:5]) == ("application/pdf", b"%PDF-")
    assert response["Content-Disposition"] == 'inline; filename="30000001-es.pdf"'
    assert sorted(response["Cache-Control"].split(", ")) == ["max-age=300", "public"]
    again = client.get("/folleto/30000001/es.pdf", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_log_in_leads_to_it(school: School, client: Client) -> None:
    assert f'href="{reverse("notica:leaflets")}"' in body(client.get(reverse("account_login")))
