"""A real browser, for stories as people live them.

While it is open its event loop runs in this thread, where Django would refuse to query: that is allowed
here, for as long as a module of journeys runs, and nowhere else.
"""

import os
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.notica.conftest import _run

# Without the windows that nobody sees a page costs a third; the same engine reads it.
CHROMIUM = next(
    filter(Path.exists, [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A phone and a desk, dark and light: each once. What they are together with, the sweep over every page looks at.
VIEWS = [(360, "dark"), (1280, "light")]
_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """rules => axe.run(document, {runOnly: rules}).then(
    result => result.violations.map(one => `${one.id}: ${one.nodes.map(node => node.target).join(' | ')}`))"""
# What comes up is half seen through for a moment: looked at is the page as it stays.
_SETTLED = """() => Promise.all(document.getAnimations()
    .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map(one => one.finished.catch(() => undefined)))"""
# A link within a line of text may be as high as the line; a box or a choice is taken by its label too.
_SMALL = """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')].filter(one => {
    const target = ['checkbox', 'radio'].includes(one.type) && one.labels[0] || one;
    const box = target.getBoundingClientRect();
    return box.width > 1 && box.height < 43.9 &&
        !one.closest('p, .send, .skip, .action-checkbox, .action-checkbox-column');
}).map(one => one.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    if CHROMIUM is None:
        pytest.skip("No browser here: apt install chromium-headless-shell")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS) as browser:
            yield browser


@pytest.fixture
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A new visitor who reads Spanish; the parameter is (width, colour scheme)."""
    width, scheme = getattr(request, "param", (1280, "light"))
    with browser.new_context(
        locale="es-ES", viewport={"width": width, "height": 800}, color_scheme=scheme
    ) as context:
        yield context


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may be refused by the security policy, and no script may break off."""
    page = visitor.new_page()
    refused: list[str] = []
    page.on("pageerror", lambda fault: refused.append(fault.message))
    page.on("console", lambda line: refused.append(line.text) if _is_refusal(line) else None)
    yield page
    assert refused == []


def _is_refusal(line: ConsoleMessage) -> bool:
    """What the page itself was refused: axe, which has no address, tries out styles of its own."""
    return "Security Policy" in line.text and bool(line.location["url"])


@pytest.fixture
def run_engine(transactional_db: None) -> Callable[[], None]:
    """The engine in a process of its own, made of this one: the browser's event loop runs here."""

    def run() -> None:
        connection.close()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside the server's thread
            child = os.fork()
        if child == 0:
            try:
                _run()
            except BaseException:  # noqa: BLE001  # the child must not go on with the test
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0

    return run


def violations(page: Page) -> list[str]:
    """What is wrong with the page: axe's findings, sideways scrolling, targets that are too small."""
    page.evaluate(_AXE.read_text())
    page.evaluate(_SETTLED)
    found: list[str] = page.evaluate(_RUN_AXE, _RULES)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return found + [f"small: {html}" for html in page.evaluate(_SMALL)]
