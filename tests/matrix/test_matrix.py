"""Every URL opened as every role of this school, about this school and about another: nothing is shown to whom it is
not for. A page that is not in the table fails, so that none can be added and forgotten."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from tests.matrix.urls import Url, every_url
from tests.matrix.visiting import Page, visit
from tests.matrix.world import ROLES, Place, make_place, sample
from tests.notica.results import ACCOUNTS

# Who may open a page at all: by the name of its URL, or by the start of it.
ANYONE: Final = "anyone"
LOGGED_IN: Final = "logged_in"
STAFF: Final = "staff"  # whoever works in a school today
LEADERS: Final = "leaders"
SUPERUSERS: Final = "superusers"
DIRECTORS: Final = "directors"  # the management of the school
FOLLOWERS: Final = "followers"  # of a pupil's expediente: the management, her tutor
TUTORS: Final = "tutors"
TRAINING: Final = "training"  # who hands in the contacts of new pupils
FAMILIES: Final = "families"  # students, and whoever is on record as answering for one
PEOPLE: Final = "people"  # whoever is somebody's person: on record, whatever for
POSTERS: Final = "posters"  # who writes on the notice board: who leads a school, and the services
REVIEW: Final = "review"  # the review desk and the offices that hand in to it
OFFICES: Final = "offices"  # those alone
CONTACTS: Final = "contacts"  # whoever hands in contacts or reviews them
FOR_WHOM: Final[dict[str, str]] = {
    "health": ANYONE,
    "metrics": ANYONE,  # who visits from this machine itself, as these do: see tests/config/test_metrics.py
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_change_password": LOGGED_IN,
    "account_set_password": LOGGED_IN,
    "account_reauthenticate": LOGGED_IN,
    "mfa_login_webauthn": ANYONE,
    "mfa_authenticate": ANYONE,
    "mfa_index": LOGGED_IN,
    "mfa_reauthenticate": LOGGED_IN,
    "mfa_reauthenticate_webauthn": LOGGED_IN,
    "mfa_activate_totp": LOGGED_IN,
    "mfa_deactivate_totp": LOGGED_IN,
    "mfa_view_recovery_codes": LOGGED_IN,
    "mfa_generate_recovery_codes": LOGGED_IN,
    "mfa_download_recovery_codes": LOGGED_IN,
    "mfa_list_webauthn": LOGGED_IN,
    "mfa_add_webauthn": LOGGED_IN,
    "mfa_edit_webauthn": LOGGED_IN,
    "mfa_remove_webauthn": LOGGED_IN,
    "usersessions_list": LOGGED_IN,
    "language": ANYONE,
    "start": LOGGED_IN,
    "style": STAFF,
    "recover": ANYONE,
    "recover_asked": ANYONE,
    "first_time": ANYONE,
    "first_password": ANYONE,
    "choose_password": LOGGED_IN,
    "admin:": LEADERS,
    "django_rq:": SUPERUSERS,
    "contacts": CONTACTS,
    "contacts_sheet": TUTORS,
    "contacts_file": TUTORS,
    "new_pupils": TRAINING,
    "new_pupil": TRAINING,
    "handed_in": CONTACTS,
    "contact_proposal": CONTACTS,
    "withdraw_proposal": CONTACTS,
    "notica:contact_review": LEADERS,
    "notica:contact_apply_many": LEADERS,
    "notica:contact_return": LEADERS,
    "notica:contact_unregistered": LEADERS,
    "notica:contact_change": LEADERS,
    "notica:contact_act": LEADERS,
    "notica:confirm_contact": ANYONE,
    "notica:callback": ANYONE,
    "notica:try_callback": ANYONE,
    "notica:own_callback": ANYONE,
    "notica:own_try_callback": ANYONE,
    "notica:channels": LEADERS,
    "notica:link_telegram": PEOPLE,
    "notica:telegram_updates": ANYONE,
    "notica:refresh_school": LEADERS,
    "notica:export": LOGGED_IN,  # who asked for the file alone
    "notica:export_file": LOGGED_IN,
    "notica:tokapp_roster": LEADERS,
    "notica:leaflets": ANYONE,
    "notica:leaflet": ANYONE,
    "notica:leaflet_pdf": ANYONE,
    "notica:summary": LOGGED_IN,
    "notica:": STAFF,
    "profesores:school_students": LEADERS,
    "profesores:disciplinary": STAFF,
    "profesores:disciplinary_open": DIRECTORS,
    "profesores:disciplinary_close": DIRECTORS,
    "profesores:disciplinary_instructor": DIRECTORS,
    "profesores:disciplinary_step": DIRECTORS,
    "profesores:disciplinary_step_new": DIRECTORS,
    "profesores:disciplinary_case": FOLLOWERS,
    "profesores:disciplinary_file": FOLLOWERS,
    "profesores:secretaria": LEADERS,
    "profesores:meeting_open": LOGGED_IN,  # who was called to it, staff or family, and who keeps it
    "profesores:meeting_file": LOGGED_IN,
    "profesores:meeting_ics": LOGGED_IN,
    "profesores:transfers": LEADERS,
    "profesores:transfer": LEADERS,
    "profesores:transfer_ask": LEADERS,
    "profesores:transfer_new": LEADERS,
    "profesores:transfer_file": LEADERS,
    "profesores:fee": LEADERS,
    "profesores:fees": LEADERS,
    "profesores:fees_issue": LEADERS,
    "profesores:fees_day": LEADERS,
    "profesores:fees_list": LEADERS,
    "profesores:fees_workbook": LEADERS,
    **dict.fromkeys(
        (
            "profesores:diplomas",
            "profesores:diploma_new",
            "profesores:diplomas_waiting",
            "profesores:diplomas_workbook",
            "profesores:diploma_batch",
            "profesores:diploma_students",
            "profesores:diploma_receive",
            "profesores:diploma_tell",
            "profesores:diploma_collected",
        ),
        LEADERS,
    ),
    "profesores:review": REVIEW,
    "profesores:review_new": OFFICES,
    "profesores:review_text": REVIEW,
    "profesores:review_file": REVIEW,
    "profesores:": STAFF,
    "mirador:manifest": ANYONE,
    "mirador:worker": ANYONE,
    "mirador:offline": ANYONE,
    "mirador:": FAMILIES,
    "tablon:file": LOGGED_IN,
    "tablon:": POSTERS,
}
# The administration's own door, which leads to the log-in or away.
DOORS: Final = {"admin:login", "admin:logout", "admin:jsi18n"}
AT_WORK: Final = {
    *(
        "superuser",
        "director",
        "PAS",
        "CGCN",
        "orientador",
        "tutor",
        "teacher",
        "training office",
        "colleague",
    ),
    "barred father who teaches",
}
# By which everybody whom the administration does not let in tries its door; that it is the door of all its pages,
# tests/matrix/test_door.py says.
TRIED: Final = ("admin:index", "admin:plumier_student_", "admin:notica_message_")
# Pages that are about no row.
FIXED: Final[dict[str, Any]] = {
    "app_label": "plumier",
    "content_type_id": 1,
    "url": "x",
    # Of the providers' callbacks.
    "channel": "sms",
    "owner": "30000001",
    "tag": f"1.1.{'0' * 20}",
}
# The dashboard is about no school: any queue does, and there are no jobs, at whose pages it breaks.
DASHBOARD: Final = "django_rq:"
QUEUE: Final[dict[str, Any]] = {"queue_index": 0, "scheduler_index": 0, "connection_index": 0}


@pytest.fixture
def places(db: None, settings: Any) -> tuple[Place, Place]:
    """The school of the roles, and the other one."""
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    settings.ROOT_URLCONF = "tests.matrix.plain"
    settings.MFA_REAUTHENTICATION_REQUIRED = False  # else nobody would come as far as somebody else's key
    return make_place(1), make_place(2)


def for_whom(url: Url) -> str:
    """The longest start of its name that the table has."""
    starts = [
        start
        for start in FOR_WHOM
        if url.name == start or (start.endswith(":") and url.name.startswith(start))
    ]
    return FOR_WHOM[max(starts, key=len)] if starts else ""


def test_every_page_is_in_the_table() -> None:
    assert [url.name for url in every_url() if not for_whom(url) and "." not in url.name] == []


def test_every_line_of_the_table_is_needed() -> None:
    found = {
        for_whom(url) and max((s for s in FOR_WHOM if url.name.startswith(s)), key=len) for url in every_url()
    }
    assert found - {""} == set(FOR_WHOM)


def addresses(url: Url, place: Place) -> Iterator[str]:
    """The page about a place; for the administration about a row of its model."""
    values: dict[str, Any] = {}
    for name in url.arguments:
        if url.name.startswith(DASHBOARD):
            value = QUEUE.get(name, "x")
        else:
            value = _admin_row(url, place) if name == "object_id" else _row(url, name, place)
        if value is None:
            assert url.route.startswith("admin/"), f"{url.name}: no value for {name} in this test"
            return
        values[name] = value
    try:
        yield reverse(url.name, kwargs=values)
    except NoReverseMatch:
        if not url.route.startswith("admin/"):
            raise


def _row(url: Url, name: str, place: Place) -> Any:
    """What the place has for the pages of this web alone, else for any."""
    web = f"{url.name.partition(':')[0]}:{name}"
    return place.rows.get(web, place.rows.get(name, FIXED.get(name)))


def _admin_row(url: Url, place: Place) -> int | None:
    for model in admin.site._registry:
        if url.name.startswith(f"admin:{model._meta.label_lower.replace('.', '_')}_"):
            row = sample(model, place)
            return row.pk if row else None
    return None


def may_open(url: Url, role: str) -> bool:
    """Whether the role has such a page at all, whatever it then shows."""
    who, wanted = ROLES[role], for_whom(url)
    if wanted == ANYONE or url.name in DOORS:
        return True
    if role == "visitor":
        return False
    return {
        LOGGED_IN: True,
        STAFF: role in AT_WORK,
        LEADERS: who.leads,
        TUTORS: role == "tutor",
        DIRECTORS: role in ("superuser", "director"),
        FOLLOWERS: role in ("superuser", "director", "tutor"),
        FAMILIES: role in ("mother", "student", "barred father who teaches"),
        PEOPLE: role not in ("superuser", "service", "nobody"),
        TRAINING: who.leads or role == "training office",
        CONTACTS: who.leads or role in ("tutor", "training office"),
        SUPERUSERS: who.superuser,
        REVIEW: role in ("superuser", "CGCN", "training office"),
        OFFICES: role == "training office",
        POSTERS: who.leads or role == "service",
    }[wanted]


def _visited(role: str) -> Iterator[Url]:
    """Every page, but for whom the administration is shut no more of it than tells that it is."""
    for url in every_url():
        if not url.name.startswith("admin:") or ROLES[role].leads or url.name.startswith(TRIED):
            yield url


def pages(role: str, here: Place, there: Place) -> Iterator[Page]:
    """Every page about this school, and about the other one."""
    for url in _visited(role):
        for place in (here, there):
            about_a_row = any(name in url.arguments for name in ("object_id", *there.rows))
            is_for_all = for_whom(url) in (ANYONE, SUPERUSERS) or role == "superuser"
            for address in addresses(url, place):
                yield Page(
                    address=address,
                    hers=may_open(url, role),
                    elsewhere=place is there and about_a_row and not is_for_all,
                    own=place is here,
                    may_break=url.name.startswith(DASHBOARD),
                )


@pytest.mark.parametrize("role", ROLES)
def test_role_sees_and_writes_to_what_is_hers_and_nothing_else(
    places: tuple[Place, Place], role: str
) -> None:
    """One visit proves it all: nobody else's data is shown, what is another school's does not exist, by reading and
    by writing alike, and a page that is not hers takes nothing either."""
    found = visit(ROLES[role].make(places[0]), pages(role, *places), ROLES[role].sees)
    assert (found.leaks, found.wrong, found.elsewhere, found.taken) == ([], [], [], [])
    if ROLES[role].leads:
        assert found.seen == ROLES[role].sees
