"""Every row of the fallback matrix, with the providers' own log as the oracle (B9, B10, B12, A3)."""

from collections.abc import Callable
from datetime import date

import pytest

from notica.models import InboxEntry, Message, Recipient
from plumier.models import School, User
from tests.factories.register import Parent, link, make_director, make_group, make_school, make_student
from tests.notica.stories import outcomes, send_to, trail
from tests.providers.sandbox import Sandbox

RunEngine = Callable[[], None]
PHONE_1, PHONE_2, FATHER_1, FATHER_2 = "+34600000001", "+34600000002", "+34600000011", "+34600000012"


@pytest.fixture
def school(transactional_db: None) -> School:
    return make_school()


@pytest.fixture
def director(school: School) -> User:
    return make_director(school)


def mother(**fields: object) -> Parent:
    contacts = {"phone_1": PHONE_1, "phone_2": PHONE_2, "email": "madre@familia.example"}
    return Parent(**{"name": "Marta Gil", "contacts": contacts, **fields})  # type: ignore[arg-type]


def taken(sandbox: Sandbox) -> list[tuple[str, str]]:
    """What the providers took for families, as (channel, address)."""
    entries = [entry for entry in sandbox.taken() if "@staff.example" not in entry["address"]]
    return sorted((entry["channel"], entry["address"]) for entry in entries)


def family_message(school: School, director: User, parents: list[Parent], **fields: object) -> Message:
    group = make_group(school)
    make_student(group, "Luis Gil", parents)
    return send_to(school, director, groups=[group], **fields)


def test_first_phone_takes_it_and_the_second_is_left_alone(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    link("telegram", PHONE_1, "101")
    message = family_message(school, director, [mother()])
    run_engine()
    assert taken(sandbox) == [("telegram", "101"), ("tokapp", PHONE_1)]
    assert outcomes(message) == [("Marta Gil", "reached", "")]
    assert trail(message) == [(1, "telegram", PHONE_1, "accepted"), (1, "tokapp", PHONE_1, "accepted")]


def test_second_phone_is_tried_when_the_first_is_refused(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    sandbox.refuse("tokapp", "no_user", address=PHONE_1)
    message = family_message(school, director, [mother()])
    run_engine()
    assert taken(sandbox) == [("tokapp", PHONE_2)]
    assert outcomes(message) == [("Marta Gil", "reached", "")]
    assert trail(message) == [(1, "tokapp", PHONE_1, "failed"), (2, "tokapp", PHONE_2, "accepted")]


def test_blocked_bot_does_not_matter_when_tokapp_took_it(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    link("telegram", PHONE_1, "101")
    sandbox.refuse("telegram", "blocked", address="101")
    message = family_message(school, director, [mother()])
    run_engine()
    assert taken(sandbox) == [("tokapp", PHONE_1)]
    assert outcomes(message) == [("Marta Gil", "reached", "")]
    assert trail(message) == [(1, "telegram", PHONE_1, "failed"), (1, "tokapp", PHONE_1, "accepted")]


def test_two_channels_failing_at_once_open_one_next_step(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    link("telegram", PHONE_1, "101")
    link("telegram", PHONE_2, "102")
    sandbox.refuse("telegram", "blocked", address="101")
    sandbox.refuse("tokapp", "no_user", address=PHONE_1)
    message = family_message(school, director, [mother()])
    run_engine()
    assert taken(sandbox) == [("telegram", "102"), ("tokapp", PHONE_2)]
    assert trail(message) == [
        (1, "telegram", PHONE_1, "failed"),
        (1, "tokapp", PHONE_1, "failed"),
        (2, "telegram", PHONE_2, "accepted"),
        (2, "tokapp", PHONE_2, "accepted"),
    ]


def test_both_phones_refused_without_email_ends_failed(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    sandbox.refuse("tokapp", "no_user")
    message = family_message(school, director, [mother()])
    run_engine()
    assert taken(sandbox) == []
    assert outcomes(message) == [("Marta Gil", "failed", "tokapp.unknown_phone")]
    assert InboxEntry.objects.filter(message=message).count() == 1


def test_both_phones_refused_with_email_after_reaches_the_mailbox(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    sandbox.refuse("tokapp", "no_user")
    message = family_message(school, director, [mother()], email_after=True)
    run_engine()
    assert taken(sandbox) == [("email", "madre@familia.example")]
    assert outcomes(message) == [("Marta Gil", "reached", "")]


def test_landline_is_no_target(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    parent = mother(contacts={"phone_1": "landline:+34968123456"})
    message = family_message(school, director, [parent])
    run_engine()
    assert taken(sandbox) == []
    assert outcomes(message) == [("Marta Gil", "no_channel", "landline")]


def test_sms_goes_to_the_father_first(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    father = Parent("Pedro Gil", "father", {"phone_1": FATHER_1, "phone_2": FATHER_2})
    message = family_message(school, director, [father, mother()], way="sms")
    run_engine()
    assert taken(sandbox) == [("sms", FATHER_1)]
    assert outcomes(message) == [("familia Luis Gil", "reached", "")]


def test_sms_goes_to_the_mother_when_the_father_has_no_mobile(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    father = Parent("Pedro Gil", "father", {"phone_1": "landline:+34968123456"})
    message = family_message(school, director, [father, mother()], way="sms")
    run_engine()
    assert taken(sandbox) == [("sms", PHONE_1)]
    assert outcomes(message) == [("familia Luis Gil", "reached", "")]


def test_sms_falls_through_both_phones_of_the_father_to_the_mother(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    father = Parent("Pedro Gil", "father", {"phone_1": FATHER_1, "phone_2": FATHER_2})
    sandbox.refuse("sms", "invalid_phone", address=FATHER_1)
    sandbox.refuse("sms", "opted_out", address=FATHER_2)
    message = family_message(school, director, [father, mother()], way="sms")
    run_engine()
    assert taken(sandbox) == [("sms", PHONE_1)]
    assert trail(message) == [
        (1, "sms", FATHER_1, "failed"),
        (2, "sms", FATHER_2, "failed"),
        (3, "sms", PHONE_1, "accepted"),
    ]


def test_protected_student_is_messaged_and_her_guardians_only_read(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    group = make_group(school)
    student = make_student(
        group, "Luis Gil", [mother()], protected=True, contacts={"email_official": "luis@alu.example"}
    )
    family = send_to(school, director, groups=[group], way="email")
    alone = send_to(school, director, groups=[group], way="email", to="alumno")
    run_engine()
    assert taken(sandbox) == [("email", "luis@alu.example")]
    assert outcomes(family) == [("Marta Gil", "excluded", "protected")]
    assert outcomes(alone) == [("Luis Gil", "reached", "")]
    assert list(InboxEntry.objects.filter(message=family).values_list("person__given_name", flat=True)) == [
        "Marta"
    ]
    assert student.protected


def test_barred_guardian_gets_nothing_and_is_no_fallback(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    father = Parent("Pedro Gil", "father", {"phone_1": FATHER_1}, barred=(date(2026, 1, 1), None))
    sms = family_message(school, director, [father, mother()], way="sms")
    sandbox.refuse("sms", "invalid_phone")
    run_engine()
    assert [entry["address"] for entry in sandbox.log() if entry["channel"] == "sms"] == [PHONE_1, PHONE_2]
    assert outcomes(sms) == [("familia Luis Gil", "failed", "sms.21211")]
    assert list(InboxEntry.objects.filter(message=sms).values_list("person__given_name", flat=True)) == [
        "Marta"
    ]


def test_guardian_without_the_tick_is_excluded(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    message = family_message(school, director, [mother(ticked=False)])
    run_engine()
    assert taken(sandbox) == []
    assert outcomes(message) == [("Marta Gil", "excluded", "tick_off")]


def test_guardian_of_two_siblings_gets_one_message_naming_both(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    group = make_group(school)
    parent = mother()
    make_student(group, "Luis Gil", [parent])
    make_student(group, "Eva Gil", [parent])
    send_to(school, director, groups=[group], way="email")
    run_engine()
    mails = [entry for entry in sandbox.taken("email") if entry["address"] == "madre@familia.example"]
    assert len(mails) == 1
    assert "Eva Gil, Luis Gil" in mails[0]["text"]


def test_sms_to_siblings_of_the_same_guardians_is_one(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    school.policy.sms_to_many = True
    school.policy.save()
    group = make_group(school)
    parent = mother()
    make_student(group, "Luis Gil", [parent])
    make_student(group, "Eva Gil", [parent])
    make_student(group, "Otro Paz", [Parent("Rosa Paz", "mother", {"phone_1": FATHER_1})])
    message = send_to(school, director, groups=[group], way="sms")
    run_engine()
    assert taken(sandbox) == [("sms", PHONE_1), ("sms", FATHER_1)]
    assert len(outcomes(message)) == 2


def test_withdrawn_student_named_alone_is_excluded(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    student = make_student(make_group(school), "Luis Gil", [mother()], status="withdrawn")
    message = send_to(school, director, students=[student])
    run_engine()
    assert taken(sandbox) == []
    assert outcomes(message) == [("familia Luis Gil", "excluded", "withdrawn")]


def test_acuse_names_each_recipient_with_its_result(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    sandbox.refuse("email", "mailbox_unknown", address="madre@familia.example")
    message = family_message(school, director, [mother()], way="email", subject="Excursión")
    run_engine()
    acuse = [entry for entry in sandbox.taken("email") if entry["address"].endswith("@staff.example")]
    assert len(acuse) == 1
    assert "Gil, Marta (Gil, Luis): Fallido" in acuse[0]["text"]
    assert InboxEntry.objects.filter(message__kind="acuse").count() == 1
    message.refresh_from_db()
    assert message.state == "finished"


def test_a_barred_fathers_number_in_the_mothers_slot_is_not_written_to(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    father = Parent("Pedro Gil", "father", {"phone_1": PHONE_1}, barred=(date(2026, 1, 1), None))
    message = family_message(school, director, [father, mother()])
    run_engine()
    assert taken(sandbox) == [("tokapp", PHONE_2)]
    assert trail(message) == [(1, "tokapp", PHONE_2, "accepted")]
    plan = Recipient.objects.get(message=message, person__given_name="Marta").plan
    assert ("phone_1", "shared_with_barred") in {(row["slot"], row["reason"]) for row in plan["omitted"]}


def test_a_barred_fathers_mailbox_in_the_pupils_slot_is_not_written_to(
    school: School, director: User, sandbox: Sandbox, run_engine: RunEngine
) -> None:
    father = Parent("Pedro Gil", "father", {"email": "pedro@x.example"}, barred=(date(2026, 1, 1), None))
    group = make_group(school)
    make_student(group, "Luis Gil", [father], contacts={"email_official": "pedro@x.example"})
    message = send_to(school, director, groups=[group], to="alumno", way="email")
    run_engine()
    assert (taken(sandbox), outcomes(message)) == ([], [("Luis Gil", "no_channel", "shared_with_barred")])
