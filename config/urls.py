from django.contrib import admin
from django.urls import include, path, re_path
from django_rq.urls import get_admin_urlpatterns, get_api_urlpatterns

from config.health import health
from config.metrics import metrics
from config.start import start
from plumier.access import is_superuser
from plumier.policies import policy
from profesores.views.style import style

# The dashboard shows jobs of every school and can delete them, so a bearer's token opens nothing here.
_GUARD = policy(is_superuser)
_QUEUES = [
    *get_admin_urlpatterns(view_wrapper=_GUARD),
    *(re_path(str(page.pattern), _GUARD(page.callback), name=page.name) for page in get_api_urlpatterns()),
]
QUEUES = (_QUEUES, "django_rq")

urlpatterns = [
    path("", start, name="start"),
    path("salud", health, name="health"),
    path("metricas", metrics, name="metrics"),
    path("estilo/", style, name="style"),
    path("admin/", admin.site.urls),
    path("colas/", include(QUEUES)),
    path("", include("plumier.urls")),
    path("", include("notica.urls")),
    path("profesores/", include("profesores.urls")),
    path("mirador/", include("mirador.urls")),
    path("tablon/", include("tablon.urls")),
]
