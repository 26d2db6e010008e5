"""Whether a page is valid HTML: read as the standard says, with every slip of the writer told."""

from html5lib import HTMLParser, constants

# Attributes that make a page heavier to read than to write, which the parser does not know.
Slip = tuple[int, str]


def slips(page: str) -> list[Slip]:
    """(line, what is wrong) for each error of parsing; empty for a page that is as it should be."""
    parser = HTMLParser(strict=False)
    parser.parse(page)
    return [
        (position[0] if position else 0, constants.E.get(code, code) % (details or {}))
        for position, code, details in parser.errors
    ]


def doubled_ids(page: str) -> list[str]:
    """Names given to more than one element."""
    tree = HTMLParser(namespaceHTMLElements=False).parse(page)
    names = [element.get("id") for element in tree.iter() if element.get("id")]
    return sorted({name for name in names if names.count(name) > 1})


def words_of(page: str) -> list[str]:
    """What a page says: its texts, and the names of what has no text."""
    tree = HTMLParser(namespaceHTMLElements=False).parse(page)
    named = ("aria-label", "title", "placeholder", "alt")
    found = [element.get(name, "") for element in tree.iter() for name in named]
    for element in tree.iter():
        own = element.tag not in ("script", "style")
        found += [(element.text or "") if own else "", element.tail or ""]
    return [text for text in (" ".join(one.split()) for one in found) if text]
