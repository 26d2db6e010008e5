"""`/metricas`: the channels' figures for Prometheus, where the extra `observability` is installed."""

from importlib.util import find_spec

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.insiders import is_insider
from plumier.policies import ANYONE, policy

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
KEPT_SECONDS = 5  # however many ask
_KEY = "metrics"


@never_cache
@require_safe
@policy(ANYONE)
def metrics(request: HttpRequest) -> HttpResponse:
    """To whoever asks from this machine itself, and to superusers; to others there is no such page."""
    if find_spec("prometheus_client") is None or not is_insider(request):
        raise Http404
    text = cache.get(_KEY)
    if text is None:
        text = import_string(
            "notica.metrics.exposition"
        )()  # the library is loaded only where it is asked for
        cache.set(_KEY, text, KEPT_SECONDS)
    return HttpResponse(text, content_type=CONTENT_TYPE)
