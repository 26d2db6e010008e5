"""A sweep over the pages of both webs, on every screen and in every language: a new page only adds a line to PAGES."""

import gzip
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, ViewportSize
from pytest_django.live_server_helper import LiveServer

from plumier.models import User
from tests.journeys.bodies import add_bodies
from tests.journeys.conftest import violations
from tests.journeys.families import add_family
from tests.journeys.html import doubled_ids, slips, words_of
from tests.journeys.staff import Sample, be, make_sample
from tests.notica.results import ACCOUNTS

# Of which pages: the name of the URL, and what makes its arguments from the sample (none: a page without any).
PAGES: dict[str, Callable[[Sample], list[Any]]] = {
    "style": lambda sample: [],
    "notica:messages": lambda sample: [],
    "notica:message": lambda sample: [sample["message"].token],
    "notica:channels": lambda sample: [],
    "mfa_index": lambda sample: [],
    "profesores:students": lambda sample: [],
    "profesores:school_students": lambda sample: [],
    "profesores:explorer": lambda sample: [],
    "profesores:colleagues": lambda sample: [],
    "profesores:record": lambda sample: [sample["student"].pk],
    "profesores:write": lambda sample: [sample["draft"].token],
    "profesores:drafts": lambda sample: [],
    "profesores:templates": lambda sample: [],
    "profesores:template_new": lambda sample: [],
    "profesores:inbox": lambda sample: [],
    "profesores:inbox_entry": lambda sample: [sample["entry"].pk],
    "profesores:bodies": lambda sample: [],
    "profesores:body": lambda sample: [sample["body"].pk],
    "profesores:body_new": lambda sample: [],
    "profesores:body_edit": lambda sample: [sample["body"].pk],
    "profesores:meeting_new": lambda sample: [sample["body"].pk],
    "profesores:meeting_edit": lambda sample: [sample["meeting"].token],
    "profesores:meeting_cancel": lambda sample: [sample["meeting"].token],
    "profesores:meeting": lambda sample: [sample["held"].token],
    "mirador:meetings": lambda sample: [],
    "mirador:meeting": lambda sample: [sample["meeting"].token],
    "mirador:write": lambda sample: [],
    "mirador:letter": lambda sample: [sample["letter"].token],
    "mirador:thread": lambda sample: [sample["thread"].token],
    "profesores:roll": lambda sample: [],
    "profesores:absences": lambda sample: [],
    "profesores:absenteeism": lambda sample: [],
    "profesores:transfers": lambda sample: [],
    "profesores:transfer": lambda sample: [sample["transfer"].pk],
    "profesores:transfer_new": lambda sample: [],
    "profesores:transfer_ask": lambda sample: [],
    "profesores:fees": lambda sample: [],
    "profesores:fees_issue": lambda sample: [],
    "profesores:fees_day": lambda sample: [],
    "profesores:fee": lambda sample: [sample["fee"].pk],
    "profesores:behaviour": lambda sample: [],
    "profesores:behaviour_new": lambda sample: [],
    "profesores:behaviour_record": lambda sample: [sample["record"].pk],
    "profesores:behaviour_notify": lambda sample: [sample["record"].pk],
    "profesores:behaviour_student": lambda sample: [sample["student"].pk],
    "profesores:diplomas": lambda sample: [],
    "profesores:diploma_new": lambda sample: [],
    "profesores:diploma_batch": lambda sample: [sample["diplomas"].pk],
    "profesores:diploma_students": lambda sample: [sample["diplomas"].pk],
    "profesores:diploma_receive": lambda sample: [sample["diplomas"].pk],
    "profesores:diplomas_waiting": lambda sample: [],
    "profesores:journals": lambda sample: [],
    "profesores:journal": lambda sample: [sample["journal_group"].pk],
    "profesores:journals_desk": lambda sample: [],
    "profesores:journal_desk_class": lambda sample: [sample["desk_group"].pk],
    "profesores:day_reports": lambda sample: [],
    "profesores:day_report": lambda sample: [sample["day_report"].pk],
    "profesores:day_report_write": lambda sample: [],
    "profesores:review": lambda sample: [],
    "profesores:review_new": lambda sample: [],
    "profesores:review_text": lambda sample: [sample["review"].token],
    "profesores:grades": lambda sample: [],
    "profesores:grades_group": lambda sample: [sample["evaluation"].pk, sample["class"].group_id],
    "profesores:grades_class": lambda sample: [sample["evaluation"].pk, sample["class"].pk],
    "profesores:disciplinary": lambda sample: [],
    "profesores:disciplinary_open": lambda sample: [],
    "profesores:disciplinary_case": lambda sample: [sample["case"].pk],
    "profesores:disciplinary_step_new": lambda sample: [sample["case"].pk],
    "profesores:disciplinary_step": lambda sample: [sample["case"].pk, sample["case"].steps.get().pk],
    "profesores:disciplinary_close": lambda sample: [sample["case"].pk],
    "profesores:disciplinary_instructor": lambda sample: [sample["case"].pk],
    "mirador:grades": lambda sample: [],
    "mirador:remarks": lambda sample: [sample["evaluation"].pk],
    "mirador:attendance": lambda sample: [],
    "mirador:absence_excuse": lambda sample: [sample["absence"].pk],
    "mirador:absence_alarm": lambda sample: [sample["absence"].pk],
    "mirador:account": lambda sample: [],
    "mirador:channels": lambda sample: [],
    "mirador:channel_leave": lambda sample: [sample["phone"].pk],
    "mirador:contacts": lambda sample: [],
    "mirador:languages": lambda sample: [],
    "mirador:held": lambda sample: [],
    "tablon:notices": lambda sample: [],
    "tablon:new": lambda sample: [],
    "tablon:notice": lambda sample: [sample["notice"].pk],
    "mirador:inbox": lambda sample: [],
    "mirador:entry": lambda sample: [sample["family_entry"].pk],
    "notica:summary": lambda sample: [],
    "mirador:board": lambda sample: [],
    "mirador:notice": lambda sample: [sample["notice"].pk],
    "mirador:help": lambda sample: [],
    "mirador:offline": lambda sample: [],
}
# Whose pages they are: the director's, but for those of the families.
FAMILIES = "mirador:"
# Some at a time, of one reader: what they show is made once for all of them.
AT_ONCE = 8
WEBS = (
    [name for name in PAGES if not name.startswith(FAMILIES)],
    [name for name in PAGES if name.startswith(FAMILIES)],
)
PARTS = [tuple(web[start : start + AT_ONCE]) for web in WEBS for start in range(0, len(web), AT_ONCE)]
WIDTHS = (360, 768, 1280)
PHONE: ViewportSize = {"width": WIDTHS[0], "height": 800}
Scheme = Literal["light", "dark"]
# Every screen in both schemes in Spanish; the other languages, whose words are longer or shorter, on every screen.
LOOKS: dict[str, tuple[Scheme, ...]] = {"es": ("light", "dark"), "vi": ("light",), "en": ("light",)}
SCANNED = "es"
# Names that people have given, and what a family reads in its own language, which our own texts happen to be.
WRITTEN = {
    *("Bachillerato", "Consejo Escolar", "E-mail", "English", "ESO", "Informe de tasas"),
    "Si necesita aclarar algo, póngase en contacto con el centro.",
}
# Of one line, in pixels.
BAR = 80
# On first load, everything: as it goes over the line in production (text compressed, fonts as they are).
MOST_BYTES = 150_000


@pytest.fixture
def sample(transactional_db: None, settings: Any) -> Sample:
    settings.CHANNEL_ENVIRONMENT = ACCOUNTS
    return add_bodies(add_family(make_sample()))


def reader(name: str, sample: Sample) -> User:
    return sample["mother" if name.startswith(FAMILIES) else "director"]  # type: ignore[no-any-return]


@dataclass
class Watched:
    """A page, what it complains of (errors, and what the policy of contents refused it), and what came for it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)


def watched(visitor: BrowserContext) -> Watched:
    """A new page under watch."""
    found = Watched(visitor.new_page())

    def hear(line: ConsoleMessage) -> None:
        if (
            line.type == "error" and line.location["url"]
        ):  # axe, which has no address, tries out styles of its own
            found.complaints.append(line.text)

    found.page.on("console", hear)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("response", lambda answer: found.answers.append(answer))  # noqa: PLW0108 (it cannot be wrapped)
    return found


def scrolls(page: Page) -> bool:
    """Whether the page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def bar_height(page: Page) -> int:
    """Of the bar above the page, in pixels; none where there is none."""
    return int(page.evaluate("document.querySelector('.bar')?.offsetHeight ?? 0"))


def looked_at(page: Page, language: str, schemes: tuple[Scheme, ...]) -> dict[str, list[Any]]:
    """What is wrong with the page in each scheme on each screen, without asking for it again.

    Axe once a scheme: on the phone, where most is different, and in one language, as it reads no words.
    """
    found: dict[str, list[Any]] = {}
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = ["scrolls sideways"] if scrolls(page) else []
            wide += ["the bar takes two lines"] if width == WIDTHS[-1] and bar_height(page) > BAR else []
            scanned = width == WIDTHS[0] and language == SCANNED
            found[f"{scheme} {width}"] = [*wide, *(violations(page) if scanned else [])]
    return found


@pytest.mark.parametrize("names", PARTS)
def test_pages_are_sound_on_every_screen_and_in_every_language(
    names: tuple[str, ...], sample: Sample, live_server: LiveServer, browser: Browser
) -> None:
    found: dict[str, list[Any]] = {}
    spoken: dict[str, dict[str, set[str]]] = {}
    who = reader(names[0], sample)
    for language, schemes in LOOKS.items():
        with browser.new_context(viewport=PHONE) as shared:
            for name in names:
                own = language == SCANNED  # with a cache of its own, which is empty: its weight is looked at
                with browser.new_context(viewport=PHONE) if own else nullcontext(shared) as visitor:
                    be(visitor, live_server, who, language)
                    address = live_server.url + reverse(name, args=PAGES[name](sample))
                    seen = wrong_with(visitor, address, language, schemes)
                spoken.setdefault(name, {})[language] = set(seen.pop("words", ()))
                found |= {f"{name} {language} {where}": what for where, what in seen.items()}
    found |= {f"{name} left": untranslated(words) for name, words in spoken.items()}
    assert {where: what for where, what in found.items() if what} == {}


def untranslated(spoken: dict[str, set[str]]) -> list[str]:
    """What a page says in Vietnamese as in Spanish although the catalogue has it, but for what people wrote."""
    with override("vi"):
        return sorted(
            one for one in spoken["es"] & spoken["vi"] if one not in WRITTEN and gettext(one) != one
        )


def wrong_with(
    visitor: BrowserContext, address: str, language: str, schemes: tuple[Scheme, ...]
) -> dict[str, list[Any]]:
    """What is wrong with a page in a language, by what was looked at."""
    seen = watched(visitor)
    answer = seen.page.goto(address)
    assert answer is not None
    if not answer.ok:
        return {"answer": [answer.status]}
    written = answer.text()
    found = looked_at(seen.page, language, schemes)
    found["written"] = [*slips(written), *doubled_ids(written)]
    found["words"] = words_of(written)
    found["complaints"] = seen.complaints
    found["language"] = [] if seen.page.locator("html").get_attribute("lang") == language else ["?"]
    found["weight"] = too_heavy(seen.answers) if language == SCANNED else []
    seen.page.close()
    return found


def too_heavy(answers: list[Response]) -> list[Any]:
    """What came over the line on a first load, where it is too much or lacks the font."""
    weights = {urlsplit(answer.url).path: transferred(answer) for answer in answers}
    has_font = any(path.endswith(".woff2") for path in weights)
    return [] if has_font and sum(weights.values()) < MOST_BYTES else [weights]


def transferred(answer: Response) -> int:
    """Bytes over the line in production: whitenoise and the pages' middleware compress what is text."""
    body = answer.body()
    packed = Path(urlsplit(answer.url).path).suffix in (".woff2", ".png", ".jpg")
    return len(body) if packed else len(gzip.compress(body))
