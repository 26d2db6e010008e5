from channels_app import registry
from config import channels

_SANDBOX = {"TELEGRAM_TOKEN": "1000:sandbox"}


def test_every_variable_of_a_channel_is_passed_on() -> None:
    read = {name for each in registry.channel_names() for name in registry.channel_class(each).variables}
    given = dict.fromkeys(read, "x")
    assert channels.channel_environment({**given, "PATH": "x"}, {}) == given


def test_sandbox_serves_only_who_configured_nothing() -> None:
    public = {"PUBLIC_URL": "https://a.example"}
    assert channels.channel_environment(public, _SANDBOX) == {**public, **_SANDBOX}
    own = {"TOKAPP_TOKEN__IES": "x"}
    assert channels.channel_environment(own, _SANDBOX) == own


def test_has_account_ignores_empty_values() -> None:
    assert (channels.has_account({"EMAIL_URL": ""}), channels.has_account({"EMAIL_URL": "x"})) == (
        False,
        True,
    )
