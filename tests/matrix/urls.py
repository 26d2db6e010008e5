"""Every URL of the product, found by walking the URLconf."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Url:
    """A pattern by its full name (`admin:plumier_person_change`), its route and the names of its arguments."""

    name: str
    route: str
    arguments: tuple[str, ...]


def every_url() -> list[Url]:
    """All that can be opened. Patterns without a name are called by their route."""
    return list(_below(get_resolver(), "", ""))


def _below(resolver: URLResolver, route: str, spaces: str) -> Iterator[Url]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern, here, spaces + (f"{pattern.namespace}:" if pattern.namespace else ""))
        elif isinstance(pattern, URLPattern):
            arguments = tuple(pattern.pattern.regex.groupindex)
            yield Url(spaces + (pattern.name or here), here, arguments)
