"""The desk on which changes of contacts are reviewed."""

from typing import Any

import pytest
from django.test import Client

from notica.models import Message, Recipient
from plumier.models import (
    Contact,
    ContactProposal,
    Guardianship,
    Person,
    Post,
    RecordAccess,
    SchoolPolicy,
    User,
)
from plumier.roles import Role
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_director, make_group, make_staff, make_student, make_tutor
from tests.notica.results import ACCOUNTS

pytestmark = pytest.mark.django_db
QUEUE = "/contactos/revision/"


@pytest.fixture
def story(settings: Any) -> Story:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_story()


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _said(client: Client, page: str = QUEUE) -> list[str]:
    return [str(one) for one in client.get(page).context["messages"]]


def test_queue_says_what_waits_and_what_to_look_at(story: Story) -> None:
    story.proposal(story.father, phone_1="0912345678")
    story.proposal(story.mother, phone_2="02438261234")
    page = _client(story.office).get(QUEUE)
    text = page.content.decode()
    assert "Aplicar 1 sin avisos" in text
    assert "Teléfono 2: es un fijo: no recibe SMS ni Telegram" in text
    assert "Tere Tutora" in text
    assert RecordAccess.objects.filter(user_id=story.office.pk, page="contact_review").count() == 1


def test_applied_together_and_the_rest_is_left(story: Story) -> None:
    good = story.proposal(story.father, phone_1="0912345678")
    other = story.proposal(story.mother, phone_2="02438261234")
    client = _client(story.office)
    client.post(f"{QUEUE}aplicar/", {"ids": [good.pk, other.pk, "x"]})
    assert _said(client) == [
        "1 cambio aplicado.",
        "1 se queda sin aplicar: hay algo que mirar en él, o ya no está pendiente.",
    ]
    assert Contact.objects.get(person=story.father).value == "+84912345678"


def test_returned_together_tells_the_tutor(story: Story) -> None:
    ids = [story.proposal(one, phone_2="0912345678").pk for one in (story.father, story.mother)]
    client = _client(story.office)
    client.post(f"{QUEUE}devolver/", {"ids": ids, "motivo": "Es el mismo para los dos"})
    assert _said(client) == ["2 cambios devueltos."]
    message = Message.objects.get()
    assert (message.kind, message.params["count"], message.params["group"]) == (
        "contacts_returned",
        2,
        "10A1",
    )
    assert Recipient.objects.get().person == story.tutor.people.get()


def test_returned_together_in_several_schools(story: Story) -> None:
    other = make_story("HN02")
    leader = make_director(story.school)
    Post.objects.filter(role=Role.CGCN).delete()
    person = make_director(other.school).people.get()
    Person.objects.filter(pk=person.pk).update(user=leader)
    ids = [one.proposal(one.father, phone_2="0912345678").pk for one in (story, other)]
    client = _client(leader)
    client.post(f"{QUEUE}devolver/", {"ids": ids, "motivo": " "})
    assert _said(client) == ["Escriba el motivo: lo leerá quien lo entregó."]
    client.post(f"{QUEUE}devolver/", {"ids": ids, "motivo": "No es suyo"})
    assert _said(client) == ["2 cambios devueltos."]
    assert set(ContactProposal.objects.values_list("state", flat=True)) == {"returned"}
    told = [story.tutor.people.get(), other.tutor.people.get()]
    assert [one.person for one in Recipient.objects.order_by("pk")] == told
    client.post(f"{QUEUE}devolver/", {"ids": ids, "motivo": "No es suyo"})
    assert _said(client) == ["Ya no está pendiente: otra persona lo ha tramitado."]


def test_return_without_a_reason_does_nothing(story: Story) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    client = _client(story.office)
    client.post(f"{QUEUE}devolver/", {"ids": [one.pk], "motivo": " "})
    assert _said(client) == ["Escriba el motivo: lo leerá quien lo entregó."]
    client.post(f"{QUEUE}devolver/", {"motivo": "x"})
    assert _said(client) == ["Marque los cambios que devuelve."]
    one.refresh_from_db()
    assert (one.state, Message.objects.count()) == ("proposed", 0)


def test_one_is_dealt_with_on_its_page(story: Story) -> None:
    one = story.new_pupil()
    client = _client(story.office)
    page = f"{QUEUE}{one.pk}/"
    client.post(f"{page}tramitar/", {"que": "aplicar"})
    assert _said(client, page) == ["Falta confirmarlo con la familia."]
    client.post(f"{page}tramitar/", {"que": "codigo", "dato": "phone_1"})
    assert _said(client, page) == ["El código va de camino."]
    client.post(f"{page}tramitar/", {"que": "comprobar", "codigo": "0"})
    assert _said(client, page) == ["El código no es ese. Quedan 4 intentos."]
    client.post(f"{page}tramitar/", {"que": "confirmar", "como": "call"})
    client.post(f"{page}tramitar/", {"que": "aplicar"})
    assert _said(client, page) == ["Confirmado.", "Aplicado."]
    client.post(f"{page}tramitar/", {"que": "no existe"})
    assert _said(client, page) == []
    assert Guardianship.objects.filter(student=one.student).count() == 1


def test_code_is_not_shown_to_the_office(story: Story) -> None:
    one = story.new_pupil()
    client = _client(story.office)
    client.post(f"{QUEUE}{one.pk}/tramitar/", {"que": "codigo", "dato": "phone_1"})
    text = client.get(f"{QUEUE}{one.pk}/").content.decode()
    assert "enviado a ***678" in text


@pytest.mark.parametrize("role", [None, Role.TEACHER, Role.TRAINING, Role.BGH])
def test_desk_is_the_offices_alone(story: Story, role: Role | None) -> None:
    one = story.proposal(story.father, phone_1="0912345678")
    client = _client(make_staff(story.school, role=role))
    for page in (QUEUE, f"{QUEUE}{one.pk}/", f"{QUEUE}sin-registrar/"):
        assert client.get(page).status_code == 404
    for page in (f"{QUEUE}aplicar/", f"{QUEUE}devolver/", f"{QUEUE}{one.pk}/tramitar/"):
        assert client.post(page, {"ids": [one.pk], "motivo": "x", "que": "aplicar"}).status_code == 404
    one.refresh_from_db()
    assert one.state == "proposed"


def test_change_of_another_school_is_not_there(story: Story) -> None:
    other = make_story("HN02")
    one = other.proposal(other.father, phone_1="0912345678")
    client = _client(story.office)
    assert client.get(f"{QUEUE}{one.pk}/").status_code == 404
    assert client.post(f"{QUEUE}{one.pk}/tramitar/", {"que": "aplicar"}).status_code == 404
    client.post(f"{QUEUE}aplicar/", {"ids": [one.pk]})
    client.post(f"{QUEUE}devolver/", {"ids": [one.pk], "motivo": "x"})
    one.refresh_from_db()
    assert one.state == "proposed"


def test_queue_is_narrowed_to_a_group(story: Story) -> None:
    story.proposal(story.father, phone_1="0912345678")
    second = make_group(story.school, "10A2")
    tutor = make_tutor(second, "Otra Tutora")
    story.group, story.tutor = second, tutor
    student = make_student(second, "An Phạm", [Parent("Bình Phạm")])
    story.propose(story.row(student.guardians.get(), student, phone_1="0912345679"))
    text = _client(story.office).get(f"{QUEUE}?grupo={second.pk}").content.decode()
    assert ("Bình" in text, "Nam" in text) == (True, False)


def test_who_is_not_registered_is_shown_where_it_is_asked(story: Story) -> None:
    client = _client(story.office)
    assert client.get(QUEUE).context["unregistered"] == 0
    SchoolPolicy.objects.update(registration_required=True)
    Guardianship.objects.filter(guardian=story.father).update(
        registered_on="2026-09-01", registered_how="paper"
    )
    assert client.get(QUEUE).context["unregistered"] == 1
    text = client.get(f"{QUEUE}sin-registrar/").content.decode()
    assert ("Lê, Hoa" in text, "Nguyễn, Nam" in text) == (True, False)


def test_queue_costs_the_same_queries_for_few_and_many(
    story: Story, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for number in (1, 12):
        for place in range(number):
            student = make_student(
                story.group, f"An{number} Phạm{place}", [Parent(f"Bình{number} Phạm{place}")]
            )
            story.propose(
                story.row(student.guardians.get(), student, phone_1=f"09123{number:02d}{place:03d}")
            )
        with django_assert_max_num_queries(60) as queries:
            _client(story.office).get(QUEUE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
