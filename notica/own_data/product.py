"""The copy as a file that can be asked for: to be read (HTML), or for another program (JSON)."""

import json
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import get_language

from notica.exports.product import Made, Product
from notica.models import DataRequest
from notica.models.exports import OWN_DATA as CODE
from notica.own_data.asking import FORM, JSON, READABLE
from notica.own_data.further import further_sections
from notica.own_data.letters import letter_sections
from notica.own_data.register import register_sections
from notica.own_data.sections import Section, joined
from plumier.access import children_of
from plumier.family_access import children_read_by, family_persons
from plumier.models import Person
from plumier.privately import open_privately
from plumier.record_access import note_shown

CHILDREN: Final = "children"  # in the request's selection: the students of whom the file tells, by id


def people_of(request: DataRequest) -> QuerySet[Person]:
    """Who she is in that school, as a family or as a student: where an import did not know her again, twice."""
    return family_persons(request.by).filter(school=request.school_id).order_by("pk")


def person_of(request: DataRequest) -> Person | None:
    """The first of them."""
    return people_of(request).first()


def _make(path: Path, request: DataRequest, today: date, now: datetime) -> Made:
    people = list(people_of(request))
    if not people:
        return Made(0)
    zone, user = ZoneInfo(request.school.time_zone), request.by
    person = people[0]
    children = [one for one in children_read_by(user, today) if one.school.pk == request.school_id]
    sections = joined(
        part
        for one in people
        for part in chain(
            register_sections(one, user, today),
            letter_sections(one, user, today, now),
            further_sections(one, children),
        )
    )
    written = _as_json if request.selection.get(FORM) == JSON else _as_page
    with open_privately(path) as file:
        file.write(written(person, sections, zone, now).encode())
    note_shown(user, {one.pk: one.school_id for one in people}, CODE, now=now)
    told_of = sorted(_children(request, today))
    request.selection = {**request.selection, CHILDREN: told_of}
    request.save(update_fields=["selection"])
    return Made(1 + len(told_of))


def _as_json(person: Person, sections: list[Section], zone: ZoneInfo, now: datetime) -> str:
    whole: dict[str, Any] = {"made_at": now.astimezone(zone).isoformat(timespec="seconds")}
    whole |= {section.code: section.as_json(zone) for section in sections}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _as_page(person: Person, sections: list[Section], zone: ZoneInfo, now: datetime) -> str:
    context = {
        "person": person,
        "language": get_language(),
        "made": date_format(now.astimezone(zone), "DATETIME_FORMAT"),
        "sections": [(section, section.as_words(zone)) for section in sections],
    }
    return render_to_string("notica/own_data/page.html", context)


def _children(request: DataRequest, today: date) -> set[int]:
    """The students there about whom it tells, by id."""
    children = children_of(request.by, today).filter(school=request.school_id)
    return set(children.values_list("pk", flat=True))


def _still_hers(request: DataRequest, today: date) -> bool:
    """Not after a court has come to keep her from a child of whom it tells: then it is asked for anew."""
    told = request.selection.get(CHILDREN, ())
    return person_of(request) is not None and _children(request, today).issuperset(told)


OWN_DATA: Final = Product(
    CODE,
    template="notica/own_data/export.html",
    name="mis-datos",
    make=_make,
    still_hers=_still_hers,
    ending=lambda request: JSON if request.selection.get(FORM) == JSON else READABLE,
    own_person=person_of,
)
