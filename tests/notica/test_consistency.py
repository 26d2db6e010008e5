"""Rows whose parents are missing are found, and nothing else is."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F

from notica import consistency
from notica.consistency import Orphans, orphans
from notica.models import Attempt, Delivery, InboxEntry, Message, Recipient, RecipientAbout
from plumier.clock import database_now
from plumier.models import Guardianship
from tests.factories.crowds import make_families
from tests.factories.register import make_director, make_group, make_school
from tests.notica.stories import send_to

ELSEWHERE = 1_000_000  # added to a key, one that nothing has


@pytest.fixture
def sent(db: None, settings: Any) -> Message:
    """A message to three families, with a try for each."""
    settings.CHANNEL_ENVIRONMENT = {"EMAIL_URL": "smtp://127.0.0.1:9", "EMAIL_FROM": "avisos@plumier.example"}
    school = make_school()
    director = make_director(school)
    group = make_group(school)
    make_families(group, 3, "email")
    message = send_to(school, director, groups=[group], way="email")
    now = database_now()
    Attempt.objects.bulk_create(
        Attempt(
            message_id=message.pk, delivery_id=pk, try_no=1, started_at=now, ended_at=now, outcome="accepted"
        )
        for pk in Delivery.objects.values_list("pk", flat=True)
    )
    assert Attempt.objects.count() == 3
    return message


@pytest.mark.parametrize("page", [1, 2, 100_000])
def test_whole_rows_are_no_orphans(sent: Message, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr(consistency, "PAGE", page)
    assert orphans() == []


RELATIONS = [
    (child, column)
    for child, columns in consistency.PARENTS.items()
    for column in columns
    if column != "family_of_id"
]


@pytest.mark.parametrize("page", [1, 100_000])
@pytest.mark.parametrize(("child", "column"), RELATIONS)
def test_rows_without_their_parent_are_counted(
    sent: Message, monkeypatch: pytest.MonkeyPatch, child: type[Any], column: str, page: int
) -> None:
    monkeypatch.setattr(consistency, "PAGE", page)
    assert child.objects.update(**{column: F(column) + ELSEWHERE}) == 3
    assert orphans() == [Orphans(child._meta.db_table, column, 3)]


def test_family_without_its_student_is_counted(sent: Message) -> None:
    one = Recipient.objects.filter(pk=Recipient.objects.earliest("pk").pk)
    one.update(person=None, family_of=RecipientAbout.objects.earliest("pk").student_id)
    assert orphans() == []
    one.update(family_of=F("family_of") + ELSEWHERE)
    assert orphans() == [Orphans("notica_recipient", "family_of_id", 1)]


def test_one_row_among_whole_ones_is_counted(sent: Message) -> None:
    mother = Guardianship.objects.earliest("pk").guardian_id
    InboxEntry.objects.filter(person=mother).update(person=mother + ELSEWHERE)
    assert orphans() == [Orphans("notica_inboxentry", "person_id", 1)]


def test_every_relation_of_the_mass_tables_is_looked_at() -> None:
    keys = {
        (model, field.column)
        for model in (Recipient, RecipientAbout, InboxEntry, Delivery, Attempt)
        for field in model._meta.concrete_fields
        if str(field.column).endswith("_id") and field.column != "provider_id"
    }
    looked_at = {(model, column) for model, columns in consistency.PARENTS.items() for column in columns}
    assert looked_at == keys


def test_command_says_what_is_missing_and_fails(sent: Message, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_consistency")
    assert capsys.readouterr().out == "Todas las filas están completas.\n"
    Delivery.objects.all().delete()
    with pytest.raises(SystemExit) as end:
        call_command("check_consistency")
    assert end.value.code == 1
    assert capsys.readouterr().out == "notica_attempt: a 3 filas les falta lo que nombra delivery_id.\n"
