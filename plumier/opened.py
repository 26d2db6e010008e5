"""Whether somebody has opened a page, or a browser only gets ready for it."""

from django.http import HttpRequest


def is_opened(request: HttpRequest) -> bool:
    """Whether somebody reads it: not looked up (HEAD) nor fetched ahead, which older browsers say in `Purpose`."""
    said = (request.headers.get("Sec-Purpose", ""), request.headers.get("Purpose", ""))
    return request.method == "GET" and not any(
        word in one for one in said for word in ("prefetch", "preview")
    )
