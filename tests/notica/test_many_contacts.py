"""A whole group's contacts at once: forty pupils, each with six cells changed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notica.contact_review import PAGE
from plumier.models import Contact, ContactProposal, Guardianship, Person, User
from plumier.proposals.reading import SLOTS
from tests.factories.proposals import Story, make_story
from tests.factories.register import Parent, make_student
from tests.factories.rosters import xlsx
from tests.notica.results import ACCOUNTS

pytestmark = pytest.mark.django_db
GRID, QUEUE = "/contactos/", "/contactos/revision/"
PUPILS = 40


@pytest.fixture
def story(settings: Any) -> Story:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return make_story()


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _make(story: Story, number: int) -> None:
    for place in range(number):
        make_student(
            story.group,
            f"Alumno{place} Trần{place}",
            [
                Parent(f"Padre{place} Trần{place}", "father", {"phone_1": f"+8490200{place:04}"}),
                Parent(f"Madre{place} Lê{place}", "mother", {"phone_1": f"+8490300{place:04}"}),
            ],
        )


def _typed(start: int) -> dict[str, str]:
    """Both guardians of every pupil with two new phones and an e-mail."""
    fields: dict[str, str] = {}
    ties = Guardianship.objects.exclude(student__person__given_name="Minh").select_related("guardian")
    for number, tie in enumerate(ties.order_by("pk"), start):
        key = f"g{tie.student_id}-{tie.guardian_id}"
        fields |= {
            f"{key}-name": str(tie.guardian),
            f"{key}-phone_1": f"0912{number:06}",
            f"{key}-phone_2": f"0913{number:06}",
            f"{key}-email": f"n{number}@example.org",
        }
    return fields


def _steps(story: Story, number: int, start: int) -> dict[str, int]:
    """How many queries each step takes with so many pupils more."""
    _make(story, number)
    tutor, office = _client(story.tutor), _client(story.office)
    queries: dict[str, int] = {}

    def count(name: str, client: Client, path: str, fields: dict[str, Any] | None = None) -> Any:
        with CaptureQueriesContext(connection) as found:
            answer = client.get(path) if fields is None else client.post(path, fields)
        queries[name] = len(found)
        return answer

    shown = count("grid", tutor, GRID).context["shown"]
    count("hand in", tutor, GRID, {"grupo": story.group.pk, "shown": shown, **_typed(start)})
    count("grid with own", tutor, GRID)
    count("handed in", tutor, f"{GRID}entregados/")
    clean = count("queue", office, QUEUE).context["queue"].clean
    count("apply", office, f"{QUEUE}aplicar/", {"ids": clean})
    count("return", office, f"{QUEUE}devolver/", {"ids": _open(), "motivo": "No"})
    return queries


def _open() -> list[int]:
    return list(ContactProposal.objects.filter(state="proposed").values_list("pk", flat=True))


def test_many_take_as_many_queries_as_few(story: Story) -> None:
    found = []
    for number, start in ((1, 0), (2, 100), (PUPILS, 200)):  # the first alone makes what is made once
        story.proposal(story.father, phone_1="")
        found.append(_steps(story, number, start))
    assert found[2] == found[1]


def test_whole_group_is_handed_in_reviewed_and_applied_but_for_what_is_to_be_looked_at(story: Story) -> None:
    _make(story, PUPILS)
    barred, landline = Person.objects.filter(given_name__in=["Padre0", "Padre1"]).order_by("given_name")
    Guardianship.objects.filter(guardian=barred).update(barred_from="2026-01-01", barred_reference="Auto 1")
    fields, tutor = _typed(0), _client(story.tutor)
    fields[f"g{landline.guardianships.get().student_id}-{landline.pk}-phone_2"] = "02438261234"
    shown = tutor.get(GRID).context["shown"]
    tutor.post(GRID, {"grupo": story.group.pk, "shown": shown, **fields})
    said = [str(one) for one in tutor.get(GRID).context["messages"]]
    assert said == ["80 cambios entregados."]
    office = _client(story.office)
    while clean := office.get(QUEUE).context["queue"].clean:
        office.post(f"{QUEUE}aplicar/", {"ids": [*clean, *_open()[:PAGE]]})
    left = ContactProposal.objects.filter(state="proposed").order_by("pk")
    assert [one.guardian for one in left] == [barred, landline]
    assert ContactProposal.objects.filter(state="applied").count() == 78
    assert Contact.objects.filter(slot="email", value__endswith="@example.org").count() == 78


def test_whole_group_by_a_file(story: Story) -> None:
    _make(story, PUPILS)
    titles = ["Expediente", "Parentesco", "Teléfono", "Teléfono 2", "E-mail"]
    rows: list[list[Any]] = [titles]
    ties = Guardianship.objects.exclude(student__person__given_name="Minh").select_related("student")
    for number, tie in enumerate(ties.order_by("pk")):
        relation = {"father": "bố", "mother": "mẹ"}[tie.relation]
        mail = f"n{number}@example.org"
        rows.append([tie.student.expediente, relation, f"0912{number:06}", f"0913{number:06}", mail])
    client = _client(story.tutor)
    file = _file(xlsx(rows))
    page = client.post(f"{GRID}fichero/", {"grupo": story.group.pk, "fichero": file})
    fields = {f"{row.key}-{cell.name}": cell.value for row in page.context["rows"] for cell in row.cells}
    client.post(GRID, {"grupo": story.group.pk, "source": "file", "shown": page.context["shown"], **fields})
    changed = [one.contacts.count() for one in ContactProposal.objects.all()]
    assert changed == [len(SLOTS)] * PUPILS * 2


def _file(content: bytes) -> Any:
    return SimpleUploadedFile("lista.xlsx", content)
