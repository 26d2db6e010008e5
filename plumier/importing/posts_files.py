"""Files of posts (cargos): who holds which, from … until …; and the tutors of groups."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from plumier.importing.colleagues import WHO, Colleagues
from plumier.importing.forms import Form, FormRow
from plumier.importing.groups import group_key
from plumier.importing.kinds import Setting
from plumier.importing.plan import Counts
from plumier.importing.role_names import TUTOR, read_role
from plumier.models import Department, Group, Person, Post
from plumier.names import plain_words
from plumier.roles import Role

_WHO = tuple(WHO)
POSTS = Form(
    titles=WHO
    | {
        "role": ("cargo", "puesto", "chuc vu"),
        "department": ("departamento", "to", "to chuyen mon"),
        "from": ("desde", "fecha inicio", "inicio", "tu ngay"),
        "until": ("hasta", "fecha fin", "fin", "den ngay"),
    },
    needed=(_WHO, ("role",), ("from", "until")),
)
TUTORS = Form(
    titles=WHO
    | {
        "group": ("grupo", "unidad", "curso y grupo", "lop"),
        "person": ("tutor", "tutora", "tutor a", "tutoria", "gvcn", "giao vien chu nhiem"),
    },
    needed=(("person", "document"), ("group",)),
)


class Posts:
    """The posts and departments of a school, and those that are planned."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._departments = {
            plain_words(department.name): department
            for department in Department.objects.filter(school=setting.school)
        }
        self._posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
        standing = Q(held_until__isnull=True) | Q(held_until__gte=setting.today)
        for post in Post.objects.filter(standing, school=setting.school).select_related(
            "person", "department"
        ):
            self._posts[post.person_id, post.role].append(post)

    def department(self, row: FormRow) -> Department | None:
        """Find or plan the department of a row."""
        name = row.text("department", 120)
        key = plain_words(name)
        if not key:
            return None
        if key not in self._departments:
            self._departments[key] = Department(school=self.setting.school, name=name)
            self.setting.plan.make(self._departments[key])
        return self._departments[key]

    def hold(
        self, person: Person, role: Role, days: tuple[date | None, date | None], department: Department | None
    ) -> bool:
        """Plan that somebody holds a post; one that she holds already gets its last day, if the file has one."""
        since, until = days
        standing = self._posts[person.pk, role] if person.pk else []
        if standing:
            values: dict[str, object] = {"held_until": until} if until else {}
            if department is not None:
                values["department"] = department
            return self.setting.plan.change(standing[0], **values)
        post = Post(
            school=self.setting.school,
            person=person,
            role=role,
            held_from=since or self.setting.today,
            held_until=until,
            department=department,
        )
        if person.pk:
            self._posts[person.pk, role].append(post)
        self.setting.plan.make(post)
        return True


def plan_posts(rows: Iterator[FormRow], setting: Setting) -> None:
    """Plan a file of posts. Those that it does not have stay as they are."""
    colleagues, posts = Colleagues(setting.school), Posts(setting)
    counts = setting.plan.others.setdefault("posts", Counts())
    for row in rows:
        setting.plan.line = row.number
        person, role = colleagues.named_in(row), read_role(row.text("role"))
        since, until = row.date("from"), row.date("until")
        if role is None or role == TUTOR:
            row.error("role", _("No se conoce este cargo."))
        elif until and until < (since or setting.today):
            row.error("until", _("La fecha final es anterior a la inicial."))
        elif person is not None:
            before = len(setting.plan.new[Post])
            changed = posts.hold(person, Role(role), (since, until), posts.department(row))
            counts.add(new=len(setting.plan.new[Post]) > before, changed=changed)


def plan_tutors(rows: Iterator[FormRow], setting: Setting) -> None:
    """Plan the tutors of groups. A group that the file does not have keeps its own; an empty cell too."""
    colleagues = Colleagues(setting.school)
    groups = {group_key(g.name): g for g in Group.objects.filter(year=setting.year).select_related("tutor")}
    counts = setting.plan.others.setdefault("tutors", Counts())
    seen: set[str] = set()
    for row in rows:
        setting.plan.line = row.number
        key = group_key(row.text("group"))
        group = groups.get(key)
        if group is None:
            row.error("group", _("Este grupo no existe en el curso."))
        elif key in seen:
            row.error("group", _("El grupo está dos veces en el archivo."))
        elif row.text("person") or row.text("document"):
            seen.add(key)
            person = colleagues.named_in(row)
            if person is not None:
                counts.add(new=False, changed=setting.plan.change(group, tutor=person))
