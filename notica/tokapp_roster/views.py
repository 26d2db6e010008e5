"""The page from which a roster for TokApp is asked for, by who leads the school."""

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from notica.tokapp_roster.asking import ask_for_roster
from notica.tokapp_roster.choosing import EVERYBODY, Form, People, Wanted, chosen_people
from plumier.access import may_administer, schools_led_by
from plumier.clock import database_now, database_today
from plumier.models import School, SchoolPolicy
from plumier.policies import policy, user_of
from plumier.proposals.pages import number_of
from plumier.refusals import Refused
from plumier.roster_columns import chosen_columns

MOST_SCHOOLS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@policy(may_administer)
def tokapp_roster(request: HttpRequest) -> HttpResponse:
    """What the file will have, and the button that asks for it."""
    led = schools_led_by(user_of(request), database_today()).order_by("name", "pk")
    typed = request.POST if request.method == "POST" else request.GET
    chosen = number_of(typed.get("centro", ""))
    school = get_object_or_404(led, pk=chosen) if chosen else led.first()
    people = chosen_people(typed.getlist("personas")) if request.method == "POST" else EVERYBODY
    form = Form(typed["formato"]) if typed.get("formato") in Form.values else Form.XLSX
    if request.method == "POST" and school is not None:
        try:
            asked = ask_for_roster(Wanted(people, form), school, by=user_of(request), now=database_now())
        except Refused as refusal:
            notices.error(request, str(refusal))
        else:
            return redirect("notica:export", asked.token)
    return render(
        request, "notica/tokapp_roster_ask.html", _context(school, people, form, led[:MOST_SCHOOLS])
    )


def _context(
    school: School | None, people: tuple[People, ...], form: Form, schools: object
) -> dict[str, object]:
    rules = SchoolPolicy.objects.filter(school=school).first()
    return {
        "schools": schools,
        "school": school,
        "rules": rules,
        "columns": chosen_columns(rules.tokapp_columns) if rules else [],
        "people": [(one, one in people) for one in EVERYBODY],
        "forms": [(one, one == form) for one in Form],
    }
