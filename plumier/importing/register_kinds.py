"""The kinds of files that the register itself can import. Which is thought of first decides between likenesses."""

from django.utils.translation import gettext_lazy as _

from plumier.importing.kinds import Kind, add_kind
from plumier.importing.posts_files import POSTS, TUTORS, plan_posts, plan_tutors
from plumier.importing.staff_files import FORM, plan_staff
from plumier.importing.teaching_files import ASSIGNMENTS, TIMETABLE, plan_assignments, plan_timetable


def add_register_kinds() -> None:
    """Make them known."""
    add_kind(Kind("timetable", _("horario"), TIMETABLE, plan_timetable))
    add_kind(Kind("assignments", _("docencia"), ASSIGNMENTS, plan_assignments))
    add_kind(Kind("posts", _("cargos"), POSTS, plan_posts))
    add_kind(Kind("tutors", _("tutores de grupos"), TUTORS, plan_tutors))
    add_kind(Kind("staff", _("personal"), FORM, plan_staff))
