"""How many parts an SMS is cut into: the GSM alphabet and its extension (3GPP TS 23.038), or UCS-2."""

import re

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
_GSM = re.compile(f"[{re.escape(''.join(BASIC | EXTENDED))}]*")
_EXTENDED = re.compile(f"[{re.escape(''.join(EXTENDED))}]")
GSM_ALONE, GSM_PART = 160, 153
UCS_ALONE, UCS_PART = 70, 67


def segments(text: str) -> int:
    """The number of SMS that a text costs."""
    if _GSM.fullmatch(text):
        length = len(text) + len(_EXTENDED.findall(text))
        alone, part = GSM_ALONE, GSM_PART
    else:
        length = len(text.encode("utf-16-be", "surrogatepass")) // 2
        alone, part = UCS_ALONE, UCS_PART
    return 1 if length <= alone else -(-length // part)
