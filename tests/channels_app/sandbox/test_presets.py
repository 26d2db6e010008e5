"""The refusals that the sandbox can put into words."""

from channels_app.sandbox.pages.words import PRESETS as WORDS
from channels_app.sandbox.presets import DEFAULTS, PRESETS


def test_presets_each_has_its_words_in_spanish() -> None:
    assert {name for names in PRESETS.values() for name in names} - set(WORDS) == set()


def test_presets_every_channel_has_its_plain_refusal() -> None:
    assert [name in PRESETS[channel] for channel, name in DEFAULTS.items()] == [True] * 4
    assert set(DEFAULTS) == set(PRESETS)


def test_presets_mail_codes_agree_with_their_enhanced_codes() -> None:
    pairs = {(answer.status // 100, int(answer.code[0])) for answer in PRESETS["email"].values()}
    assert pairs == {(4, 4), (5, 5)}
