"""A phone that left the register is unlinked; what is of no more use is forgotten."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import Strike, Suppression
from notica.linking import register_sql, sweeping
from notica.linking.invitations import invite
from notica.linking.sweeping import CURSOR_KEY, forget_linking, sweep_left, sweep_linked
from notica.models import BotChat, BotUpdate, LeftPhone, LinkInvitation
from plumier.clock import database_now
from plumier.models import AcademicYear, Contact, Enrolment, Group, Guardianship, Person, Student
from tests.database import DatabaseClock
from tests.factories.register import Parent, make_group, make_login, make_school, make_student
from tests.notica.linking.conftest import OTHER_PHONE, PHONE
from tests.notica.linking.said import links, pressed, shared, shared_bot, tell, update


def test_sweep_unlinks_a_phone_that_is_on_no_record(mother: Person) -> None:
    tell(shared(501, PHONE))
    assert (sweep_linked(), links()) == (0, [(PHONE, "501", "linked")])
    Contact.objects.all().delete()
    assert (sweep_linked(), links()) == (1, [])
    assert BotChat.objects.get().phone == ""


def test_sweep_unlinks_a_phone_that_went_to_another_family(mother: Person, group: Group) -> None:
    tell(shared(501, PHONE))
    Contact.objects.update(value=OTHER_PHONE)
    make_student(group, "Eva Sanz", [Parent("Rosa Vera", contacts={"phone_1": PHONE})])
    assert (sweep_linked(), links()) == (1, [])


def test_sweep_leaves_a_phone_that_one_of_two_still_has(mother: Person, group: Group) -> None:
    father = Parent("Pedro Gil", "father", contacts={"phone_1": PHONE})
    make_student(group, "Eva Gil", [father])
    tell(shared(501, PHONE))
    mother.contacts.all().delete()
    assert (sweep_linked(), links()) == (0, [(PHONE, "501", "linked")])


def test_sweep_leaves_a_phone_that_changed_its_place(mother: Person) -> None:
    tell(shared(501, PHONE))
    mother.contacts.update(slot="phone_2")
    assert sweep_linked() == 0


def test_sweep_unlinks_the_phone_of_somebody_deleted(mother: Person) -> None:
    tell(shared(501, PHONE))
    mother.delete()
    assert (sweep_linked(), links()) == (1, [])


def test_sweep_goes_on_where_it_was(mother: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    account = shared_bot().account_id
    rows = [
        BotChat(
            account_id=account,
            chat=str(n),
            phone=f"+3461234560{n}",
            persons=[mother.pk],
            seen_at=database_now(),
        )
        for n in (1, 3, 4, 5, 6)
    ]
    BotChat.objects.bulk_create(rows)
    left = []
    for _ in range(3):
        sweep_linked()
        left.append(BotChat.objects.exclude(phone="").count())
    assert left == [4, 2, 1]
    assert cache.get(CURSOR_KEY) == 0


def test_sweep_costs_one_query_where_there_is_nothing(mother: Person) -> None:
    for number in range(20):
        BotChat.objects.create(
            account_id=shared_bot().account_id,
            chat=str(number),
            phone=PHONE if number == 0 else "",
            persons=[mother.pk],
            seen_at=database_now(),
        )
    with CaptureQueriesContext(connection) as queries:
        sweep_linked()
    assert len(queries) == 1


def test_forget_linking_keeps_what_still_counts(mother: Person, database_clock: DatabaseClock) -> None:
    user = make_login(mother)
    tell(shared(501, PHONE))
    tell(update(502, text="hola"))
    invite(user.pk, shared_bot().account_id, now=database_now())
    forget_linking()
    assert (BotUpdate.objects.count(), BotChat.objects.count(), LinkInvitation.objects.count()) == (2, 2, 1)
    database_clock.advance(sweeping.UPDATES_KEPT + timedelta(hours=1))
    forget_linking()
    assert (BotUpdate.objects.count(), BotChat.objects.count(), LinkInvitation.objects.count()) == (0, 2, 0)
    database_clock.advance(sweeping.IDLE_CHATS_KEPT)
    forget_linking()
    assert list(BotChat.objects.values_list("chat", flat=True)) == ["501"]


def test_sweep_looks_at_contacts_by_their_values_alone(mother: Person) -> None:
    """It would read the contacts of a whole region in each round."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {register_sql.SWEEP}", {"after": 0, "most": 20_000})
        plan = [row[0] for row in cursor.fetchall()]
    reads = {
        line.split(" using ")[-1].split(" on ")[0].split()[-1] for line in plan if "plumier_contact" in line
    }
    assert reads == {"contact_value"}


def pass_on(group: Group) -> Person:
    """Another family has the number too; the first one keeps it in the register."""
    parent = Parent("Rosa Vera", contacts={"phone_1": PHONE})
    make_student(group, "Eva Sanz", [parent])
    assert parent.person is not None
    return parent.person


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Student, {"protected": True}),
        (Enrolment, {"status": "withdrawn"}),
        (Guardianship, {"barred_from": date(2026, 1, 1), "barred_reference": "Auto 12"}),
    ],
)
def test_sweep_unlinks_a_family_that_left_and_whose_number_is_another_familys(
    mother: Person, group: Group, model: Any, fields: dict[str, Any]
) -> None:
    tell(shared(501, PHONE))
    model.objects.update(**fields)
    assert sweep_linked() == 0
    other = pass_on(group)
    assert (sweep_linked(), links()) == (1, [])
    tell(shared(502, PHONE))
    assert BotChat.objects.get(chat="502").persons == [other.pk]
    assert (sweep_linked(), links()) == (0, [(PHONE, "502", "linked")])


def test_sweep_leaves_two_families_that_share_a_phone(mother: Person, group: Group) -> None:
    tell(shared(501, PHONE))
    pass_on(group)
    assert (sweep_linked(), links()) == (0, [(PHONE, "501", "linked")])


def test_sweep_leaves_a_school_in_summer(mother: Person) -> None:
    tell(shared(501, PHONE))
    AcademicYear.objects.update(is_current=False)
    assert (sweep_linked(), links()) == (0, [(PHONE, "501", "linked")])


def test_sweep_leaves_who_is_at_another_school_now(mother: Person) -> None:
    user = make_login(mother)
    tell(shared(501, PHONE))
    Enrolment.objects.update(status="withdrawn")
    again = pass_on(make_group(make_school("30000002")))
    Person.objects.filter(pk=again.pk).update(user=user)
    assert (sweep_linked(), links()) == (0, [(PHONE, "501", "linked")])
    Person.objects.filter(pk=again.pk).update(user=None)
    assert sweep_linked() == 1


def test_sweep_forgets_what_was_known_of_the_chat(mother: Person) -> None:
    tell(shared(501, PHONE))
    account, now = shared_bot().account_id, database_now()
    Suppression.objects.create(account_id=account, address=PHONE, reason="telegram.blocked", since=now)
    Strike.objects.create(account_id=account, address=PHONE, reason="telegram.forbidden", day=now.date())
    Contact.objects.all().delete()
    sweep_linked()
    assert (Suppression.objects.count(), Strike.objects.count()) == (0, 0)


def test_sweep_left_lifts_the_baja_of_those_who_had_the_number_before(mother: Person, group: Group) -> None:
    tell(shared(501, PHONE))
    tell(pressed(501, "leave:yes"))
    assert (sweep_left(), Suppression.objects.get().reason) == (0, "telegram.left")
    mother.contacts.all().delete()
    pass_on(group)
    assert (sweep_left(), links(), Suppression.objects.count()) == (1, [], 0)
    assert LeftPhone.objects.count() == 0


def test_sweep_left_leaves_what_the_provider_said(mother: Person) -> None:
    tell(shared(501, PHONE))
    tell(pressed(501, "leave:yes"))
    Suppression.objects.update(reason="telegram.blocked")
    Contact.objects.all().delete()
    assert (sweep_left(), Suppression.objects.get().reason) == (1, "telegram.blocked")
