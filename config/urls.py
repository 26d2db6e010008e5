from django.contrib import admin
from django.urls import include, path

from config.health import health

urlpatterns = [
    path("salud", health, name="health"),
    path("admin/", admin.site.urls),
    path("", include("plumier.urls")),
    path("", include("notica.urls")),
]
