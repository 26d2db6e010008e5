from django.urls import path

from notica import channel_views, confirming_views, contact_views, send_actions, views
from notica.diagnosis import views as diagnosis
from notica.student_data import views as student_data_views

app_name = "notica"
urlpatterns = [
    path("", views.start, name="start"),
    path("canales/", channel_views.channels, name="channels"),
    path("canales/<int:school_id>/comprobar/", channel_views.refresh_school, name="refresh_school"),
    path("diagnostico/<int:person_id>/", diagnosis.person_diagnosis, name="diagnosis"),
    path("diagnostico/<int:person_id>/prueba/", diagnosis.person_trial, name="diagnosis_trial"),
    path("diagnostico/<int:person_id>/comprobar/", diagnosis.person_refresh, name="diagnosis_refresh"),
    path("diagnostico/<int:person_id>/incidencia/", diagnosis.person_incident, name="diagnosis_incident"),
    path("datos/<str:request_token>/", student_data_views.student_data, name="student_data"),
    path(
        "datos/<str:request_token>/archivo/", student_data_views.student_data_file, name="student_data_file"
    ),
    path("envios/", views.messages, name="messages"),
    path("envios/<str:token>/", views.message, name="message"),
    path("envios/<str:token>/anular/", send_actions.cancel_send, name="cancel_send"),
    path("envios/<str:token>/reintentar/", send_actions.resend_failed, name="resend_failed"),
    path("contactos/revision/", contact_views.contact_review, name="contact_review"),
    path("contactos/revision/aplicar/", contact_views.contact_apply_many, name="contact_apply_many"),
    path("contactos/revision/devolver/", contact_views.contact_return, name="contact_return"),
    path(
        "contactos/revision/sin-registrar/", contact_views.contact_unregistered, name="contact_unregistered"
    ),
    path("contactos/revision/<int:proposal_id>/", contact_views.contact_change, name="contact_change"),
    path("contactos/revision/<int:proposal_id>/tramitar/", contact_views.contact_act, name="contact_act"),
    path("c/<str:token>/", confirming_views.confirm_contact, name="confirm_contact"),
]
