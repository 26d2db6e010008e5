from django.urls import path

from notica import send_actions, views

app_name = "notica"
urlpatterns = [
    path("", views.start, name="start"),
    path("envios/", views.messages, name="messages"),
    path("envios/<str:token>/", views.message, name="message"),
    path("envios/<str:token>/anular/", send_actions.cancel_send, name="cancel_send"),
    path("envios/<str:token>/reintentar/", send_actions.resend_failed, name="resend_failed"),
]
