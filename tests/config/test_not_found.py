"""What is shown of a page that does not exist, or is not for who asks: nothing but that, and the way back."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.register import make_group, make_school, make_student, make_tutor


@pytest.mark.django_db
def test_page_of_another_school_says_what_one_that_never_was_says() -> None:
    client = Client()
    client.force_login(make_tutor(make_group(make_school())))
    there = make_student(make_group(make_school("30000002")), "Qmarca Vera")
    answers = [client.get(path) for path in (reverse("profesores:record", args=[there.pk]), "/nunca/")]
    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = (re.findall(r"<main.*?</main>", answer.content.decode(), re.DOTALL) for answer in answers)
    assert (first, len(first)) == (second, 1)
    whole = answers[0].content.decode()
    assert ("Qmarca" in whole, f'href="{reverse("profesores:students")}"' in whole) == (False, True)
