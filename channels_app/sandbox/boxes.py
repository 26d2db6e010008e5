"""The last messages of each phone, chat and mailbox, kept in memory for the pages.

Memory is bounded: a few messages a channel and address, and the addresses used last.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator, Mapping

from channels_app.sandbox.log import Entry

KEPT_EACH = 12
KEPT_ADDRESSES = 8_000
KEPT_TEXT = 5_000  # more than Telegram takes at once
KEPT_SMS = 20_000

Box = dict[str, deque[Entry]]


class Boxes:
    """What each address received last, and the totals by channel."""

    def __init__(self) -> None:
        self._boxes: OrderedDict[str, Box] = OrderedDict()
        self._sms: OrderedDict[str, Entry] = OrderedDict()
        self._sms_to: dict[str, deque[Entry]] = {}
        self.taken: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.phone_of_chat: dict[str, str] = {}
        self._chats_of: dict[str, list[str]] = {}

    def add(self, entry: Entry) -> None:
        """Keep an entry."""
        (self.taken if entry["taken"] else self.refused)[entry["channel"]] += 1
        if len(entry["text"]) > KEPT_TEXT:
            entry = {**entry, "text": entry["text"][:KEPT_TEXT] + "…"}
        box = self._boxes.get(entry["address"])
        if box is None:
            box = self._boxes[entry["address"]] = {}
            if len(self._boxes) > KEPT_ADDRESSES:
                self._boxes.popitem(last=False)
        self._boxes.move_to_end(entry["address"])
        box.setdefault(entry["channel"], deque(maxlen=KEPT_EACH)).append(entry)
        if entry["channel"] == "sms" and entry["taken"]:
            self._add_sms(entry)

    def _add_sms(self, entry: Entry) -> None:
        self._sms[entry["provider_id"]] = entry
        self._sms_to.setdefault(entry["address"], deque()).append(entry)
        if len(self._sms) > KEPT_SMS:
            _, oldest = self._sms.popitem(last=False)
            kept = self._sms_to[oldest["address"]]
            kept.popleft()
            if not kept:
                del self._sms_to[oldest["address"]]

    def addresses(self) -> Iterator[str]:
        """The addresses written to, the latest first."""
        return reversed(self._boxes)

    def of(self, address: str) -> Box:
        """What one address has, by channel, oldest first."""
        return self._boxes.get(address, {})

    def received(self, address: str) -> list[Entry]:
        """What one address and the chats on it have by every channel, oldest first."""
        boxes = (self.of(each) for each in (address, *self.chats_of(address)))
        entries = (entry for box in boxes for queue in box.values() for entry in queue)
        return sorted(entries, key=lambda entry: entry["at"])

    def sms(self, sid: str) -> Entry | None:
        """An SMS that was taken, by its Twilio id."""
        return self._sms.get(sid)

    def all_sms(self, to: str = "") -> Iterator[Entry]:
        """The SMS that were taken, to one phone or all, the latest first."""
        return reversed(self._sms_to.get(to, ()) if to else self._sms.values())

    def chats_of(self, phone: str) -> list[str]:
        """The Telegram chats that are on a phone."""
        return self._chats_of.get(phone, [])

    def place_chats(self, phones: Mapping[str, str]) -> None:
        """Say on which phone each chat is."""
        for chat, phone in phones.items():
            before = self.phone_of_chat.get(chat)
            if before == phone:
                continue
            if before is not None:
                self._chats_of[before].remove(chat)
            self.phone_of_chat[chat] = phone
            self._chats_of.setdefault(phone, []).append(chat)
