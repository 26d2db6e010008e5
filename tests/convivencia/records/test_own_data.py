"""Of a child's records its family is given day, kind, measure and what it was told (requirement E4)."""

from typing import Any

from convivencia.records.own_data import behaviour_sections
from convivencia.records.writing import annul_record
from plumier.family_access import children_read_by
from tests.convivencia.records.incidents import FRIDAY, HE_THREW, TEN, Incident
from tests.factories.register import make_login


def test_copy_has_no_word_of_what_happened_and_nothing_annulled(of: Incident) -> None:
    record, other = of.record(), of.record()
    of.notify(record, "Le esperamos.")
    annul_record(other, "No fue él", by=of.teacher, now=TEN)
    of.write(of.rosa)
    assert of.father.person is not None
    father = make_login(of.father.person)
    sections = behaviour_sections(of.father.person, children_read_by(father, FRIDAY))
    held: dict[str, list[tuple[Any, ...]]] = {one.code: [tuple(row) for row in one.rows] for one in sections}
    assert held == {
        "behaviour_records": [
            ("Luis Vera Ros", FRIDAY, "Conducta contraria a las normas", "Salida del aula con tarea")
        ],
        "behaviour_notices": [("Luis Vera Ros", TEN, "Le esperamos.")],
    }
    assert HE_THREW not in str(held)


def test_copy_has_nothing_that_was_stopped_before_it_went_out(of: Incident) -> None:
    of.stop(of.record())
    assert of.father.person is not None
    children = children_read_by(make_login(of.father.person), FRIDAY)
    held = {one.code: list(one.rows) for one in behaviour_sections(of.father.person, children)}
    assert (len(held["behaviour_records"]), held["behaviour_notices"]) == (1, [])
