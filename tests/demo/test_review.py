"""The sample school's review desk."""

from demo.review import review
from demo.seeding import COLLEAGUES
from notica.models import ReviewText
from plumier.roles import Role
from tests.factories.register import make_group, make_school, make_staff


def test_desk_has_its_texts_once(db: None) -> None:
    school = make_school()
    group = make_group(school)
    make_staff(school, "Dolores", Role.DIRECTOR, username="directora")
    for username, given_name, surname, role in COLLEAGUES[:3]:
        make_staff(school, f"{given_name} {surname}", role, username=username)
    for _run in range(2):
        review(school, [group])
    found = ReviewText.objects.order_by("pk").values_list("state", flat=True)
    assert list(found) == ["submitted", "submitted", "returned"]
