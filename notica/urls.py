from django.urls import path, register_converter

from channels_app.tags import TagConverter
from notica import (
    callbacks,
    channel_views,
    communications_views,
    confirming_views,
    contact_views,
    send_actions,
    views,
)
from notica.diagnosis import views as diagnosis
from notica.exports import views as exports
from notica.leaflet import views as leaflet
from notica.linking.views import link_telegram
from notica.linking.webhook import telegram_updates
from notica.tokapp_roster import views as tokapp_roster

register_converter(TagConverter, "tag")
app_name = "notica"
urlpatterns = [
    path("canales/", channel_views.channels, name="channels"),
    path("canales/telegram/", link_telegram, name="link_telegram"),
    path("avisos/telegram/", telegram_updates, name="telegram_updates"),
    path("avisos/telegram/<slug:owner>/", telegram_updates, name="telegram_updates"),
    path("canales/<int:school_id>/comprobar/", channel_views.refresh_school, name="refresh_school"),
    path("diagnostico/<int:person_id>/", diagnosis.person_diagnosis, name="diagnosis"),
    path("diagnostico/<int:person_id>/prueba/", diagnosis.person_trial, name="diagnosis_trial"),
    path("diagnostico/<int:person_id>/comprobar/", diagnosis.person_refresh, name="diagnosis_refresh"),
    path("diagnostico/<int:person_id>/incidencia/", diagnosis.person_incident, name="diagnosis_incident"),
    path("datos/<str:request_token>/", exports.export, name="export"),
    path("datos/<str:request_token>/archivo/", exports.export_file, name="export_file"),
    path("tokapp/listado/", tokapp_roster.tokapp_roster, name="tokapp_roster"),
    path("comunicaciones/", communications_views.summary, name="summary"),
    path("folleto/", leaflet.leaflets, name="leaflets"),
    path("folleto/<str:school_code>/", leaflet.leaflet, name="leaflet"),
    path("folleto/<str:school_code>/<str:language>.pdf", leaflet.leaflet_pdf, name="leaflet_pdf"),
    path("envios/", views.messages, name="messages"),
    path("envios/<str:token>/", views.message, name="message"),
    path("envios/<str:token>/anular/", send_actions.cancel_send, name="cancel_send"),
    path("envios/<str:token>/deshacer/", send_actions.undo_send, name="undo_send"),
    path("envios/<str:token>/volver-a-escribir/", send_actions.write_again, name="write_again"),
    path("envios/<str:token>/excel/", send_actions.ask_result, name="ask_result"),
    path("envios/<str:token>/reintentar/", send_actions.resend_failed, name="resend_failed"),
    path("contactos/revision/", contact_views.contact_review, name="contact_review"),
    path("contactos/revision/aplicar/", contact_views.contact_apply_many, name="contact_apply_many"),
    path("contactos/revision/devolver/", contact_views.contact_return, name="contact_return"),
    path(
        "contactos/revision/sin-registrar/", contact_views.contact_unregistered, name="contact_unregistered"
    ),
    path("contactos/revision/<int:proposal_id>/", contact_views.contact_change, name="contact_change"),
    path("contactos/revision/<int:proposal_id>/tramitar/", contact_views.contact_act, name="contact_act"),
    path("avisos/<slug:channel>/", callbacks.callback, name="callback"),
    path("avisos/<slug:channel>/<tag:tag>/", callbacks.callback, name="try_callback"),
    path("avisos/<slug:channel>/<slug:owner>/", callbacks.callback, name="own_callback"),
    path("avisos/<slug:channel>/<slug:owner>/<tag:tag>/", callbacks.callback, name="own_try_callback"),
    path("c/<str:token>/", confirming_views.confirm_contact, name="confirm_contact"),
]
