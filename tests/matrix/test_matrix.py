"""Every URL opened as every role of this school, about this school and about another: nothing is shown to whom it is
not for. A page that is not in the table fails, so that none can be added and forgotten."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib import admin
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.matrix.urls import Url, every_url
from tests.matrix.world import MARK, ROLES, Place, client_of, make_place, sample
from tests.notica.results import ACCOUNTS

# Who may open a page at all: by the name of its URL, or by the start of it.
ANYONE: Final = "anyone"
LOGGED_IN: Final = "logged_in"
STAFF: Final = "staff"  # whoever works in a school today
LEADERS: Final = "leaders"
SUPERUSERS: Final = "superusers"
TUTORS: Final = "tutors"
TRAINING: Final = "training"  # who hands in the contacts of new pupils
CONTACTS: Final = "contacts"  # whoever hands in contacts or reviews them
FOR_WHOM: Final[dict[str, str]] = {
    "health": ANYONE,
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
    "notica:start": LOGGED_IN,
    "notica:channels": LEADERS,
    "notica:refresh_school": LEADERS,
    "notica:student_data": STAFF,
    "notica:student_data_file": STAFF,
    "notica:": STAFF,
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
# Pages of the administration that are about no row.
FIXED: Final[dict[str, Any]] = {"app_label": "plumier", "content_type_id": 1, "url": "x"}
# The dashboard is about no school: any queue does, and there are no jobs, at whose pages it breaks.
DASHBOARD: Final = "django_rq:"
QUEUE: Final[dict[str, Any]] = {"queue_index": 0, "scheduler_index": 0, "connection_index": 0}


@pytest.fixture
def places(db: None, settings: Any) -> tuple[Place, Place]:
    """The school of the roles, and the other one."""
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
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
            value = _admin_row(url, place) if name == "object_id" else place.rows.get(name, FIXED.get(name))
        if value is None:
            assert url.route.startswith("admin/"), f"{url.name}: no value for {name} in this test"
            return
        values[name] = value
    try:
        yield reverse(url.name, kwargs=values)
    except NoReverseMatch:
        if not url.route.startswith("admin/"):
            raise


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
        TRAINING: who.leads or role == "training office",
        CONTACTS: who.leads or role in ("tutor", "training office"),
        SUPERUSERS: who.superuser,
    }[wanted]


def is_closed(response: HttpResponseBase) -> bool:
    """No such page, or the log-in; the administration's is a page that does not exist for whom it does not let in."""
    to = response.headers.get("Location", "")
    return response.status_code == 404 or (
        response.status_code == 302 and to.startswith(("/entrar/", "/admin/login/"))
    )


def seen_in(response: HttpResponseBase) -> set[str]:
    """The marks of those whose data the response shows; its headers too."""
    content = getattr(response, "content", None) or b"".join(getattr(response, "streaming_content", ()))
    return set(MARK.findall(content.decode("utf-8", "replace") + str(response.headers)))


def visits(client: Client, url: Url, place: Place) -> Iterator[tuple[str, HttpResponseBase]]:
    for address in addresses(url, place):
        yield address, client.get(address)


@pytest.mark.parametrize("role", ROLES)
def test_role_sees_what_is_hers_and_nothing_else(places: tuple[Place, Place], role: str) -> None:
    here, there = places
    client = client_of(ROLES[role].make(here))
    leaks: list[tuple[str, set[str]]] = []
    wrong: list[tuple[str, int]] = []
    seen: set[str] = set()
    for url in every_url():
        for address, response in [*visits(client, url, here), *visits(client, url, there)]:
            marks = seen_in(response)
            seen |= marks
            leaks += [(address, marks - ROLES[role].sees)] if marks - ROLES[role].sees else []
            broken = response.status_code >= 500 and not url.name.startswith(DASHBOARD)
            is_open = not is_closed(response) and response.status_code != 405
            if broken or (is_open and not may_open(url, role)):
                wrong.append((address, response.status_code))
    assert (leaks, wrong) == ([], [])
    if ROLES[role].leads:
        assert seen == ROLES[role].sees


@pytest.mark.parametrize("role", [role for role in ROLES if role != "superuser"])
def test_pages_about_another_school_do_not_exist(places: tuple[Place, Place], role: str) -> None:
    """By reading and by writing alike, wherever a page is about one row."""
    here, there = places
    client = client_of(ROLES[role].make(here))
    opened = []
    for url in every_url():
        about_a_row = any(name in url.arguments for name in ("object_id", *there.rows))
        if not about_a_row or for_whom(url) in (ANYONE, SUPERUSERS):
            continue
        for address in addresses(url, there):
            answers = [client.get(address), client.post(address)]
            opened += [
                (address, one.status_code)
                for one in answers
                if not is_closed(one) and one.status_code not in (403, 405)
            ]
    assert opened == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "superuser"])
def test_page_that_is_not_hers_takes_nothing_either(places: tuple[Place, Place], role: str) -> None:
    here, _there = places
    client = client_of(ROLES[role].make(here))
    taken = []
    for url in every_url():
        if may_open(url, role):
            continue
        for address in addresses(url, here):
            response = client.post(address)
            if not is_closed(response) and response.status_code != 405:
                taken.append((address, response.status_code))
    assert taken == []
