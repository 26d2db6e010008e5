"""A message's texts: once for everybody, each with the right names, in the reader's language, nothing smuggled in."""

from pathlib import Path
from typing import Any

import pytest

from channels_app.base import Content
from channels_app.registry import channel_class
from notica import rendering
from notica.files import keep
from notica.letters import LetterWriter
from notica.models import Delivery, Message
from notica.rendering import Child, Renderer
from notica.screening import Fit, Screen
from plumier.models import Group, Person, School, Student, User
from tests.factories.crowds import make_families
from tests.factories.register import Parent, make_director, make_group, make_school, make_student
from tests.notica.answering import CONFIGURED, take_claims
from tests.notica.stories import send_to

MAIL = channel_class("email").capabilities
LUIS, EVA = Child("Luis", "Luis Gil"), Child("Eva", "Eva Gil")
NASTY = Child("<b>Bo</b>", '<b>Bo</b> & "Cía"')
MOTHER = {"phone_1": "+34600000001", "email": "madre@familia.example"}


@pytest.fixture
def school(db: None, settings: Any) -> School:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    return make_school(name="IES <Ribera> & Molinos")


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


@pytest.fixture
def group(school: School) -> Group:
    return make_group(school)


@pytest.fixture
def message(school: School, director: User, group: Group) -> Message:
    make_student(group, "Luis Gil", [Parent("Marta Gil", contacts=MOTHER)])
    return send_to(
        school,
        director,
        groups=[group],
        way="email",
        subject="Salida & vuelta",
        body="Trae <5 € & «gorra».\n\nAdiós.",
    )


def render(message: Message, form: str, *children: Child, language: str = "es") -> Content:
    return Renderer().content(message, form, language, children)


def test_plain_texts_hold_what_was_written_as_it_was_written(message: Message) -> None:
    for form in ("email", "chat"):
        content = render(message, form, LUIS)
        assert "IES <Ribera> & Molinos\nSobre: Luis Gil" in content.text
        assert "Trae <5 € & «gorra».\n\nAdiós." in content.text
        assert "Dolores Directora" in content.text
    assert render(message, "sms", LUIS).text == "Trae <5 € & «gorra».\n\nAdiós."


def test_html_escapes_texts_and_names(message: Message) -> None:
    html = render(message, "email", NASTY).html
    assert "<strong>&lt;b&gt;Bo&lt;/b&gt; &amp; &quot;Cía&quot;</strong>" in html
    assert "Trae &lt;5 € &amp; «gorra»." in html
    assert "IES &lt;Ribera&gt; &amp; Molinos" in html
    assert "<b>" not in html


def test_names_are_in_their_places_and_no_place_is_left(message: Message) -> None:
    renderer = Renderer()
    for children, named in (((LUIS,), "Luis Gil"), ((EVA, LUIS), "Eva Gil, Luis Gil"), ((EVA,), "Eva Gil")):
        content = renderer.content(message, "email", "es", children)
        assert f"Sobre: {named}\n" in content.text
        assert f"<strong>{named}</strong>" in content.html
        assert not {rendering.ABOUT, rendering.ABOUT_SHORT} & {*content.text, *content.html}


def test_sms_names_children_only_where_there_are_several(message: Message) -> None:
    assert render(message, "sms", EVA, LUIS).text.startswith("Eva, Luis: Trae")
    assert render(message, "sms", EVA).text.startswith("Trae")


def test_student_s_own_message_names_nobody(school: School, director: User, group: Group) -> None:
    make_student(group, "Eva Paz", contacts={"email_official": "eva@alu.example"})
    message = send_to(school, director, to="alumno", groups=[group], way="email")
    content = render(message, "email", EVA)
    assert "Sobre" not in content.text
    assert "Eva" not in content.text + content.html


@pytest.mark.parametrize(
    ("language", "about"), [("es", "Sobre: Luis Gil"), ("vi", "Luis Gil"), ("en", "Luis Gil")]
)
def test_language_is_the_reader_s(message: Message, language: str, about: str) -> None:
    content = render(message, "email", LUIS, language=language)
    assert content.language == language
    assert f'<html lang="{language}" dir="ltr">' in content.html
    assert about in content.text
    assert ("nadie lee las respuestas" in content.text) == (language == "es")


def test_subject_is_one_line_and_never_empty(
    school: School, director: User, group: Group, message: Message
) -> None:
    smuggling = send_to(
        school, director, groups=[group], way="email", subject="Hola\r\nBcc: todos@x.es\n\nCuerpo"
    )
    bare = send_to(school, director, groups=[group], way="email")
    subjects = [render(one, "email").subject for one in (message, smuggling, bare)]
    assert subjects == ["Salida & vuelta", "Hola Bcc: todos@x.es Cuerpo", "Mensaje"]


def test_files_go_with_the_mail_alone(
    school: School, director: User, group: Group, message: Message, tmp_path: Path
) -> None:
    path = tmp_path / "circular.pdf"
    path.write_bytes(b"%PDF-1.7")
    kept = keep(path)
    with_file = send_to(school, director, groups=[group], way="email", files=(kept,))
    (attachment,) = render(with_file, "email").attachments
    assert (attachment.name, Path(attachment.path).read_bytes()) == ("circular.pdf", b"%PDF-1.7")
    assert render(with_file, "chat").attachments == ()


def screened() -> list[Fit]:
    """What is due by e-mail, claimed and looked at."""
    return Screen(linked_only=False).look(take_claims("email"))


def test_same_text_is_rendered_once_for_everybody(
    school: School, director: User, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_families(group, 20, "email")
    Person.objects.filter(given_name="Madre", pk__in=Person.objects.order_by("-pk")[:5]).update(language="vi")
    send_to(school, director, groups=[group], way="email")
    rendered = []
    render_once = rendering._render

    def count(message: Message, form: str, language: str, children: int) -> Content:
        rendered.append(language)
        return render_once(message, form, language, children)

    monkeypatch.setattr(rendering, "_render", count)
    letters = LetterWriter(MAIL).write(screened())
    assert (len(letters), sorted(rendered)) == (20, ["es", "vi"])
    names = {student.person.full_name for student in Student.objects.select_related("person")}
    texts = {letter.content.text.partition("\n\n")[0].rpartition(": ")[2] for letter in letters.values()}
    assert texts == names


def test_letter_is_addressed_and_keyed_by_its_delivery(message: Message) -> None:
    (letter,) = LetterWriter(MAIL).write(screened()).values()
    delivery = Delivery.objects.get()
    assert (letter.delivery_id, letter.try_no, letter.address) == (delivery.pk, 1, "madre@familia.example")
    assert (letter.key, letter.dated) == (f"{message.token}.{delivery.pk}", message.not_before)


def test_text_that_cannot_be_made_is_left_out_and_logged_without_a_name(
    message: Message, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: Any) -> Content:
        raise ValueError("broken template")

    monkeypatch.setattr(rendering, "_render", fail)
    assert LetterWriter(MAIL).write(screened()) == {}
    assert [record.getMessage() for record in caplog.records] == [f"message {message.pk} cannot be rendered"]
    assert "familia.example" not in caplog.text


def test_protected_sibling_is_not_named(school: School, director: User, group: Group) -> None:
    mother = Parent("Rosa Paz", contacts={"email": "rosa@familia.example"})
    make_student(group, "Leo Paz", [mother])
    make_student(group, "Secreta Paz", [mother], protected=True)
    send_to(school, director, groups=[group], way="email")
    (letter,) = LetterWriter(MAIL).write(screened()).values()
    assert "Leo Paz" in letter.content.text
    assert "Secreta" not in letter.content.text + letter.content.html
