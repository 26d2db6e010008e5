"""The URLs with plain pages for what does not exist and what is not allowed: most answers here, and always alike."""

from django.http import HttpRequest, HttpResponseForbidden, HttpResponseNotFound

from config.urls import urlpatterns

__all__ = ["handler403", "handler404", "urlpatterns"]


def handler403(request: HttpRequest, exception: Exception) -> HttpResponseForbidden:
    """Nothing but that it is not allowed, and why if whoever refused it said so."""
    return HttpResponseForbidden(str(exception))


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseNotFound:
    """Nothing but that it does not exist; what the real one shows, tests/config says."""
    return HttpResponseNotFound()
