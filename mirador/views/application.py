"""Mirador installed on a phone: its manifest, its worker, and the page for when there is no connection.

The worker keeps that page and the files that it shows, and never a page of anybody's: phones are shared.
"""

import hashlib
import json
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plumier.policies import ANYONE, policy

LANGUAGES: Final = frozenset(code for code, _name in settings.LANGUAGES)
# As in the light scheme of static/plumier.css: --sheet and --paper.
BAR, PAPER = "#ffffff", "#f5f4ef"
_FILES: Final = (
    *("plumier.css", "offline.js", "icon.svg"),
    *("fonts/source-sans-3-latin.woff2", "fonts/source-sans-3-vietnamese.woff2"),
)
_ICONS: Final = (
    ("icons/mirador-192.png", "192x192", "any"),
    ("icons/mirador-512.png", "512x512", "any"),
    ("icons/mirador-maskable-512.png", "512x512", "maskable"),
)


@require_safe
@policy(ANYONE)
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone calls it, where it opens and what it looks like; addresses are relative to this one."""
    with override(_asked_language(request)):
        content: dict[str, Any] = {
            "id": "mirador",
            "name": _("Mirador: avisos del centro"),
            "short_name": "Mirador",
            "description": _("Avisos, tablón, notas y mensajes del centro, para familias y alumnado."),
            "lang": get_language(),
            "start_url": "avisos/",
            "scope": "./",
            "display": "standalone",
            "theme_color": BAR,
            "background_color": PAPER,
            "icons": [
                {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
                for name, sizes, purpose in _ICONS
            ],
        }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@policy(ANYONE)
def worker(request: HttpRequest) -> HttpResponse:
    """The worker in the language that is asked for; another language is another worker, which tidies up after it."""
    page = f"{reverse('mirador:offline')}?idioma={_asked_language(request)}"
    files = [static(name) for name in _FILES]
    version = hashlib.sha256("\n".join([page, *files, _offline(request).content.decode()]).encode())
    context = {
        "page": json.dumps(page),
        "files": json.dumps(files),
        "version": json.dumps(version.hexdigest()[:12]),
    }
    response = render(request, "mirador/worker.js", context, content_type="text/javascript")
    patch_cache_control(response, no_cache=True)
    return response


@require_safe
@policy(ANYONE)
def offline(request: HttpRequest) -> HttpResponse:
    """That there is no connection, and what to do."""
    return _offline(request)


def _offline(request: HttpRequest) -> HttpResponse:
    with override(_asked_language(request)):
        response = render(request, "mirador/offline.html")
        response["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    return response


def _asked_language(request: HttpRequest) -> str:
    """As the address asks (`?idioma=vi`), which tells one language's page from another's; else the reader's own."""
    asked = request.GET.get("idioma", "")
    return asked if asked in LANGUAGES else get_language() or settings.LANGUAGE_CODE
