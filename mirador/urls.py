from django.urls import URLPattern, path

from mirador.views import (
    account,
    application,
    attendance,
    board,
    channels,
    contacts,
    grades,
    held,
    inbox,
    letter,
    letters,
    meetings,
    thread,
)
from mirador.views.help import help_page

app_name = "mirador"
urlpatterns: list[URLPattern] = [
    # Avisos
    path("avisos/", inbox.inbox, name="inbox"),
    path("avisos/telegram/", inbox.telegram_later, name="telegram_later"),
    path("avisos/<int:entry_id>/", inbox.entry, name="entry"),
    path("avisos/<int:entry_id>/marcar/", inbox.entry_mark, name="entry_mark"),
    path("avisos/<int:entry_id>/ficheros/<int:attachment_id>/", inbox.entry_file, name="entry_file"),
    # Tablón de anuncios
    path("tablon/", board.board, name="board"),
    path("tablon/<int:notice_id>/", board.notice, name="notice"),
    path("tablon/<int:notice_id>/archivo/", board.shelve, name="shelve"),
    # Escribir: Tutorías, Mis profesores
    path("escribir/", letters.write, name="write"),
    path("escribir/carta/<str:letter_token>/", letter.letter, name="letter"),
    path("escribir/<str:token>/", thread.thread, name="thread"),
    path("escribir/<str:token>/ficheros/<int:attachment_id>/", thread.thread_file, name="thread_file"),
    # Notas
    path("notas/", grades.grades, name="grades"),
    path("notas/<int:evaluation_id>/acuse/", grades.acknowledge, name="acknowledge"),
    path("notas/<int:evaluation_id>/observaciones/", grades.remarks, name="remarks"),
    # Faltas
    path("faltas/", attendance.attendance, name="attendance"),
    path(
        "faltas/<int:absence_notice_id>/justificante/",
        attendance.absence_excuse,
        name="absence_excuse",
    ),
    path("faltas/<int:absence_notice_id>/alarma/", attendance.absence_alarm, name="absence_alarm"),
    # Reuniones de un órgano
    path("reuniones/", meetings.meetings, name="meetings"),
    path("reuniones/<str:meeting_token>/", meetings.meeting, name="meeting"),
    # Cuenta
    path("cuenta/", account.account, name="account"),
    path("cuenta/canales/", channels.channels, name="channels"),
    path("cuenta/canales/prueba/", channels.channel_test, name="channel_test"),
    path("cuenta/canales/<int:contact_id>/desconectar/", channels.channel_leave, name="channel_leave"),
    path("cuenta/contactos/", contacts.contacts, name="contacts"),
    path("cuenta/contactos/<int:proposal_id>/retirar/", contacts.contact_withdraw, name="contact_withdraw"),
    path("cuenta/datos/", held.held, name="held"),
    path("cuenta/idioma/", account.languages, name="languages"),
    # Ayuda, the installed application
    path("ayuda/", help_page, name="help"),
    path("manifest.webmanifest", application.manifest, name="manifest"),
    path("sw.js", application.worker, name="worker"),
    path("sin-conexion/", application.offline, name="offline"),
]
