from django.urls import path

from plumier import views
from plumier.accounts import first_time

urlpatterns = [
    path("entrar/", views.log_in, name="log_in"),
    path("salir/", views.log_out, name="log_out"),
    path("idioma/", views.language, name="language"),
    path("primera-vez/", first_time.first_time, name="first_time"),
    path("primera-vez/<slug:code>/", first_time.first_password, name="first_password"),
    path("contrasena/", first_time.choose_password, name="choose_password"),
]
