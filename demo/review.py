"""The sample school's review desk: what its offices handed in for families, one text returned (requirement C8)."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction

from notica.choices import Way
from notica.models import ReviewState
from notica.review.actions import begin_text, give_back, submit
from notica.review.saying import Said
from plumier.clock import database_now
from plumier.models import Group, Procedure, School, SchoolPolicy, User
from plumier.roles import Role

OFFICES: Final = [Role.HEAD_OF_STUDIES, Role.COUNSELLOR]
DESK: Final = [Role.DIRECTOR, Role.SECRETARY]
# Who writes, what, and why it came back, if it did.
TEXTS: Final = (
    ("jefa.estudios", Role.HEAD_OF_STUDIES, "El viernes 4 las clases acaban a las 12:30 por la jornada.", ""),
    ("orientadora", Role.COUNSELLOR, "Charla para familias: cómo estudiar en casa. Jueves a las 18:00.", ""),
    (
        "orientadora",
        Role.COUNSELLOR,
        "Quedan plazas en el taller de técnicas de estudio.",
        "Falta el precio.",
    ),
)


@transaction.atomic
def review(of: School, groups: Sequence[Group]) -> None:
    """Let the sample school keep a desk, and lay these texts on it. Done once."""
    policy = SchoolPolicy.objects.get(school=of)
    if Procedure.REVIEW in policy.procedures:
        return
    policy.procedures = [*policy.procedures, Procedure.REVIEW]
    policy.offices, policy.desk = list(OFFICES), list(DESK)
    policy.save()
    director, now = User.objects.get(username="directora"), database_now()
    for number, (username, office, body, reason) in enumerate(TEXTS):
        writer = User.objects.get(username=username)
        said = Said(body=body, way=Way.TELEGRAM_TOKAPP, groups=tuple(group.pk for group in groups[:2]))
        text = begin_text(of, office, said, client_key=f"demo-{number}", by=writer, now=now)
        if text.state == ReviewState.DRAFT:
            submit(text, seen=None, by=writer, now=now)
            if reason:
                give_back(text, reason, seen=None, by=director, now=now)
