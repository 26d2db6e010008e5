"""User names as people type them. Pure."""

import unicodedata


def normal_user_name(typed: str) -> str:
    """One form for every way of typing a DNI, an NRE, an e-mail or a made-up name."""
    text = unicodedata.normalize("NFKC", typed).strip().casefold()
    if "@" in text:
        return "".join(text.split())
    return "".join(letter for letter in text if letter.isalnum() or letter == "_")
