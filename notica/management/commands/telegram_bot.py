"""`manage.py telegram_bot [--webhook | --delete-webhook | --status]`: what people say to the bots."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from notica.linking import profile
from notica.linking.bots import Bot, all_bots, problems
from notica.linking.polling import poll_all
from notica.linking.webhooks import Said, delete_webhooks, missing_for_webhook, set_webhooks, states
from plumier.wakeups import wake


class Command(BaseCommand):
    help = "Atiende a los bots de Telegram hasta Ctrl-C, o dice a Telegram adónde llevar sus novedades."

    def add_arguments(self, parser: ArgumentParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--webhook", action="store_true", help="que Telegram las traiga a PUBLIC_URL")
        either.add_argument("--delete-webhook", action="store_true", help="que esperen a que se pidan")
        either.add_argument("--status", action="store_true", help="cómo está cada bot")
        parser.add_argument("--stay", action="store_true", help="no termina aunque falten bots o estén mal")

    def handle(self, **options: Any) -> None:
        bots = all_bots()
        wrong = problems(bots)
        if not bots:
            wrong = [_("No hay ningún bot: ponga en TELEGRAM_TOKEN la clave que da @BotFather.")]
        if wrong and not options["stay"]:
            raise CommandError("\n".join(wrong))
        for sentence in wrong:
            self.stderr.write(sentence)
        self._do(bots, options)

    def _do(self, bots: list[Bot], options: dict[str, Any]) -> None:
        if options["status"]:
            self._tell(states(bots))
        elif options["delete_webhook"]:
            self._tell(delete_webhooks(bots))
        elif options["webhook"]:
            self._set(bots)
        else:
            self.stdout.write(
                _("Atendiendo a los bots: %(bots)s. Ctrl-C para terminar.") % {"bots": _names(bots) or "—"}
            )
            self.stdout.flush()
            poll_all()

    def _set(self, bots: list[Bot]) -> None:
        if missing := missing_for_webhook(bots):
            raise CommandError("\n".join(missing))
        self._tell(set_webhooks(bots))
        for bot in bots:
            wake(profile.JOB, bot.account_id)

    def _tell(self, said: list[Said]) -> None:
        for one in said:
            self.stdout.write(f"{one.bot}: {one.words}")
        if not all(one.good for one in said):
            raise CommandError(_("No se ha podido con todos los bots."))


def _names(bots: list[Bot]) -> str:
    return ", ".join(bot.words for bot in bots)
