"""The product's URLs with a page of its own for what does not exist: half of all answers here, and always the same."""

from django.http import HttpRequest, HttpResponseNotFound

from config.urls import urlpatterns

__all__ = ["handler404", "urlpatterns"]


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseNotFound:
    """Nothing but that it does not exist; what the real one shows, tests/config says."""
    return HttpResponseNotFound()
