"""Records are written once for each pupil of an incident, corrected by their author, and never deleted (E4)."""

import uuid
from datetime import time, timedelta
from typing import Any

import pytest

from convivencia.models import BehaviourRecord
from convivencia.records.choices import Measure
from convivencia.records.edits import edits_of
from convivencia.records.refusals import RecordChanged
from convivencia.records.writing import annul_record, correct_record
from plumier.models import RegisterEdit
from plumier.refusals import Refused, SavedOtherwise
from tests.convivencia.records.incidents import FRIDAY, HE_THREW, TEN, Incident, written


def test_each_pupil_of_an_incident_has_a_record_of_her_own(of: Incident) -> None:
    records = of.write(of.luis, of.rosa)
    assert [one.enrolment.student for one in records] == [of.rosa, of.luis]
    assert len({one.incident for one in records}) == 1
    first = records[0]
    assert (first.author, first.day, first.session, first.measure) == (
        of.teacher,
        FRIDAY,
        3,
        Measure.SENT_OUT,
    )


def test_second_press_writes_nothing_more(of: Incident) -> None:
    incident = uuid.uuid4()
    assert of.write(incident=incident) == of.write(incident=incident)
    assert BehaviourRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "  "}, "Escriba qué ha pasado."),
        ({"text": "x" * 4_001}, "El texto es demasiado largo: caben 4000 caracteres."),
        ({"day": FRIDAY + timedelta(days=1)}, "Ese día aún no ha llegado."),
        ({"hour": time(10, 0)}, "Diga la sesión o la hora, no las dos."),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_is_kept(
    of: Incident, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        of.record(**fields)
    assert (str(refusal.value), BehaviourRecord.objects.count()) == (sentence, 0)


def test_pupil_of_another_class_is_refused_with_all_the_others(of: Incident) -> None:
    with pytest.raises(Refused, match="Alguno de los alumnos"):
        of.write(of.luis, of.ana)
    assert BehaviourRecord.objects.count() == 0


def test_correction_keeps_what_it_said_before(of: Incident) -> None:
    record = of.record()
    changed = correct_record(record, written(text="Ha tirado una silla."), version=1, by=of.teacher, now=TEN)
    assert (changed.text, changed.version) == ("Ha tirado una silla.", 2)
    (edit,) = edits_of(changed)
    assert (edit.who, [(one.field, one.before) for one in edit.changes]) == (
        "Paco Profesor",
        [("Qué ha pasado", record.text)],
    )
    with pytest.raises(RecordChanged):
        correct_record(record, written(text="Otra cosa."), version=1, by=of.teacher, now=TEN)


def test_same_text_again_is_no_correction(of: Incident) -> None:
    record = of.record()
    assert correct_record(record, written(), version=1, by=of.teacher, now=TEN).version == 1


def test_only_its_author_corrects_it(of: Incident) -> None:
    record = of.record()
    for user in (of.director, of.tutor):
        with pytest.raises(Refused, match="Solo su autor"):
            correct_record(record, written(text="Nada."), version=1, by=user, now=TEN)


def test_annulled_one_stays_with_its_reason_and_is_corrected_no_more(of: Incident) -> None:
    record = annul_record(of.record(), " No fue  él ", by=of.director, now=TEN)
    assert (record.annulled_by, record.annulled_reason, record.annulled_at) == (of.director, "No fue él", TEN)
    with pytest.raises(Refused):
        correct_record(record, written(text="Nada."), version=1, by=of.teacher, now=TEN)
    again = annul_record(record, "Otra razón", by=of.teacher, now=TEN + timedelta(days=1))
    assert (again.annulled_by, again.annulled_reason) == (of.director, "No fue él")


@pytest.mark.parametrize("who", ["tutor", "colleague", "pas"])
def test_others_do_not_annul_it(of: Incident, who: str) -> None:
    record = of.record()
    with pytest.raises(Refused, match="Solo su autor y el equipo directivo"):
        annul_record(record, "Porque sí", by=getattr(of, who), now=TEN)


def test_annulling_says_why(of: Incident) -> None:
    with pytest.raises(Refused, match="Escriba por qué"):
        annul_record(of.record(), " ", by=of.teacher, now=TEN)


def test_history_names_who_changed_it(of: Incident) -> None:
    annul_record(of.record(), "No fue él", by=of.director, now=TEN)
    rows = RegisterEdit.objects.filter(table_name="convivencia_behaviourrecord").order_by("id")
    assert list(rows.values_list("kind", "actor_id", "cause", "school_id")) == [
        ("I", of.teacher.pk, "behaviour", of.school.pk),
        ("U", of.director.pk, "behaviour", of.school.pk),
    ]


def test_another_incident_under_the_number_of_one_that_is_written_is_no_second_press(of: Incident) -> None:
    incident = of.record().incident
    for other in (
        lambda: of.write(incident=incident, text="Otro."),
        lambda: of.write(of.rosa, incident=incident),
    ):
        with pytest.raises(SavedOtherwise):
            other()
    assert BehaviourRecord.objects.get().text == HE_THREW
