"""Every change is kept with before and after, whoever makes it; and what is kept only grows."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from plumier.clock import database_now
from plumier.history import acting, forget_old
from plumier.models import Contact, Person, RecordAccess, RegisterEdit, School, SchoolPolicy, User
from tests.factories.register import make_director, make_group, make_person, make_school, make_student

# Proposals of contacts keep their own events; the rest says nothing about the register.
NOT_KEPT = {
    *("AccountCode", "AccountLetter", "RecoveryRequest", "RegisterChange", "RegisterEdit", "RecordAccess"),
    *("ImportRun", "ImportDifference"),
    *("ContactBatch", "ContactProposal", "ProposalEvent", "ProposedContact"),
    # Who has read a notice; and of attendance what only follows from the marks, which are kept.
    *("NoticeRead", "Roll", "AbsenceNotice", "AbsenteeismReport"),
    "MeetingCall",  # which message told what: messages are kept
    # What was told of fees, and the acts that issued them: they only grow, and the fees themselves are kept.
    *("FeeIssue", "FeeReport"),
    # Of the class journal, what the clock has done of a day and what was sent in one act.
    *("JournalDay", "JournalSend"),
}


@pytest.fixture
def school(db: None) -> School:
    return make_school()


def edits(table: str) -> list[tuple[Any, ...]]:
    rows = RegisterEdit.objects.filter(table_name=f"plumier_{table}").order_by("id")
    return list(rows.values_list("kind", "before", "after", "actor_id", "cause"))


def test_life_of_a_row_is_kept_from_its_making_to_its_end(school: School) -> None:
    person = make_person(school, "Ana Ruiz")
    Person.objects.filter(pk=person.pk).update(surname="Roca")
    Person.objects.filter(pk=person.pk).delete()
    made, changed, gone = edits("person")
    assert [one[0] for one in (made, changed, gone)] == ["I", "U", "D"]
    assert (made[1], made[2]["surname"]) == (None, "Ruiz")
    assert (changed[1]["surname"], changed[2]["surname"]) == ("Ruiz", "Roca")
    assert (gone[1]["surname"], gone[2]) == ("Roca", None)


def test_price_of_an_sms_is_kept_before_and_after(school: School) -> None:
    for price in ("0.07", "0.0755"):
        SchoolPolicy.objects.filter(school=school).update(sms_price=price)
    changes = [
        (before["sms_price"], after["sms_price"])
        for kind, before, after, *_ in edits("schoolpolicy")
        if kind == "U"
    ]
    assert changes == [(None, 0.07), (0.07, 0.0755)]


def test_update_that_changes_nothing_is_no_edit(school: School) -> None:
    make_person(school, "Ana Ruiz")
    Person.objects.update(surname="Ruiz")
    assert [kind for kind, *_ in edits("person")] == ["I"]


def test_many_rows_changed_at_once_are_each_kept(school: School) -> None:
    for name in ("Ana", "Eva", "Luz"):
        make_person(school, name)
    Person.objects.update(language="vi")
    changed = [
        (before["language"], after["language"]) for kind, before, after, *_ in edits("person") if kind == "U"
    ]
    assert changed == [("", "vi")] * 3


def test_password_and_log_in_time_are_not_kept(db: None) -> None:
    user = User.objects.create_user("ana", password="secret")
    user.set_password("another")
    user.save()
    Client().force_login(user)
    (made,) = edits("user")
    assert {"password", "last_login"} & set(made[2]) == set()


def test_edit_knows_its_school(school: School) -> None:
    person = make_person(school, "Ana")
    found = RegisterEdit.objects.filter(table_name__in=["plumier_person", "plumier_school"])
    assert set(found.values_list("table_name", "school_id", "row_id")) == {
        ("plumier_person", school.pk, person.pk),
        ("plumier_school", school.pk, school.pk),
    }


def test_edit_names_its_actor_and_cause_only_within(school: School) -> None:
    with transaction.atomic(), acting(7, "import:12"):
        make_person(school, "Ana")
        with acting(8, "inner"):
            Person.objects.update(surname="Roca")
        Person.objects.update(surname="Ruiz")
    make_person(school, "Eva")
    assert [(kind, actor, cause) for kind, _b, _a, actor, cause in edits("person")] == [
        ("I", 7, "import:12"),
        ("U", 8, "inner"),
        ("U", 7, "import:12"),
        ("I", None, ""),
    ]


def test_row_that_an_import_made_keeps_no_copy(school: School) -> None:
    with transaction.atomic(), acting(None, "import:12"):
        make_person(school, "Ana")
    assert [(before, after) for _k, before, after, *_ in edits("person")] == [(None, None)]


def test_name_ends_with_a_transaction_that_fails(school: School) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(), acting(7, "import:12"):
        raise ZeroDivisionError
    make_person(school, "Eva")
    assert [(actor, cause) for *_, actor, cause in edits("person")] == [(None, "")]


def test_what_a_request_changes_is_its_users_doing(school: School) -> None:
    director, client = make_director(school), Client()
    client.force_login(director)
    person = make_person(school, "Ana Ruiz")
    form = {"surname": "Roca", "given_name": "Ana", "contacts-TOTAL_FORMS": 0, "contacts-INITIAL_FORMS": 0}
    assert client.post(reverse("admin:plumier_person_change", args=[person.pk]), form).status_code == 302
    make_person(school, "Eva")
    kinds = [(kind, actor) for kind, _b, _a, actor, _c in edits("person")]
    assert kinds[-2:] == [("U", director.pk), ("I", None)]


@pytest.mark.parametrize("model", [RegisterEdit, RecordAccess])
def test_kept_row_is_neither_changed_nor_deleted(school: School, model: type[models.Model]) -> None:
    row = _aged(model, school, 0)
    for change in (model._default_manager.update, model._default_manager.all().delete):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            change(**({"school_id": 5} if change.__name__ == "update" else {}))
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [RegisterEdit, RecordAccess])
def test_what_is_older_than_five_years_is_forgotten(school: School, model: type[models.Model]) -> None:
    old, young = _aged(model, school, 5 * 366), _aged(model, school, 5 * 364)
    forget_old()
    assert set(model._default_manager.filter(pk__in=[old.pk, young.pk])) == {young}


def _aged(model: type[models.Model], school: School, days: int) -> models.Model:
    at = database_now() - timedelta(days=days)
    if model is RegisterEdit:
        return RegisterEdit.objects.create(
            school_id=school.pk, table_name="plumier_person", row_id=1, kind="I", at=at
        )
    return RecordAccess.objects.create(
        school_id=school.pk, user_id=1, person_id=1, page="ficha", right="leader", at=at
    )


def test_every_table_of_the_register_is_kept(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_table, count(*) FROM information_schema.triggers"
            " WHERE trigger_name LIKE 'keeps_%%' GROUP BY 1"
        )
        kept = dict(cursor.fetchall())
    tables = {
        model._meta.db_table
        for app in ("plumier", "attendance", "convivencia", "secretaria", "journal", "grades", "tablon")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model.__name__ not in NOT_KEPT and not model._meta.db_table.startswith("plumier_user_")
    }
    tables |= {f"notica_{name}" for name in ("reviewtext", "deskwording", "reviewstep", "reviewfile")}
    assert kept == dict.fromkeys(tables, 3)


def test_deleting_a_student_keeps_all_that_went_with_her(school: School) -> None:
    student = make_student(make_group(school), "Luis", contacts={"email_alt": "luis@example.org"})
    student.person.delete()
    gone = RegisterEdit.objects.filter(kind="D").values_list("table_name", flat=True)
    assert sorted(gone) == ["plumier_contact", "plumier_enrolment", "plumier_person", "plumier_student"]
    assert Contact.objects.count() == 0
