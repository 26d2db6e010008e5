from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from plumier.clock import database_today
from plumier.models import User
from plumier.policies import ANYONE, LOGGED_IN, policy

asked: list[tuple[str, date]] = []


def is_ana(user: User, today: date) -> bool:
    asked.append((user.username, today))
    return user.username == "ana"


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


def request_of(user: User | None) -> HttpRequest:
    request = RequestFactory().get("/page/", {"key": "1"})
    request.user = user or AnonymousUser()
    return request


@pytest.fixture
def ana(db: None) -> User:
    return User.objects.create_user("ana")


def test_anyone_sees_a_public_page() -> None:
    assert policy(ANYONE)(view)(request_of(None)).status_code == 200


@pytest.mark.parametrize("rule", [LOGGED_IN, is_ana])
def test_visitor_is_asked_to_log_in_and_comes_back(rule: object) -> None:
    response = policy(rule)(view)(request_of(None))  # type: ignore[arg-type]
    assert (response.status_code, response["Location"]) == (302, "/entrar/?next=/page/%3Fkey%3D1")


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        ("http://testserver/page/7/?ver=avisos", "/entrar/?next=/page/7/%3Fver%3Davisos"),
        ("http://elsewhere.example/page/7/", "/entrar/?next=/"),
        ("", "/entrar/?next=/"),
    ],
)
def test_visitor_who_posts_comes_back_to_where_she_wrote(referer: str, expected: str) -> None:
    request = RequestFactory().post("/page/7/answer/", headers={"Referer": referer})
    request.user = AnonymousUser()
    assert policy(LOGGED_IN)(view)(request)["Location"] == expected


def test_rule_is_asked_about_the_user_and_the_day(ana: User) -> None:
    asked.clear()
    response = policy(is_ana)(view)(request_of(ana))
    assert (response.status_code, asked) == (200, [("ana", database_today())])


def test_whom_the_rule_refuses_finds_no_page(db: None) -> None:
    with pytest.raises(Http404):
        policy(is_ana)(view)(request_of(User.objects.create_user("eva")))


def test_what_is_behind_a_log_in_is_kept_by_no_cache(ana: User) -> None:
    guarded = [policy(rule)(view)(request_of(ana)) for rule in (LOGGED_IN, is_ana)]
    assert ["no-store" in response["Cache-Control"] for response in guarded] == [True, True]
    assert "Cache-Control" not in policy(ANYONE)(view)(request_of(ana))


def test_policy_says_its_name() -> None:
    names = [vars(policy(rule)(view))["policy"] for rule in (ANYONE, LOGGED_IN, is_ana)]
    assert names == ["anyone", "logged_in", "is_ana"]


def test_policy_without_a_known_name_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="No such policy: staff"):
        policy("staff")
