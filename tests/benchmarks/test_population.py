import pytest

from benchmarks.population import Counts, Made, counts
from channels_app.models import Activation, ChannelAccount
from plumier.models import Contact, Enrolment, Group, Guardianship, Person, Student


@pytest.mark.parametrize(
    ("guardians", "expected"),
    [
        (1, Counts(1, 1, 1, 1)),
        (11, Counts(11, 11, 11, 1)),
        (12, Counts(12, 12, 10, 1)),
        (25, Counts(25, 25, 21, 2)),
        (40_000, Counts(40_000, 40_000, 33_334, 1_667)),
    ],
)
def test_counts_say_what_a_school_holds(guardians: int, expected: Counts) -> None:
    assert counts(guardians) == expected


def test_school_holds_what_was_counted(made: Made) -> None:
    of = {"school": made.school}
    found = [model.objects.filter(**of).count() for model in (Student, Enrolment, Group, Guardianship)]
    # Two blocks with four siblings each, who have a second parent.
    assert found == [25, 25, 2, 25 + 8]
    assert Person.objects.filter(**of).count() == 50 + 1
    assert Contact.objects.filter(**of, slot="phone_1").values("value").distinct().count() == 25
    assert Contact.objects.filter(**of, slot="email").values("value").distinct().count() == 25


def test_ids_begin_where_it_says_and_rows_made_later_do_not_meet_them(made: Made) -> None:
    ids = Student.objects.filter(school=made.school).order_by("pk").values_list("pk", flat=True)
    assert list(ids) == list(range(made.first_student, made.first_student + 25))
    assert Group.objects.filter(school=made.school).order_by("pk").values_list("pk", flat=True)[0] == (
        made.first_group
    )
    later = Person.objects.create(school=made.school, given_name="Otra")
    assert later.pk == max(Person.objects.values_list("pk", flat=True))


def test_siblings_share_both_their_parents(made: Made) -> None:
    def parents(number: int) -> list[tuple[int, str, int]]:
        ties = Guardianship.objects.filter(student=made.first_student + number).order_by("order")
        return list(ties.values_list("guardian_id", "relation", "order"))

    assert len(parents(0)) == len(parents(24)) == 1
    assert {one[0] for one in parents(8)} == {one[0] for one in parents(9)} != {one[0] for one in parents(10)}
    assert [tie[1:] for tie in parents(9)] == [("father", 1), ("mother", 2)]


def test_every_mobile_has_its_app_and_no_account_a_rate(made: Made) -> None:
    states = Activation.objects.values_list("account__channel", "state").distinct().order_by("state")
    assert list(states) == [("telegram", "inactive"), ("tokapp", "linked")]
    assert Activation.objects.count() == 50
    assert set(ChannelAccount.objects.values_list("rate", flat=True)) == {1e9}
