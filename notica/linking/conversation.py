"""What the bot does and answers to each thing that a chat can do. Called with the bot's lock held (`handling`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import translation

from channels_app.telegram.errors import LEFT, MOVED
from channels_app.telegram.replies import Markup, Reply, buttons, no_buttons, put_in_place, said, share_button
from channels_app.telegram.updates import Command, Membership, Press, Said, Share, Start, Update
from notica.linking import effects, invitations, words
from notica.linking.bots import Bot
from notica.linking.holders import (
    Holder,
    holders_of,
    mobile_of,
    mobiles_of,
    other_phones,
    school_of,
    schools_named,
    schools_of,
)
from notica.models import BotChat

QUIET: Final = timedelta(minutes=10)  # after «nobody reads», before it is said again
BUTTON_LIFE: Final = timedelta(days=2)
LEAVE_YES: Final = "leave:yes"
LEAVE_NO: Final = "leave:no"
LANGUAGE: Final = "lang:"
LANGUAGES: Final = (("Español", "es"), ("Tiếng Việt", "vi"), ("English", "en"))


@dataclass(slots=True)
class Talk:
    """One update of one chat. `at` is Telegram's moment of it; `holders` those of the chat's phone."""

    bot: Bot
    row: BotChat
    update: Update
    at: datetime
    now: datetime
    holders: list[Holder]

    def say(self, text: str, markup: Markup | None = None) -> Reply:
        """A text to the chat."""
        return said(self.row.chat, text, markup)

    def ask_phone(self, text: str) -> Reply:
        """A text with the button that shares the phone."""
        return self.say(text, share_button(words.share()))


def answer(bot: Bot, row: BotChat, update: Update, at: datetime, now: datetime) -> Reply | None:
    """Do what was asked and word the answer. Changes `row`, which the caller writes."""
    talk = Talk(bot, row, update, at, now, holders_of(bot, row.phone, now))
    with translation.override(language_of(talk)):
        if isinstance(update.event, Membership):
            effects.judge(row, member=update.event.member, at=at, number=update.id, now=now)
            return None
        if not update.private:
            return _once_in_a_while(talk, words.private_only())
        if not isinstance(update.event, Press):
            effects.note_life(row, at=at, number=update.id, now=now)
        return _in_private(talk)


def language_of(talk: Talk) -> str:
    """The chat's own choice, else the person's, else Telegram's, else the school's."""
    hers = {one.language for one in talk.holders if one.language}
    if talk.row.language:
        return talk.row.language
    if len(hers) == 1:
        return hers.pop()
    if talk.update.language:
        return talk.update.language
    if talk.holders:
        return talk.holders[0].school_language
    school = school_of(talk.bot)
    return school.language if school is not None else settings.LANGUAGE_CODE


def _in_private(talk: Talk) -> Reply | None:
    match talk.update.event:
        case Start() as start:
            return _start(talk, start)
        case Share() as share:
            return _share(talk, share)
        case Command() as command:
            return _command(talk, command)
        case Press() as press:
            return _press(talk, press)
        case Said():
            known = schools_named(talk.holders) if talk.holders else [school_of(talk.bot)]
            return _once_in_a_while(talk, words.nobody_reads([one for one in known if one is not None]))
        case _:
            return None


def _once_in_a_while(talk: Talk, text: str) -> Reply | None:
    last = talk.row.answered_at
    if last is not None and talk.now - last < QUIET:
        return None
    talk.row.answered_at = talk.now
    return talk.say(text)


def _start(talk: Talk, start: Start) -> Reply:
    row = talk.row
    row.invited_by_id, row.invited_until = None, None
    if not start.payload:
        if row.phone:
            return talk.ask_phone(words.already(row.phone))
        return talk.ask_phone(words.welcome(school_of(talk.bot)))
    found = invitations.accept(start.payload, row.account_id, row.chat, now=talk.now)
    if found is None:
        return talk.ask_phone(words.already(row.phone) if row.phone else words.worn_out())
    row.invited_by_id, row.invited_until = found.user_id, found.expires_at
    phones = mobiles_of(found.user_id, talk.bot)
    if row.phone in phones:
        return talk.ask_phone(words.already(row.phone))
    return talk.ask_phone(words.invited(phones)) if phones else talk.say(words.invited(phones))


def _share(talk: Talk, share: Share) -> Reply | None:
    """Link, or say why not. Whatever comes of it, the chat's earlier phone is not this person's any more."""
    row = talk.row
    if not share.own:
        return talk.ask_phone(words.foreign())
    phone = mobile_of(share.phone)
    if effects.is_overtaken(row, talk.at, talk.update.id):
        return None
    row.shared_at = talk.at
    earlier = row.phone if row.phone != phone else ""
    if earlier:
        effects.unlink(row, MOVED, now=talk.now)
    if phone and effects.is_taken(row, phone, talk.at):
        return None
    holders = holders_of(talk.bot, phone, talk.now)
    refusal = _refusal(talk, phone or share.phone, holders)
    if refusal:
        text = f"{words.old_one_gone(earlier)}\n\n{refusal}" if earlier else refusal
        return talk.ask_phone(text)
    effects.link(row, phone, holders, at=talk.at, now=talk.now)
    row.invited_by_id, row.invited_until = None, None
    talk.holders = holders
    with translation.override(language_of(talk)):
        return talk.say(words.linked(phone, holders), no_buttons())


def _refusal(talk: Talk, phone: str, holders: Sequence[Holder]) -> str:
    """Why the phone is not linked; empty if it is. After a deep link it must be on record for whoever asked for it."""
    row = talk.row
    user = row.invited_by_id if row.invited_until is not None and talk.now < row.invited_until else None
    if user is not None:
        if any(one.user_id == user for one in holders):
            return ""
        hers = mobiles_of(user, talk.bot)
        if phone in hers:
            return words.not_on_record(phone, school_of(talk.bot))
        return words.not_hers(phone, hers, schools_of(user, talk.bot))
    return "" if holders else words.not_on_record(phone, school_of(talk.bot))


def _command(talk: Talk, command: Command) -> Reply:
    row = talk.row
    if command.name == "help":
        return talk.say(words.help_text())
    if command.name == "language":
        rows = [(name, f"{LANGUAGE}{code}") for name, code in LANGUAGES]
        return talk.say(words.which_language(), buttons(*rows))
    if not row.phone:
        return talk.ask_phone(words.not_linked())
    if command.name == "leave":
        choice = buttons((words.leave_yes(), LEAVE_YES), (words.leave_no(), LEAVE_NO))
        return talk.say(words.leave(row.phone), choice)
    others = other_phones(talk.bot, talk.holders, row.phone)
    return talk.say(words.state(row.phone, talk.holders, others))


def _press(talk: Talk, press: Press) -> Reply:
    if talk.now - talk.at > BUTTON_LIFE:
        return _in_place(talk, press, words.stale())
    if press.data.startswith(LANGUAGE):
        return _choose_language(talk, press)
    if press.data == LEAVE_NO:
        return _in_place(talk, press, words.stays())
    if press.data == LEAVE_YES:
        return _leave(talk, press)
    return _in_place(talk, press, words.stale())


def _leave(talk: Talk, press: Press) -> Reply:
    """A button from before the phone was last shared says nothing about that."""
    row = talk.row
    if row.shared_at is not None and talk.at < row.shared_at:
        return _in_place(talk, press, words.stale())
    if row.phone:
        effects.unlink(row, LEFT, now=talk.now)
    row.left_at, row.left_update = talk.at, talk.update.id
    return _in_place(talk, press, words.left())


def _choose_language(talk: Talk, press: Press) -> Reply:
    chosen = press.data.removeprefix(LANGUAGE)
    if chosen not in dict(settings.LANGUAGES):
        return _in_place(talk, press, words.stale())
    letters = effects.set_language(talk.row, chosen, talk.holders, now=talk.now)
    with translation.override(chosen):
        return _in_place(talk, press, words.language_set(letters))


def _in_place(talk: Talk, press: Press, text: str) -> Reply:
    return put_in_place(talk.row.chat, press.message_id, text, press.query)
