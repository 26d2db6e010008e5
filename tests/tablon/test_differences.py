"""What is kept of a notice otherwise than somebody wrote it."""

from datetime import date

from django.utils import translation

from notica.files import KeptFile
from plumier.models import School
from tablon.differences import Difference, differences
from tests.factories.register import make_school, make_service
from tests.tablon.boards import post, service_of, written

PDF = KeptFile("circular.pdf", "application/pdf", 3, "a" * 64)


def test_every_part_that_is_otherwise_is_told_as_it_is_kept(db: None) -> None:
    user, schools = make_service(all_schools=True), [make_school(), make_school("30000002")]
    day = date(2026, 11, 5)
    notice = post(
        user, service_of(user), draft=True, schools=schools, files=(PDF,), starts_on=day, ends_on=day
    )
    same = written(
        schools=frozenset(School.objects.values_list("pk", flat=True)),
        files=(PDF,),
        starts_on=day,
        ends_on=day,
    )
    assert differences(notice, same) == []
    other = written(
        title="Otro", text="Otro", readers="both", ends_on=date(2026, 11, 6), starts_on=date(2026, 11, 6)
    )
    with translation.override("es"):
        assert differences(notice, other) == [
            Difference("Título", "Jornada de puertas abiertas"),
            Difference("Texto", "El jueves **a las 18:00**."),
            Difference("Quién lo lee", "Familias"),
            Difference("Desde", "05/11/2026"),
            Difference("Hasta", "05/11/2026"),
            Difference("Ficheros", "circular.pdf"),
            Difference("En qué centros", "2 centros"),
        ]
