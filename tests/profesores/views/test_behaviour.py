"""The pages of behaviour records: filters, keys, what was typed, and who finds no such page (requirement E4)."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from convivencia.models import BehaviourNotice, BehaviourRecord
from convivencia.records.writing import annul_record
from plumier.models import RecordAccess, SchoolPolicy, User
from profesores import behaviour_page
from tests.convivencia.records.incidents import TEN, Incident
from tests.database import DatabaseClock
from tests.factories.register import make_student
from tests.notica.answering import CONFIGURED

LIST, NEW = "profesores:behaviour", "profesores:behaviour_new"
RECORD, NOTIFY, STUDENT = (
    "profesores:behaviour_record",
    "profesores:behaviour_notify",
    "profesores:behaviour_student",
)


@pytest.fixture
def of(db: None, settings: Any, database_clock: DatabaseClock) -> Incident:
    settings.CHANNEL_ENVIRONMENT = CONFIGURED
    database_clock.freeze(TEN)
    return Incident()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def opened(user: User, name: str, *arguments: int, **query: str) -> HttpResponse:
    answer: HttpResponse = browser(user).get(reverse(name, args=arguments), query)  # type: ignore[assignment]
    return answer


def shown(answer: HttpResponse) -> list[BehaviourRecord]:
    return [line.record for line in answer.context["page"].lines]  # type: ignore[attr-defined]


def test_list_is_narrowed_to_her_own_to_a_group_and_to_who_was_not_told(of: Incident) -> None:
    told, untold = of.record(), of.record()
    other = of.write(of.ana, by=of.director)[0]
    of.notify(told)
    gone = annul_record(of.record(), "No fue él", by=of.director, now=TEN)
    everything = shown(opened(of.director, LIST))
    assert everything == [gone, other, untold, told]
    assert shown(opened(of.director, LIST, ver="sin")) == [other, untold]
    assert shown(opened(of.director, LIST, autor="mios")) == [other]
    assert shown(opened(of.director, LIST, grupo=str(of.group.pk))) == [gone, untold, told]
    assert shown(opened(of.director, LIST, hasta="2026-11-26")) == []


def test_list_goes_on_after_its_key(of: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behaviour_page, "PAGE", 2)
    records = [of.record() for _number in range(3)]
    first = opened(of.teacher, LIST)
    after = first.context["page"].after  # type: ignore[attr-defined]
    assert shown(first) == [records[2], records[1]]
    assert shown(opened(of.teacher, LIST, despues=str(after))) == [records[0]]


def test_list_costs_the_same_for_one_and_for_many(of: Incident) -> None:
    client = browser(of.director)
    of.record()
    client.get(reverse(LIST))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(LIST))
    of.write(*(make_student(of.group, f"Pupila {number}") for number in range(30)))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(LIST))
    assert len(many) == len(few)


@pytest.mark.parametrize("who", ["colleague", "pas"])
def test_who_may_not_read_it_finds_no_such_page(of: Incident, who: str) -> None:
    record = of.record()
    user = getattr(of, who)
    assert [opened(user, name, record.pk).status_code for name in (RECORD, NOTIFY)] == [404, 404]
    assert (shown(opened(user, LIST)), shown(opened(user, STUDENT, of.luis.pk))) == ([], [])


def test_school_that_keeps_none_has_no_such_pages(of: Incident) -> None:
    SchoolPolicy.objects.update(procedures=[])
    names = ((LIST,), (NEW,), (STUDENT, of.luis.pk))
    assert [opened(of.director, *name).status_code for name in names] == [404, 404, 404]  # type: ignore[arg-type]


def test_what_was_typed_stays_while_another_group_is_looked_at(of: Incident) -> None:
    luis = of.enrolment(of.luis)
    posted = {
        "incidente": str(uuid.uuid4()),
        "alumnos": [luis.pk],
        "grupo": of.enrolment(of.ana).group_id,
        "text": "Se han insultado.",
        "hacer": "grupo",
    }
    answer = browser(of.director).post(reverse(NEW), posted)
    pupils = answer.context["pupils"]
    assert ([one.student for one in pupils.shown], pupils.others) == ([of.ana], [luis])
    assert "Se han insultado." in answer.content.decode()
    assert BehaviourRecord.objects.count() == 0


def test_notice_is_sent_once_however_often_the_form_comes(of: Incident) -> None:
    record, client = of.record(), browser(of.teacher)
    posted = {"texto": "Le esperamos.", "envio": "e1", "avisos": "0", "hacer": "enviar"}
    assert [client.post(reverse(NOTIFY, args=[record.pk]), posted).status_code for _press in "ab"] == [
        303,
        303,
    ]
    assert BehaviourNotice.objects.count() == 1


def test_text_that_names_another_is_given_back_with_the_words_marked(of: Incident) -> None:
    record = of.record()
    posted = {"texto": "Con Rosa\r\ny nadie más", "envio": "e1", "avisos": "0", "hacer": "enviar"}
    answer = browser(of.teacher).post(reverse(NOTIFY, args=[record.pk]), posted)
    pieces = answer.context["pieces"]
    assert (answer.status_code, pieces) == (422, [("Con ", False), ("Rosa", True), ("\ny nadie más", False)])


def test_whoever_looks_at_a_record_leaves_a_note(of: Incident) -> None:
    record = of.record()
    opened(of.tutor, RECORD, record.pk)
    noted = RecordAccess.objects.filter(page="behaviour").values_list("user_id", "person_id", "right")
    assert list(noted) == [(of.tutor.pk, of.luis.person_id, "tutor")]


def test_correction_of_an_old_version_is_given_back(of: Incident) -> None:
    record = of.record()
    posted = {
        "kind": "contrary",
        "day": "2026-11-27",
        "text": "Otra cosa",
        "measure": "none",
        "hacer": "corregir",
    }
    client, address = browser(of.teacher), reverse(RECORD, args=[record.pk])
    assert client.post(address, {**posted, "version": "1"}).status_code == 303
    answer = client.post(address, {**posted, "text": "Y otra", "version": "1"})
    assert (answer.status_code, "Y otra" in answer.content.decode()) == (422, True)


def test_director_annuls_and_the_tutor_sees_it_no_more(of: Incident) -> None:
    record = of.record()
    address = reverse(RECORD, args=[record.pk])
    assert browser(of.director).post(address, {"hacer": "anular", "motivo": ""}).status_code == 422
    assert browser(of.director).post(address, {"hacer": "anular", "motivo": "No fue él"}).status_code == 303
    assert opened(of.tutor, RECORD, record.pk).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("director", 200), ("pas", 403)])
def test_administration_shows_them_to_the_management_alone(of: Incident, who: str, status: int) -> None:
    of.notify(record := of.record())
    client = browser(getattr(of, who))
    pages = ("admin:convivencia_behaviourrecord_changelist", "admin:plumier_registeredit_changelist")
    listed, history = (client.get(reverse(name)) for name in pages)
    assert listed.status_code == status
    assert record.text not in history.content.decode()
    sends = client.get(reverse("admin:notica_message_changelist")).content.decode()
    assert ("Registro de convivencia" in sends) == (who == "director")


def test_correction_typed_after_going_back_is_sent_by_pressing_again(of: Incident) -> None:
    record, client = of.record(), browser(of.teacher)
    to = reverse(NOTIFY, args=[record.pk])
    posted = {"texto": "Le esperamos.", "envio": "e1", "avisos": "0", "hacer": "enviar"}
    other = {**posted, "texto": "No hace falta que venga."}
    assert client.post(to, posted).status_code == 303
    answer = client.post(to, other)
    assert (answer.status_code, "No hace falta" in answer.content.decode()) == (422, True)
    again = {**other, "envio": answer.context["press"], "avisos": str(answer.context["sent"])}
    assert client.post(to, again).status_code == 303
    assert BehaviourNotice.objects.filter(record=record).count() == 2


def test_record_typed_after_going_back_is_saved_by_pressing_again(of: Incident) -> None:
    client, luis = browser(of.teacher), of.enrolment(of.luis).pk
    posted = {
        "incidente": str(uuid.uuid4()),
        "alumnos": [luis],
        "kind": "contrary",
        "day": "2026-11-27",
        "text": "Se han insultado.",
        "measure": "none",
        "hacer": "guardar",
    }
    other = {**posted, "text": "Ha pedido perdón.", "kind": "positive"}
    assert client.post(reverse(NEW), posted).status_code == 303
    answer = client.post(reverse(NEW), other)
    assert (answer.status_code, "Ha pedido perdón." in answer.content.decode()) == (422, True)
    assert client.post(reverse(NEW), {**other, "incidente": answer.context["incident"]}).status_code == 303
    assert BehaviourRecord.objects.count() == 2


def test_notice_that_was_stopped_before_it_went_out_told_nobody(of: Incident) -> None:
    record = of.record()
    of.stop(record)
    assert shown(opened(of.teacher, LIST, ver="sin")) == [record]
    pages = [opened(of.teacher, name, record.pk).content.decode() for name in (RECORD, NOTIFY)]
    assert ["Notificar a la familia" in page for page in pages] == [True, True]
    assert ["Enviar una corrección" in page for page in pages] == [False, False]
    of.notify(record, "Le esperamos.", key="k2", seen=1)
    assert shown(opened(of.teacher, LIST, ver="sin")) == []


def test_correction_of_one_that_is_annulled_meanwhile_is_refused_and_given_back(of: Incident) -> None:
    record = annul_record(of.record(), "No fue él", by=of.director, now=TEN)
    posted = {
        "kind": "grave",
        "day": "2026-11-27",
        "measure": "none",
        "version": "1",
        "hacer": "corregir",
        "text": "Fue otra silla.",
    }
    answer = browser(of.teacher).post(reverse(RECORD, args=[record.pk]), posted)
    page = answer.content.decode()
    assert (answer.status_code, "Fue otra silla." in page, "mientras no esté anulado" in page) == (
        422,
        True,
        True,
    )


def test_record_notes_all_whom_it_shows_of_the_incident(of: Incident) -> None:
    records = of.write(of.luis, of.rosa)
    opened(of.tutor, RECORD, records[0].pk)
    noted = RecordAccess.objects.filter(user_id=of.tutor.pk, page="behaviour")
    assert set(noted.values_list("person_id", flat=True)) == {of.luis.person_id, of.rosa.person_id}
