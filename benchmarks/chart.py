"""The chart of deliveries a second as SVG, readable on light and on dark. Pure."""

from collections.abc import Sequence
from html import escape

from benchmarks.results import CHANNELS, ENGINE, LIMIT, NAMES, OTHERS, SHORT, Rate, find
from benchmarks.tables import figure

BARS = (*OTHERS, ENGINE, LIMIT)
WIDTH, LEFT, RIGHT = 760, 190, 80
BAR, GAP, GROUP_GAP, TOP, HEAD = 16, 4, 18, 56, 34
STYLE = """
text{font:14px/1 'Source Sans 3',system-ui,'Segoe UI',Roboto,sans-serif;fill:#1f2328}
.title{font-size:17px;font-weight:700}.head,.channel{font-weight:700}
.other{fill:#8a6d3b}.engine{fill:#0b6e4f}.limit{fill:none;stroke:#57606a;stroke-width:1.5;stroke-dasharray:4 3}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.other{fill:#c9a66b}.engine{fill:#3fb68b}
.limit{stroke:#9aa4ae}}
"""


def chart(rates: Sequence[Rate]) -> str:
    """A panel for each latency, a group of bars for each channel, one scale for all."""
    most = max((rate.a_second for rate in rates), default=1.0)
    scale = (WIDTH - LEFT - RIGHT) / most
    parts: list[str] = []
    y = TOP
    for latency in sorted({rate.latency_ms for rate in rates}):
        parts.append(f'<text class="head" x="0" y="{y}">{_panel_words(latency)}</text>')
        y += HEAD - GROUP_GAP
        for channel in CHANNELS:
            group = _group(rates, channel, latency, scale, y)
            parts += group
            y += (len(group) // 3) * (BAR + GAP) + GROUP_GAP if group else 0
        y += GROUP_GAP
    y -= GROUP_GAP
    title = "Deliveries a second: more is better"
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" '
        f'role="img" aria-labelledby="t d"><title id="t">{title}</title><desc id="d">{escape(_said(rates))}</desc>'
        f"<style>{STYLE}</style>\n"
        f'<text class="title" x="0" y="20">{title}</text>\n{body}\n</svg>\n'
    )


def _panel_words(latency: float) -> str:
    return f"a provider that answers after {latency:g} ms" if latency else "a provider that answers at once"


def _group(rates: Sequence[Rate], channel: str, latency: float, scale: float, top: int) -> list[str]:
    """Three marks for each bar: its name, itself, its figure."""
    found = [rate for name in BARS if (rate := find(rates, name, channel, latency))]
    marks: list[str] = []
    for place, rate in enumerate(found):
        y = top + place * (BAR + GAP)
        text = y + BAR - 3
        length = max(1.0, rate.a_second * scale)
        kind = rate.contender if rate.contender in (ENGINE, LIMIT) else "other"
        name = escape(SHORT[rate.contender])
        first = f'<tspan class="channel" x="0">{escape(NAMES[channel])}</tspan>' if place == 0 else ""
        marks += [
            f'<text y="{text}">{first}<tspan x="{LEFT - 8}" text-anchor="end">{name}</tspan></text>',
            f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}"/>',
            f'<text x="{LEFT + length + 6:.1f}" y="{text}">{figure(rate.a_second)}</text>',
        ]
    return marks


def _said(rates: Sequence[Rate]) -> str:
    return "; ".join(
        f"{NAMES[rate.channel]}, {rate.latency_ms:g} ms, {SHORT[rate.contender]}: {figure(rate.a_second)}"
        for rate in rates
    )
