"""Forms are taken from the sandbox's own pages alone."""

from urllib.parse import urlsplit

from channels_app.sandbox.told import is_here
from channels_app.sandbox.web import Request


def is_own(request: Request) -> bool:
    """Whether a form comes from a page of ours.

    A browser says where a form stood (Origin, or else Referer); another site's is refused, and so is a name that
    somebody else made lead to this machine. What is no browser says neither and may do as it likes.
    """
    host = request.header("host")
    if not is_here(f"http://{host}"):
        return False
    if request.header("sec-fetch-site") not in ("", "same-origin", "none"):
        return False
    stood = request.header("origin") or request.header("referer")
    if not stood:
        return True
    try:
        return urlsplit(stood).scheme == "http" and urlsplit(stood).netloc == host
    except ValueError:
        return False
