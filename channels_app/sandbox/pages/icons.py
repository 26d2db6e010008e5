"""The pictures of the pages, drawn by hand: 24 by 24, one line."""

from channels_app.sandbox.pages.render import Html

PATHS = {
    "telegram": '<path d="M21 4 3 11l6 2.5L18 7l-6.5 8 6 5z"/><path d="m9 13.5.5 6 2.5-3.5"/>',
    "tokapp": (
        '<path d="M12 3.5c5 0 9 3.3 9 7.5s-4 7.5-9 7.5c-1 0-2-.1-2.9-.4L4.5 20.5l1-4C4 15 3 13.1 3 11'
        'c0-4.2 4-7.5 9-7.5z"/><path d="M8.5 8.5h7M12 8.5v6"/>'
    ),
    "sms": '<path d="M4 4.5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-9l-4.5 3.5v-3.5H4a1 1 0 0 1-1-1v-10'
    'a1 1 0 0 1 1-1z"/><path d="M8 10.5h.01M12 10.5h.01M16 10.5h.01"/>',
    "email": '<rect x="3" y="5" width="18" height="14" rx="1.5"/><path d="m3.5 6.5 8.5 7 8.5-7"/>',
    "phone": '<rect x="6.5" y="2.5" width="11" height="19" rx="2.5"/><path d="M11 18.5h2"/>',
    "file": '<path d="m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4'
    'a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6"/>',
    "no": '<circle cx="12" cy="12" r="9"/><path d="m6 6 12 12"/>',
    "note": '<path d="M12 3.5 22 20H2z"/><path d="M12 10v4.5M12 17.2h.01"/>',
    "box": '<path d="M4 13h4l1.5 3h5L16 13h4"/>'
    '<path d="M6.5 5h11L20 13v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-5z"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "back": '<path d="M15 5l-7 7 7 7"/>',
}


SPRITE = Html(
    '<svg class="lamina" aria-hidden="true">'
    + "".join(f'<symbol id="i-{name}" viewBox="0 0 24 24">{path}</symbol>' for name, path in PATHS.items())
    + "</svg>"
)


def icon(name: str) -> Html:
    """A picture out of the page's `SPRITE`; it says nothing to a screen reader: words stand beside it."""
    return Html(f'<svg class="icono" aria-hidden="true"><use href="#i-{name}"/></svg>')
