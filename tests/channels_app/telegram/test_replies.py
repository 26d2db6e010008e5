"""What the bot answers, as the Bot API takes it."""

from channels_app.telegram.replies import Reply, buttons, no_buttons, put_in_place, said, share_button


def test_said_is_a_plain_text_without_previews() -> None:
    assert said("501", "hola").as_answer() == {
        "method": "sendMessage",
        "chat_id": 501,
        "text": "hola",
        "link_preview_options": {"is_disabled": True},
    }


def test_said_carries_its_buttons() -> None:
    assert said("1", "x", share_button("Compartir")).parameters["reply_markup"] == {
        "keyboard": [[{"text": "Compartir", "request_contact": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    assert no_buttons() == {"remove_keyboard": True}
    assert buttons(("Sí", "a"), ("No", "b")) == {
        "inline_keyboard": [[{"text": "Sí", "callback_data": "a"}], [{"text": "No", "callback_data": "b"}]]
    }


def test_put_in_place_takes_the_buttons_with_it() -> None:
    assert put_in_place("501", 7, "hecho", "42") == Reply(
        "editMessageText", {"chat_id": 501, "message_id": 7, "text": "hecho"}, "42"
    )


def test_put_in_place_of_a_message_that_cannot_be_changed_is_a_new_one() -> None:
    one = put_in_place("501", 0, "hecho", "42")
    assert (one.method, one.press) == ("sendMessage", "42")
