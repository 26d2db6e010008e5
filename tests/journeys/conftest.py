"""A real browser, for stories as people live them.

While it is open its event loop runs in this thread, where Django would refuse to query: that is allowed
here, for as long as a module of journeys runs, and nowhere else.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """rules => axe.run(document, {runOnly: rules}).then(
    result => result.violations.map(one => `${one.id}: ${one.nodes.map(node => node.target).join(' | ')}`))"""
# A link within a line of text may be as high as the line, and a box is ticked by its label too.
_SMALL = """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')].filter(one => {
    const target = one.type === 'checkbox' && one.labels[0] || one;
    const box = target.getBoundingClientRect();
    return box.width > 1 && box.height < 43.9 &&
        !one.closest('p, .send, .skip, .action-checkbox, .action-checkbox-column');
}).map(one => one.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    if not CHROMIUM.exists():
        pytest.skip("No browser here: apt install chromium")
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
    """A page on which nothing may be refused by the security policy."""
    page = visitor.new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if _is_refusal(line) else None)
    yield page
    assert refused == []


def _is_refusal(line: ConsoleMessage) -> bool:
    """What the page itself was refused: axe, which has no address, tries out styles of its own."""
    return "Security Policy" in line.text and bool(line.location["url"])


def violations(page: Page) -> list[str]:
    """What is wrong with the page: axe's findings, sideways scrolling, targets that are too small."""
    page.evaluate(_AXE.read_text())
    found: list[str] = page.evaluate(_RUN_AXE, _RULES)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return found + [f"small: {html}" for html in page.evaluate(_SMALL)]
