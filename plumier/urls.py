from django.urls import path

from plumier import views

urlpatterns = [
    path("entrar/", views.log_in, name="log_in"),
    path("salir/", views.log_out, name="log_out"),
    path("idioma/", views.language, name="language"),
]
