"""«Cuenta»: whose pages they are, and that nobody does anything there for anybody else."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.models import DataRequest, Message
from plumier.models import Contact, ContactBatch, ContactProposal, Group, Guardianship, Person, Student, User
from tests.factories.register import (
    Parent,
    link,
    make_group,
    make_login,
    make_school,
    make_staff,
    make_student,
)
from tests.notica.linking.said import links
from tests.notica.results import ACCOUNTS

PHONE, FATHERS = "+34612345601", "+34612345699"
MAIL, HIS_MAIL = "lucia@family.example", "pedro@family.example"
PAGES = ("account", "channels", "contacts", "languages", "held")


@pytest.fixture
def group(db: None, settings: Any) -> Group:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    cache.clear()
    return make_group(make_school(name="IES Ribera"))


@pytest.fixture
def child(group: Group) -> Student:
    mother = Parent("Lucía Vera", contacts={"phone_1": PHONE, "email": MAIL})
    father = Parent("Pedro Sánchez", "father", {"phone_1": FATHERS, "email": HIS_MAIL})
    return make_student(group, "Carmen Sánchez", [mother, father])


def entered(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def mother(child: Student) -> Client:
    return entered(make_login(Person.objects.get(given_name="Lucía")))


@pytest.fixture
def father(child: Student) -> Client:
    return entered(make_login(Person.objects.get(given_name="Pedro")))


@pytest.fixture
def stranger(group: Group) -> Client:
    student = make_student(group, "Eva Gil", [Parent("Ana Ros")])
    return entered(make_login(student.guardians.get()))


def seen(client: Client) -> str:
    """All that the pages of «Cuenta» show, and that of the bot."""
    answers = [client.get(reverse(f"mirador:{name}")) for name in PAGES]
    answers.append(client.get(reverse("notica:link_telegram")))
    assert {one.status_code for one in answers} == {200}
    return "".join(one.content.decode() for one in answers)


def contact(value: str) -> Contact:
    return Contact.objects.get(value=value)


def post(client: Client, name: str, *arguments: Any, **data: Any) -> int:
    return client.post(reverse(f"mirador:{name}", args=arguments), data).status_code


def form(client: Client, **typed: str) -> dict[str, str]:
    """The form of contacts as the page shows it, with what is typed into it."""
    record, row = client.get(reverse("mirador:contacts")).context["records"][0]
    data = {f"{row.key}-{cell.name}": cell.value for cell in row.cells}
    data |= {"persona": str(record.person.pk), "shown": record.shown}
    return data | {f"{row.key}-{name}": text for name, text in typed.items()}


def test_pages_show_each_parent_her_own(mother: Client, father: Client, stranger: Client) -> None:
    his, hers = ("***699", HIS_MAIL, "Pedro"), ("***601", MAIL, "Lucía")
    assert [one for one in hers if one not in seen(mother)] == []
    assert [one for one in his if one in seen(mother)] == []
    assert [one for one in hers if one in seen(father)] == []
    assert [one for one in (*his, *hers, "Carmen") if one in seen(stranger)] == []


def test_barred_father_has_his_account_and_nothing_of_the_child(child: Student, father: Client) -> None:
    assert "Carmen" in seen(father)
    for until in (None, date(2099, 1, 1)):
        Guardianship.objects.filter(guardian__given_name="Pedro").update(
            barred_from=date(2026, 1, 1), barred_until=until, barred_reference="Auto 77"
        )
        pages = seen(father)
        assert ("***699" in pages, HIS_MAIL in pages) == (True, True)
        assert [one for one in ("Carmen", "Auto 77", "Lucía") if one in pages] == []
    Guardianship.objects.filter(guardian__given_name="Pedro").update(barred_until=date(2026, 2, 1))
    assert "Carmen" in seen(father)


def test_student_has_hers_and_not_her_parents(child: Student) -> None:
    child.person.contacts.create(
        school=child.school, slot="email_official", kind="email", value="c@alu.example"
    )
    pages = seen(entered(make_login(child.person)))
    assert ("***@alu.example" in pages, "c@alu.example" in pages) == (True, True)
    assert [one for one in ("***601", MAIL, HIS_MAIL) if one in pages] == []


def test_pages_are_no_page_for_staff_alone(group: Group) -> None:
    client = entered(make_staff(group.school))
    assert [client.get(reverse(f"mirador:{name}")).status_code for name in PAGES] == [404] * len(PAGES)


def test_test_goes_to_her_own_address_alone(mother: Client) -> None:
    mine, his = contact(MAIL).pk, contact(HIS_MAIL).pk
    assert post(mother, "channel_test", address=his, way="email", key="k") == 404
    assert post(mother, "channel_test", address=mine, way="notica", key="k") == 302
    assert Message.objects.count() == 0
    assert post(mother, "channel_test", address=mine, way="email", key="k") == 302
    assert Message.objects.get().audience["one_off"]["address"] == MAIL
    assert "Sus pruebas de la última hora" in mother.get(reverse("mirador:channels")).content.decode()


def test_tests_alone_are_fetched_while_one_is_under_way(mother: Client) -> None:
    post(mother, "channel_test", address=contact(MAIL).pk, way="email", key="k")
    url = reverse("mirador:channels")
    whole = mother.get(url).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in whole
    part = mother.get(url, headers={"HX-Request": "true", "HX-Target": "trials"}).content.decode()
    assert ("<html" in part, "***@family.example" in part, "En cola" in part) == (False, True, True)
    still = mother.get(f"{url}?quieta=1").content.decode()
    assert ('http-equiv="refresh"' in still, "hx-trigger" in still) == (False, False)


def test_telegram_is_taken_off_her_own_phone_alone(mother: Client, father: Client) -> None:
    link("telegram", PHONE, "501")
    link("telegram", FATHERS, "502")
    page = reverse("mirador:channel_leave", args=[contact(PHONE).pk])
    assert father.get(page).status_code == father.post(page).status_code == 404
    words = mother.get(page).content.decode()
    assert ("Hoy no le llega ningún aviso al móvil." in words, "***601" in words) == (True, True)
    assert links() == [(PHONE, "501", "linked"), (FATHERS, "502", "linked")]
    assert mother.post(page).status_code == 302
    assert links() == [(PHONE, "", "inactive"), (FATHERS, "502", "linked")]
    assert mother.get(page).status_code == 404


def test_change_is_proposed_shown_and_withdrawn_by_her_alone(mother: Client, father: Client) -> None:
    assert post(mother, "contacts", **form(mother, phone_2="612 345 777")) == 302
    one = ContactProposal.objects.get()
    pages = seen(mother)
    assert ("+34612345777" in pages, "Por revisar" in pages) == (True, True)
    assert "612345777" not in seen(father)
    assert post(father, "contact_withdraw", one.pk) == 404
    assert post(mother, "contact_withdraw", one.pk) == 302
    one.refresh_from_db()
    assert one.state == "withdrawn"


def test_moments_are_in_the_schools_zone(mother: Client, group: Group) -> None:
    type(group.school).objects.update(time_zone="Asia/Ho_Chi_Minh")
    post(mother, "contacts", **form(mother, phone_2="612 345 777"))
    ContactBatch.objects.update(proposed_at=datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    assert "03/03/2026 03:30" in mother.get(reverse("mirador:contacts")).content.decode()


def test_what_is_wrong_stands_at_its_field_with_what_was_typed(mother: Client) -> None:
    response = mother.post(reverse("mirador:contacts"), form(mother, email="no es un correo"))
    page = response.content.decode()
    assert (response.status_code, ContactProposal.objects.count()) == (200, 0)
    assert 'value="no es un correo"' in page
    assert 'aria-invalid="true"' in page
    assert "No se entiende como correo." in page


def test_form_of_another_person_is_none(mother: Client, father: Client) -> None:
    his = form(father, phone_2="612 345 777")
    assert post(mother, "contacts", **his) == 404
    mine = form(mother)
    assert post(mother, "contacts", **{**his, "persona": mine["persona"], "shown": mine["shown"]}) == 302
    assert ContactProposal.objects.count() == 0


def test_language_of_messages_is_hers_alone(mother: Client) -> None:
    assert post(mother, "languages", language="vi") == 302
    assert dict(Person.objects.values_list("given_name", "language")) == {
        "Lucía": "vi",
        "Pedro": "",
        "Carmen": "",
    }
    assert post(mother, "languages", language="xx") == 200
    assert post(mother, "languages", language="") == 302
    assert set(Person.objects.values_list("language", flat=True)) == {""}


def test_copy_is_asked_for_of_her_own_school_alone(mother: Client, group: Group) -> None:
    other = make_school("30000002")
    assert post(mother, "held", centro=other.pk, forma="html") == 404
    assert post(mother, "held", centro=group.school.pk, forma="exe") == 404
    assert post(mother, "held", centro=group.school.pk, forma="html") == 302
    assert DataRequest.objects.get().by.people.get().given_name == "Lucía"


def test_door_wears_the_families_bar(mother: Client) -> None:
    page = mother.get(reverse("mfa_index")).content.decode()
    assert f'<a href="{reverse("mirador:account")}"' in page
    assert ('aria-current="true"' in page, "Contraseña y llaves" in page) == (True, True)


def test_pages_cost_the_same_for_one_child_and_for_many(mother: Client, group: Group) -> None:
    def costs() -> list[int]:
        found = []
        for name in PAGES:
            with CaptureQueriesContext(connection) as queries:
                mother.get(reverse(f"mirador:{name}"))
            found.append(len(queries))
        return found

    costs()
    first = costs()
    lucia = Person.objects.get(given_name="Lucía")
    for number in range(5):
        make_student(group, f"Hijo{number} Vera", [Parent("x", person=lucia)])
    assert costs() == first
