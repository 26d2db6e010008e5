"""What a family is told when its letter is on its way."""

from typing import Any

import pytest

from notica.sent_words import sent_words
from plumier.models import SchoolPolicy
from tests.factories.register import make_teacher
from tests.notica.correspondence import Family
from tests.notica.results import ACCOUNTS


@pytest.fixture
def family(db: None, settings: Any) -> Family:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return Family()


def test_letter_says_to_whom_it_went_and_that_it_comes_by_mail(family: Family) -> None:
    ana = make_teacher(family.group, "Ana Sanz")
    mail = "Se lee en Notica y llega también a su correo profesional."
    assert sent_words(family.write(family.tutor)) == f"Enviado a Tere Tutora. {mail}"
    three = family.write(family.tutor, family.teacher, ana)
    assert sent_words(three) == f"Enviado a Tere Tutora, Paco Profesor y Ana Sanz. {mail}"


def test_mail_is_not_promised_where_somebody_has_no_address(family: Family) -> None:
    family.person(family.tutor).contacts.all().delete()
    assert sent_words(family.write(family.tutor, family.teacher)) == (
        "Enviado a Tere Tutora y Paco Profesor. Se lee en Notica."
    )


def test_mail_is_not_promised_by_a_school_without_it(family: Family) -> None:
    SchoolPolicy.objects.update(channels=["sms"])
    assert sent_words(family.write()) == "Enviado a Tere Tutora. Se lee en Notica."
