"""A family is told once, by Telegram/TokApp, and never of another pupil (requirement E4)."""

import pytest

from convivencia.models import BehaviourNotice
from convivencia.records.naming import Named
from convivencia.records.notifying import what_was_told, who_gets_it
from convivencia.records.proposing import proposed_text
from convivencia.records.refusals import NamesAnother
from convivencia.records.writing import annul_record
from notica.models import InboxEntry, Message, Recipient
from notica.rendering import notice_text
from plumier.models import SchoolPolicy, Subgroup, SubgroupMember
from plumier.models.policies import Senders
from plumier.refusals import Refused, SavedOtherwise
from plumier.roles import Role
from tests.convivencia.records.incidents import TEN, Incident
from tests.factories.register import make_staff

PROPOSED = """Le comunicamos que hay un registro de convivencia de Luis del 27 de noviembre de 2026:
• Tipo: Conducta contraria a las normas
• Cuándo: 27 de noviembre de 2026, sesión 3
• Dónde: Aula 12
• Medida: Salida del aula con tarea. Hasta el final de la hora
Si necesita aclarar algo, póngase en contacto con el centro."""


def test_text_is_proposed_of_the_record_without_what_happened(of: Incident) -> None:
    assert proposed_text(of.record()) == PROPOSED


def test_family_is_told_and_the_record_knows_of_it(of: Incident) -> None:
    record = of.record()
    notice = of.notify(record, PROPOSED)
    assert notice_text(notice.message, "es") == PROPOSED
    rows = Recipient.objects.filter(message=notice.message).order_by("person__given_name")
    assert list(rows.values_list("person__given_name", "outcome")) == [("Eva", "no_channel"), ("Juan", "")]
    assert (notice.message.kind, notice.message.student, notice.by) == ("behaviour", of.luis, of.teacher)


def test_second_press_sends_nothing_more(of: Incident) -> None:
    record = of.record()
    assert of.notify(record) == of.notify(record)
    assert Message.objects.filter(kind="behaviour").count() == 1


def test_told_meanwhile_by_another_is_refused(of: Incident) -> None:
    record = of.record()
    of.notify(record, by=of.tutor)
    with pytest.raises(Refused, match="Mientras tanto se ha notificado"):
        of.notify(record, key="k2")
    of.notify(record, "Corrección.", key="k3", seen=1)
    assert BehaviourNotice.objects.filter(record=record).count() == 2


@pytest.mark.parametrize(
    "text", ["Empujó a Rosa Martín.", "martin lopez, rosa", "Con Gil, Ana", "y Ana Gil Soto"]
)
def test_full_name_of_any_pupil_of_the_school_is_refused_whatever_is_ticked(of: Incident, text: str) -> None:
    record = of.record()
    with pytest.raises(NamesAnother) as refusal:
        of.notify(record, text, ruled_out=frozenset({"rosa", "rosa martin", "ana"}))
    assert {one.how for one in refusal.value.found} == {Named.SURELY}
    assert Message.objects.count() == 0


def test_classmates_given_name_is_sent_only_where_somebody_rules_it_out(of: Incident) -> None:
    record, text = of.record(), "Pintó de Rosa la pared."
    with pytest.raises(NamesAnother, match="«Rosa»"):
        of.notify(record, text, ruled_out=frozenset({"ana"}))
    notice = of.notify(record, text, ruled_out=frozenset({"rosa", "ana"}))
    assert (notice.ruled_out, notice.by) == (["Rosa"], of.teacher)


def test_given_name_of_another_group_is_free_until_they_meet(of: Incident) -> None:
    record = of.record()
    of.notify(record, "Ana no es de su grupo.")
    subgroup = Subgroup.objects.create(school=of.school, year=of.group.year, name="Francés")
    for student in (of.luis, of.ana):
        SubgroupMember.objects.create(school=of.school, subgroup=subgroup, enrolment=of.enrolment(student))
    with pytest.raises(NamesAnother):
        of.notify(record, "Ana es de su grupo de Francés.", key="k2", seen=1)


def test_those_of_one_incident_are_near_whatever_their_group(of: Incident) -> None:
    first, _second = of.write(of.luis, of.ana, by=of.director)
    record = first if first.enrolment.student == of.luis else _second
    with pytest.raises(NamesAnother):
        of.notify(record, "Discutió con Ana.", by=of.director)


def test_family_staff_and_herself_may_be_named(of: Incident) -> None:
    text = "Luis Vera lo ha reconocido. Su madre, Eva, hablará con Elena Tutora."
    assert of.notify(of.record(), text).message.body == text


def test_who_gets_it_is_said_by_name_before_it_is_sent(of: Incident) -> None:
    seen = who_gets_it(of.record(), by=of.teacher, now=TEN)
    assert [(one.name, "Telegram" in one.channels) for one in seen.reached] == [("Vera, Juan", True)]
    assert [one.name for one in seen.missed] == ["Ros, Eva"]
    assert Message.objects.count() == 0


def test_school_where_teachers_do_not_write_says_so(of: Incident) -> None:
    SchoolPolicy.objects.filter(school=of.school).update(senders=Senders.TUTORS)
    record = of.record()
    assert "Solo puede escribir" in who_gets_it(record, by=of.teacher, now=TEN).problem
    with pytest.raises(Refused, match="Solo puede escribir"):
        of.notify(record)
    assert of.notify(record, by=of.tutor).by == of.tutor


def test_counsellor_tells_of_what_she_wrote(of: Incident) -> None:
    counsellor = make_staff(of.school, "Carla Orienta", Role.COUNSELLOR)
    assert of.notify(of.record(by=counsellor), by=counsellor).by == counsellor


def test_annulled_one_is_told_only_to_who_knew_of_it(of: Incident) -> None:
    record = annul_record(of.record(), "No fue él", by=of.teacher, now=TEN)
    with pytest.raises(Refused, match="no hay nada que notificar"):
        of.notify(record)
    told = of.record()
    of.notify(told)
    annulled = annul_record(told, "No fue él", by=of.teacher, now=TEN)
    text = proposed_text(annulled, further=True)
    assert "está anulado" in text
    assert of.notify(annulled, text, key="k2", seen=1).message.body == text


def test_text_that_is_too_long_is_refused(of: Incident) -> None:
    with pytest.raises(Refused, match="caben 12000"):
        of.notify(of.record(), "a " * 6_001)


def test_other_text_with_the_key_of_one_that_is_sent_is_no_second_press(of: Incident) -> None:
    record = of.record()
    of.notify(record)
    with pytest.raises(SavedOtherwise):
        of.notify(record, "No fue él: disculpe.")
    assert Message.objects.filter(kind="behaviour").count() == 1


def test_stopped_one_counts_once_its_copy_is_read_in_mirador(of: Incident) -> None:
    notice = of.stop(of.record())
    assert not what_was_told().exists()
    InboxEntry.objects.filter(message=notice.message, person__given_name="Eva").update(read_at=TEN)
    assert list(what_was_told()) == [notice]
