from django.urls import path

from notica import views

app_name = "notica"
urlpatterns = [
    path("", views.start, name="start"),
    path("envios/", views.messages, name="messages"),
    path("envios/<str:token>/", views.message, name="message"),
]
