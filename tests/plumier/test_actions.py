from datetime import date, time

import pytest

from plumier.actions import Bar, NewSchool, bar_guardian, create_school, find_guardianship
from plumier.models import Guardianship, School, SchoolPolicy
from plumier.refusals import Refused
from tests.factories.register import Parent, make_group, make_school, make_student

pytestmark = pytest.mark.django_db


def test_create_school_takes_zone_and_language_from_its_region() -> None:
    school = create_school(NewSchool("VN01", "THPT Khoa học Giáo dục", "publico", "VN"))
    assert (school.time_zone, school.language) == ("Asia/Ho_Chi_Minh", "vi")
    assert (school.policy.quiet_from, school.policy.quiet_until) == (None, None)


def test_create_school_keeps_quiet_hours_as_its_policy() -> None:
    quiet = (time(22), time(6))
    school = create_school(NewSchool("30000009", "IES Nueve", "concertado", "ES", quiet=quiet))
    policy = SchoolPolicy.objects.get(school=school)
    assert (policy.quiet_from, policy.quiet_until, policy.sms_to_many) == (time(22), time(6), False)


@pytest.mark.parametrize(
    ("code", "zone", "sentence"),
    [
        ("30000001", "", "Ya hay un centro con el código 30000001."),
        ("30-01", "", "El código «30-01» solo puede tener letras y cifras."),
        (
            "30000002",
            "Europa/Murcia",
            "No existe la zona horaria «Europa/Murcia». Un ejemplo: Europe/Madrid.",
        ),
    ],
)
def test_create_school_refuses_with_a_sentence(code: str, zone: str, sentence: str) -> None:
    make_school("30000001")
    with pytest.raises(Refused) as refusal:
        create_school(NewSchool(code, "IES", "publico", "ES", time_zone=zone))
    assert (str(refusal.value), School.objects.count()) == (sentence, 1)


def tie_of(who: str) -> Guardianship:
    group = make_group(make_school())
    parents = [Parent("Luis Gil", "father"), Parent("Marta Paz", "mother")]
    return find_guardianship(make_student(group, "Eva Gil", parents), who)


def test_bar_guardian_keeps_days_and_document() -> None:
    tie = bar_guardian(tie_of("padre"), Bar(date(2026, 9, 1), date(2027, 8, 31), "Auto 12/2026"))
    kept = Guardianship.objects.get(pk=tie.pk)
    assert (kept.relation, kept.barred_from, kept.barred_until, kept.barred_reference) == (
        "father",
        date(2026, 9, 1),
        date(2027, 8, 31),
        "Auto 12/2026",
    )


def test_bar_guardian_is_lifted_with_none() -> None:
    tie = bar_guardian(tie_of("madre"), Bar(date(2026, 9, 1), None, "Auto 12/2026"))
    lifted = bar_guardian(tie, None)
    assert (lifted.barred_from, lifted.barred_until, lifted.barred_reference) == (None, None, "")


@pytest.mark.parametrize(
    ("bar", "sentence"),
    [
        (Bar(date(2026, 9, 1), None, " "), "Falta la referencia de la resolución judicial."),
        (Bar(date(2026, 9, 1), date(2026, 8, 1), "Auto"), "La fecha final es anterior a la inicial."),
    ],
)
def test_bar_guardian_refuses_with_a_sentence(bar: Bar, sentence: str) -> None:
    tie = tie_of("padre")
    with pytest.raises(Refused) as refusal:
        bar_guardian(tie, bar)
    tie.refresh_from_db()
    assert (str(refusal.value), tie.barred_from) == (sentence, None)


def test_find_guardianship_refuses_somebody_else() -> None:
    with pytest.raises(Refused) as refusal:
        tie_of("12345678Z")
    assert str(refusal.value) == (
        "«12345678Z» no es un único tutor de este alumno. "
        "Los que hay: tutor1 (padre: Gil, Luis), tutor2 (madre: Paz, Marta)."
    )


@pytest.mark.parametrize("who", ["madre", "tutor2", "Marta Paz", "paz, marta"])
def test_find_guardianship_takes_place_relation_and_name(who: str) -> None:
    assert tie_of(who).guardian.full_name == "Marta Paz"
