"""What a bot answers: one call of the Bot API, which can also stand in the answer to a webhook."""

from dataclasses import dataclass
from typing import Any

Markup = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """One method and its parameters.

    `press` is the button that it answers: whoever can make two calls also says that it was pressed.
    """

    method: str
    parameters: dict[str, Any]
    press: str = ""

    def as_answer(self) -> dict[str, Any]:
        """The body of an answer to a webhook, which Telegram carries out."""
        return {"method": self.method, **self.parameters}


def said(chat: str, text: str, markup: Markup | None = None) -> Reply:
    """A plain text to a chat, without the preview of its links."""
    parameters: dict[str, Any] = {
        "chat_id": int(chat),
        "text": text,
        "link_preview_options": {"is_disabled": True},
    }
    return Reply("sendMessage", parameters | ({"reply_markup": markup} if markup else {}))


def put_in_place(chat: str, message_id: int, text: str, press: str) -> Reply:
    """The text in the place of the message whose button was pressed: its buttons go with it.

    As a new message where the old one can be changed no more.
    """
    if not message_id:
        one = said(chat, text)
        return Reply(one.method, one.parameters, press)
    return Reply("editMessageText", {"chat_id": int(chat), "message_id": message_id, "text": text}, press)


def share_button(words: str) -> Markup:
    """The one button by which somebody hands over her own phone."""
    return {
        "keyboard": [[{"text": words, "request_contact": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def no_buttons() -> Markup:
    """Takes the button away again."""
    return {"remove_keyboard": True}


def buttons(*rows: tuple[str, str]) -> Markup:
    """Buttons below a message, one a row: what stands on it and what comes back."""
    return {"inline_keyboard": [[{"text": words, "callback_data": data}] for words, data in rows]}
