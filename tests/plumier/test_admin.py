"""The administration shows a school to those who lead it and to nobody else."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection
from django.forms import modelform_factory
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notica.models import Message, Recipient
from plumier.clock import database_now
from plumier.models import (
    AcademicYear,
    Contact,
    Department,
    Enrolment,
    Group,
    Guardianship,
    Holiday,
    Person,
    Post,
    RecordAccess,
    RegisterEdit,
    School,
    SchoolPolicy,
    SessionSlot,
    Staff,
    Stage,
    Student,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    User,
)
from plumier.roles import Role
from tests.factories.register import make_director, make_group, make_person, make_school, make_staff
from tests.notica.results import ACCOUNTS, family
from tests.notica.stories import send_to

TEACHING = [Subject, Subgroup, TeachingAssignment, SessionSlot, Holiday, Department]
PAGED = [
    *(School, AcademicYear, Stage, Group, Student, Person, Guardianship, Staff, Post, Enrolment),
    *(Message, Recipient, *TEACHING),
]
# Read in their lists alone.
KEPT = [RegisterEdit, RecordAccess]
SCOPED = [*PAGED, *KEPT]


@pytest.fixture(autouse=True)
def _accounts(settings: Any) -> None:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS


def peopled(code: str) -> School:
    """A school with one row of everything, all of whose names have its code in."""
    school = make_school(code)
    director = make_director(school)
    group = make_group(school, f"Grupo {code}", director.people.get())
    student, _parent = family(group, 1)
    student.person.surname, student.expediente = f"Núñez{code}", f"E{code}"
    student.person.save(update_fields=["surname"])
    student.save(update_fields=["expediente"])
    send_to(school, director, groups=[group], subject=f"Aviso {code}")
    teach(group, director.people.get())
    return school


def teach(group: Group, teacher: Person) -> None:
    """A row of everything about teaching, and of what is kept."""
    school, year = group.school, group.year
    subject = Subject.objects.create(school=school, name="Música")
    subgroup = Subgroup.objects.create(school=school, year=year, name=f"Coro {group}")
    enrolment = Enrolment.objects.get(group=group)
    SubgroupMember.objects.create(school=school, subgroup=subgroup, enrolment=enrolment)
    TeachingAssignment.objects.create(
        school=school, year=year, teacher=teacher, subject=subject, subgroup=subgroup
    )
    SessionSlot.objects.create(school=school, year=year, weekday=1, number=1, starts="08:00", ends="08:55")
    Holiday.objects.create(school=school, name="Navidad", first_day="2026-12-23", last_day="2027-01-06")
    department = Department.objects.create(school=school, name="Música")
    Staff.objects.filter(person=teacher).update(department=department)
    RecordAccess.objects.create(
        school_id=school.pk, user_id=1, person_id=teacher.pk, page="x", right="leader", at=database_now()
    )


@pytest.fixture
def school(db: None) -> School:
    return peopled("30000001")


@pytest.fixture
def other(db: None) -> School:
    return peopled("30000002")


def leader_of(school: School) -> Client:
    client = Client()
    client.force_login(User.objects.get(people__posts__role=Role.DIRECTOR, people__school=school))
    return client


def superuser() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def list_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")


def page_of(row: Any, page: str = "change") -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_{page}", args=[row.pk])


def rows_of(model: Any, school: School) -> Any:
    if model is School:
        return model.objects.filter(pk=school.pk)
    return model.objects.filter(school_id=school.pk)


def shown(client: Client, model: Any, **query: str) -> set[int]:
    response = client.get(list_of(model), query)
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].queryset}


WHO: dict[str, tuple[Callable[[School], User | None], int]] = {
    "nobody": (lambda _school: None, 302),
    "teacher": (make_staff, 404),
    "director": (make_director, 200),
    "superuser": (lambda _school: User.objects.create_superuser("root"), 200),
}


@pytest.mark.parametrize("who", WHO)
def test_door_opens_by_the_post_that_is_held(school: School, who: str) -> None:
    make, status = WHO[who]
    user, client = make(school), Client()
    if user is not None:
        client.force_login(user)
    assert client.get(reverse("admin:index"), follow=user is not None).status_code == status


def test_visitor_logs_in_on_the_products_own_page(school: School) -> None:
    response = Client().get(list_of(Student), follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next={list_of(Student)}"


def test_door_closes_the_day_after_the_post_ends(school: School) -> None:
    client = leader_of(school)
    assert client.get(list_of(Student)).status_code == 200
    Post.objects.filter(school=school).update(held_until=date(2026, 9, 30))
    assert client.get(list_of(Student)).status_code == 302
    assert client.get(list_of(Student), follow=True).status_code == 404


@pytest.mark.parametrize("model", SCOPED)
def test_list_has_all_of_the_own_school_and_nothing_else(school: School, other: School, model: Any) -> None:
    own = set(rows_of(model, school).values_list("pk", flat=True))
    foreign = set(rows_of(model, other).values_list("pk", flat=True))
    assert foreign
    assert shown(leader_of(school), model) == own
    assert shown(superuser(), model) >= own | foreign


@pytest.mark.parametrize("page", ["change", "history", "delete"])
@pytest.mark.parametrize("model", PAGED)
def test_row_of_another_school_does_not_exist(school: School, other: School, model: Any, page: str) -> None:
    client = leader_of(school)
    foreign = rows_of(model, other)[0]
    # Deleting most things is refused before anything is looked for, own or not.
    expected = (
        {404}
        if page != "delete" or client.get(page_of(rows_of(model, school)[0], page)).status_code == 200
        else {403}
    )
    assert {client.get(page_of(foreign, page)).status_code} == expected


@pytest.mark.parametrize("model", PAGED)
def test_own_row_opens(school: School, model: Any) -> None:
    assert leader_of(school).get(page_of(rows_of(model, school)[0])).status_code == 200


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Student, "nunez30000002"),
        (Student, "E30000002"),
        (Person, "Núñez30000002"),
        (Guardianship, "nunez30000002"),
    ],
)
def test_search_does_not_find_people_of_another_school(
    school: School, other: School, model: Any, words: str
) -> None:
    assert shown(leader_of(school), model, q=words) == set()
    assert len(shown(leader_of(other), model, q=words)) == 1


def test_search_takes_words_in_any_order_without_accents(school: School) -> None:
    student = Student.objects.get(school=school)
    assert shown(leader_of(school), Student, q="ANA nunez") == {student.pk}
    assert shown(leader_of(school), Student, q="ana martinez") == set()


def completions(client: Client, model: str, field: str, term: str) -> list[str]:
    query = {"app_label": "plumier", "model_name": model, "field_name": field, "term": term}
    response = client.get(reverse("admin:autocomplete"), query)
    assert response.status_code == 200
    return [result["text"] for result in json.loads(response.content)["results"]]


@pytest.mark.parametrize(
    ("model", "field", "term", "found"),
    [
        ("student", "person", "nunez", "Núñez{}, Ana"),
        ("guardianship", "guardian", "madre", "Gil Número1, Madre1"),
        ("enrolment", "group", "grupo", "Grupo {}"),
        ("post", "person", "directora", "Directora, Dolores"),
    ],
)
def test_autocomplete_offers_the_own_school_only(
    school: School, other: School, model: str, field: str, term: str, found: str
) -> None:
    assert completions(leader_of(school), model, field, term) == [found.format(school.code)]
    assert len(completions(superuser(), model, field, term)) == 2


def test_filters_offer_the_own_school_only(school: School, other: School) -> None:
    page = leader_of(school).get(list_of(Student)).content.decode()
    groups = leader_of(school).get(list_of(Group)).content.decode()
    assert f"Grupo {school.code}" in page
    assert other.code not in page
    assert other.code not in groups
    assert f"Grupo {other.code} · {other}" in superuser().get(list_of(Student)).content.decode()


@pytest.mark.parametrize("query", [{"grupo": "x"}, {"grupo": "999999"}, {"estado": "none"}])
def test_filter_by_what_is_not_offered_finds_nobody(school: School, query: dict[str, str]) -> None:
    assert shown(leader_of(school), Student, **query) == set()


def test_students_are_filtered_by_group_stage_and_status(school: School) -> None:
    group = make_group(school, "Otro")
    withdrawn, _parent = family(group, 2, status="withdrawn")
    here = Student.objects.exclude(pk=withdrawn.pk).get(school=school)
    client = leader_of(school)
    assert shown(client, Student, grupo=str(group.pk)) == {withdrawn.pk}
    assert shown(client, Student, estado="active") == {here.pk}
    assert shown(client, Student, ensenanza="eso") == {here.pk, withdrawn.pk}


def test_row_cannot_be_made_for_or_point_to_another_school(school: School, other: School) -> None:
    client = leader_of(school)
    foreign = Person.objects.get(school=other, posts__isnull=False)
    form = {"school": other.pk, "person": foreign.pk, "role": "secretario", "held_from": "2026-09-01"}
    response = client.post(reverse("admin:plumier_post_add"), form)
    assert set(response.context["adminform"].form.errors) == {"school", "person"}
    assert Post.objects.filter(role="secretario").count() == 0


def test_superuser_cannot_mix_two_schools_in_one_row(school: School, other: School) -> None:
    foreign = Person.objects.get(school=other, posts__isnull=False)
    form = {"school": school.pk, "person": foreign.pk, "role": "secretario", "held_from": "2026-09-01"}
    response = superuser().post(reverse("admin:plumier_post_add"), form)
    assert response.context["adminform"].form.errors == {"person": ["Es de otro centro."]}


def test_leader_gives_a_post_in_the_own_school(school: School) -> None:
    person = make_person(school, "Pilar Soto")
    form = {"school": school.pk, "person": person.pk, "role": "secretario", "held_from": "2026-09-01"}
    assert leader_of(school).post(reverse("admin:plumier_post_add"), form).status_code == 302
    assert Post.objects.get(role="secretario").person == person


def contacts_form(person: Person, *rows: tuple[str, str]) -> dict[str, Any]:
    kept = list(person.contacts.order_by("pk"))
    form: dict[str, Any] = {
        "surname": person.surname,
        "given_name": person.given_name,
        "document": "",
        "language": "",
        "contacts-TOTAL_FORMS": len(rows),
        "contacts-INITIAL_FORMS": len(kept),
    }
    for number, (slot, typed) in enumerate(rows):
        form |= {f"contacts-{number}-slot": slot, f"contacts-{number}-typed": typed}
        form |= {f"contacts-{number}-person": person.pk}
        if number < len(kept):
            form[f"contacts-{number}-id"] = kept[number].pk
    return form


def contacts(person: Person) -> list[tuple[str, str, str, str]]:
    return list(
        Contact.objects.filter(person=person).order_by("slot").values_list("slot", "kind", "value", "typed")
    )


def test_address_is_read_as_typed_and_kept_when_unreadable(school: School) -> None:
    person = make_person(school, "Pilar Soto")
    form = contacts_form(
        person, ("phone_1", "968 12 34 56"), ("phone_2", "no tiene"), ("email", "Pilar@Soto.ES")
    )
    assert leader_of(school).post(page_of(person), form).status_code == 302
    assert contacts(person) == [
        ("email", "email", "Pilar@soto.es", "Pilar@Soto.ES"),
        ("phone_1", "landline", "+34968123456", "968 12 34 56"),
        ("phone_2", "unreadable", "", "no tiene"),
    ]
    assert set(Contact.objects.filter(person=person).values_list("school", flat=True)) == {school.pk}


def test_changed_address_is_read_again_and_an_untouched_one_is_left(school: School) -> None:
    person = make_person(school, "Pilar Soto", {"phone_1": "+34600111222", "email": "p@soto.example"})
    Contact.objects.filter(person=person, slot="email").update(typed="escrito de otro modo")
    form = contacts_form(person, ("phone_1", "600 333 444"), ("email", "escrito de otro modo"))
    assert leader_of(school).post(page_of(person), form).status_code == 302
    assert contacts(person) == [
        ("email", "email", "p@soto.example", "escrito de otro modo"),
        ("phone_1", "mobile", "+34600333444", "600 333 444"),
    ]


def test_two_numbers_in_one_slot_are_asked_about(school: School) -> None:
    person = make_person(school, "Pilar Soto")
    form = contacts_form(person, ("phone_1", "600111222 / 600333444"))
    page = leader_of(school).post(page_of(person), form).content.decode()
    assert "Escriba uno solo" in page
    assert contacts(person) == []


def test_expediente_in_use_is_said_at_the_field(school: School) -> None:
    student, _parent = family(make_group(school, "B"), 2)
    taken = Student.objects.exclude(pk=student.pk).get(school=school).expediente
    form = {"person": student.person_id, "expediente": taken, "nre": ""}
    for name in ("enrolments", "guardianships"):
        form |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    response = leader_of(school).post(page_of(student), form)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors


def policy_form(school: School, **policy: object) -> dict[str, object]:
    """The page of a school as its leader sends it, with these settings of its policy."""
    return {
        "name": "IES Nuevo",
        "time_zone": "Europe/Madrid",
        "language": "es",
        "code": "99999999",
        "policy-TOTAL_FORMS": 1,
        "policy-INITIAL_FORMS": 1,
        "policy-0-id": SchoolPolicy.objects.get(school=school).pk,
        "policy-0-school": school.pk,
        "policy-0-quiet_from": "22:00",
        "policy-0-quiet_until": "06:00",
        "policy-0-channels": ["email", "sms"],
        "policy-0-senders": "tutors",
        "policy-0-tutors_write": "always",
        "policy-0-office_from": "08:00",
        "policy-0-office_until": "17:00",
        "policy-0-journal_until": "16:00",
        "policy-0-journal_reminder": "30",
        "policy-0-sms_price": "0,07",
        "policy-0-sms_currency": "EUR",
        "policy-0-tokapp_separator": ";",
        **{f"policy-0-{who}_login": "email" for who in ("staff", "family", "student")},
        **{f"policy-0-{name}": value for name, value in policy.items()},
    }


def test_leader_keeps_the_policy_but_not_the_schools_code(school: School) -> None:
    assert leader_of(school).post(page_of(school), policy_form(school)).status_code == 302
    school.refresh_from_db()
    policy = SchoolPolicy.objects.get(school=school)
    assert (school.name, school.code) == ("IES Nuevo", "30000001")
    assert (str(policy.quiet_from), str(policy.quiet_until), policy.channels) == (
        "22:00:00",
        "06:00:00",
        ["email", "sms"],
    )
    assert (policy.sms_price, policy.sms_currency) == (Decimal("0.07"), "EUR")


@pytest.mark.parametrize("price", ["0", "-1", "0,00001", "10000", "gratis"])
def test_price_of_an_sms_is_positive_and_of_four_decimals(price: str) -> None:
    form = modelform_factory(SchoolPolicy, fields=("sms_price", "sms_currency"))
    assert list(form({"sms_price": price, "sms_currency": "EUR"}).errors) == ["sms_price"]


def test_price_of_an_sms_is_never_nothing_in_the_database(school: School) -> None:
    with pytest.raises(IntegrityError, match="policy_sms_price_positive"):
        SchoolPolicy.objects.filter(school=school).update(sms_price=0)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"procedures": ["diario"]}, "desk"),
        ({"procedures": ["mesa"], "desk": ["cgcn"]}, "offices"),
        ({"offices": ["tai_chinh"]}, "procedures"),
        ({"procedures": ["partes"]}, "reporters"),
        ({"office_until": "07:00"}, "office_until"),
        ({"quiet_until": "22:00"}, "quiet_until"),
        ({"channels": ["email"], "sms_by_default": "on"}, "sms_by_default"),
        ({"whole_school_senders": ["tai_chinh"]}, "whole_school_senders"),
    ],
)
def test_policy_that_does_not_go_together_is_said_at_its_field(
    school: School, changed: dict[str, Any], field: str
) -> None:
    form = {**policy_form(school), **{f"policy-0-{name}": value for name, value in changed.items()}}
    answer = leader_of(school).post(page_of(school), form)
    assert list(answer.context["inline_admin_formsets"][0].formset.forms[0].errors) == [field]


def test_leader_writes_the_columns_of_the_roster_a_line_each(school: School) -> None:
    form = policy_form(school, tokapp_columns="telefono: Móvil\r\ngrupo", tokapp_own_account="on")
    assert leader_of(school).post(page_of(school), form).status_code == 302
    policy = SchoolPolicy.objects.get(school=school)
    assert policy.tokapp_columns == [["telefono", "Móvil"], ["grupo", ""]]
    assert policy.tokapp_own_account
    page = leader_of(school).get(page_of(school)).content.decode()
    assert "telefono: Móvil\ngrupo</textarea>" in page


def test_column_that_does_not_exist_is_told_at_its_field_and_kept(school: School) -> None:
    form = policy_form(school, tokapp_columns="telefono\r\nmovil: Móvil")
    page = leader_of(school).post(page_of(school), form).content.decode()
    assert "Línea 2: no hay ninguna columna «movil»." in page
    assert "movil: Móvil</textarea>" in page
    assert SchoolPolicy.objects.get(school=school).tokapp_columns == []


def test_time_zone_that_does_not_exist_is_refused(school: School) -> None:
    form = {"name": "IES", "time_zone": "Europe/Murcia", "language": "es"}
    form |= {"policy-TOTAL_FORMS": "0", "policy-INITIAL_FORMS": "0"}
    response = leader_of(school).post(page_of(school), form)
    assert response.context["adminform"].form.errors == {
        "time_zone": ["No existe esa zona horaria. Un ejemplo: Europe/Madrid."]
    }


def test_log_ins_and_ways_out_are_the_superusers(school: School) -> None:
    names = (
        "plumier_user",
        "channels_app_channelaccount",
        "channels_app_activation",
        "channels_app_suppression",
    )
    pages = [reverse(f"admin:{name}_changelist") for name in names]
    assert [leader_of(school).get(page).status_code for page in pages] == [403] * 4
    assert [superuser().get(pages[0]).status_code] == [200]


def test_superuser_reads_the_ways_out(db: None) -> None:
    client = superuser()
    names = (
        "plumier_user",
        "channels_app_channelaccount",
        "channels_app_activation",
        "channels_app_suppression",
    )
    assert [client.get(reverse(f"admin:{name}_changelist")).status_code for name in names] == [200] * 4


def test_what_was_sent_is_changed_by_nobody(school: School) -> None:
    message = Message.objects.get(school=school)
    for client in (leader_of(school), superuser()):
        page = client.get(page_of(message)).content.decode()
        assert 'name="_save"' not in page
        assert client.post(page_of(message), {"state": "cancelled"}).status_code == 403
        assert client.post(page_of(message, "delete"), {"post": "yes"}).status_code == 403


def test_recipient_shows_its_steps_with_masked_addresses(school: School) -> None:
    page = leader_of(school).get(page_of(Recipient.objects.get(school=school))).content.decode()
    assert "TokApp en Teléfono · madre (***001)" in page
    assert "600000001" not in page


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_cost_the_same_for_one_row_and_for_thirty(school: School) -> None:
    client = superuser()
    costs = {model.__name__: queries(client, list_of(model)) for model in SCOPED}
    for number in range(2, 31):
        more = make_school(f"4000{number:04d}")
        group = make_group(more, f"Grupo {number}", make_person(more, "Tutora Una"))
        family(group, number)
        director = make_director(more)
        send_to(more, director, groups=[group])
        teach(group, director.people.get())
    assert min(model.objects.count() for model in SCOPED) == 30
    assert {model.__name__: queries(client, list_of(model)) for model in SCOPED} == costs


def test_every_model_that_has_an_own_page_is_registered_for_its_school() -> None:
    unguarded = [
        model.__name__
        for model, page in admin.site._registry.items()
        if model._meta.app_label in {"plumier", "notica"} and not hasattr(page, "leaders_add")
    ]
    assert unguarded == ["User"]
