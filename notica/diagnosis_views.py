"""The page that says why somebody's messages do not arrive."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from notica.diagnosis import CHANNELS, Viewer, diagnose, state_in_words
from plumier.access import people_visible_to, schools_led_by, students_attended_by, works_somewhere
from plumier.clock import database_now, database_today
from plumier.policies import policy, user_of
from plumier.record_access import note


@policy(works_somewhere)
def person_diagnosis(request: HttpRequest, person_id: int) -> HttpResponse:
    """Every check about a person whom the user may see; the look is noted."""
    user, today = user_of(request), database_today()
    people = people_visible_to(user, today).select_related("school__policy")
    person = get_object_or_404(people, pk=person_id)
    note(request, [person], "diagnosis")
    leads = schools_led_by(user, today).filter(pk=person.school_id).exists()
    viewer = Viewer(leads, students_attended_by(user, today))
    found = diagnose(person, viewer, now=database_now())
    channels = [
        (CHANNELS.get(state.channel, state.channel), state.address, state_in_words(state), state.works)
        for state in found.channels
    ]
    context = {"person": person, "found": found, "channels": channels, "leads": leads}
    return render(request, "notica/diagnosis.html", context)
