"""The second school from its roster to its evening; each step finds what a run before it made."""

from demo.hanoi.day import day
from demo.hanoi.messages import after_ten, general_messages
from demo.hanoi.school import groups_of, import_roster, school, staff
from demo.seeding import Login
from plumier.models import School


def register() -> tuple[School, list[Login]]:
    """Its register and staff; nobody is told anything."""
    of = school()
    import_roster()
    return of, staff(of)


def life(of: School) -> None:
    """Its day: what of it is told goes out with the tour's messages."""
    groups = groups_of(of)
    day(of, groups)
    general_messages(of, groups)
    after_ten(of, groups[0])
