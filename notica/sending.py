"""The `send_message` command's work: from its options to an exit code.

0: all reached (or queued, when nobody waits); 3: somebody was not; 2: refused, with a sentence.
"""

import json
import sys
import uuid
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from notica.actions import send
from notica.choices import Audience, MessageState, Way
from notica.choosing import find_groups, find_students
from notica.drafts import Choice, Draft
from notica.files import KeptFile, keep, look_at
from notica.models import Message
from notica.previewing import preview
from notica.refusals import Refused
from notica.reporting import forecast, report
from notica.tables import plan_table, result_table, totals_table
from notica.waiting import resumes_at, wait_for, wait_for_acuses, workers
from plumier.clock import database_now
from plumier.models import School, User

OK, REFUSED, SOMEBODY_NOT, INTERRUPTED = 0, 2, 3, 130
LATE = timedelta(minutes=5)  # an hour only just past is sent at once


def run(options: Namespace) -> int:
    """Do what the options ask for; the exit code."""
    with translation.override("es"):
        try:
            school, sender = _school(options.school), _user(options.by)
            draft = _draft(options, school)
            if options.dry_run:
                return _forecast(options, draft, sender)
            if options.wait:
                return _send_and_wait(options, draft, sender)
            return _show(options, send(draft, by=sender, now=database_now()))
        except Refused as refusal:
            print(refusal, file=sys.stderr)
            return REFUSED


def _school(code: str) -> School:
    school = School.objects.filter(code=code).first()
    if school is None:
        raise Refused(_("No hay ningún centro con el código %(code)s.") % {"code": code})
    return school


def _user(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Refused(_("No hay ningún usuario activo «%(name)s».") % {"name": username})
    return user


def _draft(options: Namespace, school: School) -> Draft:
    choice = Choice(
        Audience(options.to),
        groups=find_groups(school, options.group),
        students=find_students(school, options.expediente),
        everyone=options.everyone,
    )
    return Draft(
        school=school,
        kind="message",
        choice=choice,
        way=Way(options.channel),
        client_key=uuid.uuid4().hex,
        body=options.text,
        subject=options.subject,
        email_after=options.fallback == "email",
        files=tuple(_file(path, look_at if options.dry_run else keep) for path in options.attach),
        not_before=_moment(options.at, school),
    )


def _file(path: str, take: Callable[[Path], KeptFile]) -> KeptFile:
    try:
        return take(Path(path))
    except OSError as error:
        raise Refused(
            _("No se puede leer el fichero %(path)s: %(why)s.") % {"path": path, "why": error.strerror}
        ) from error


def _moment(typed: str, school: School) -> datetime | None:
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise Refused(
            _("«%(typed)s» no es una fecha y hora. Un ejemplo: 2026-11-23T08:30.") % {"typed": typed}
        ) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(school.time_zone))
    if moment < database_now() - LATE:
        raise Refused(
            _("El %(when)s ya ha pasado. Indique una hora futura.") % {"when": _local(moment, school)}
        )
    return moment


def _forecast(options: Namespace, draft: Draft, sender: User) -> int:
    found = preview(draft, by=sender, now=database_now())
    data = forecast(found.message, found.prepared)
    leaves_at = found.leaves_at.astimezone(ZoneInfo(draft.school.time_zone))
    if options.json:
        _print_json({**data, "leaves_at": leaves_at.isoformat()})
        return OK
    console = Console()
    console.print(plan_table(data))
    console.print(_("Sale: %(when)s") % {"when": _local(found.leaves_at, draft.school)})
    return OK


def _send_and_wait(options: Namespace, draft: Draft, sender: User) -> int:
    with workers():
        message = send(draft, by=sender, now=database_now())
        try:
            _watch(message)
            wait_for_acuses([message.pk])
        except KeyboardInterrupt:
            print(_("El envío sigue en curso; su resultado quedará en su página."), file=sys.stderr)
            return INTERRUPTED
    later = resumes_at([message.pk])
    if later is not None:
        when = _local(later, draft.school)
        print(
            _("El envío sigue en curso: el próximo intento es el %(when)s.") % {"when": when}, file=sys.stderr
        )
    return _show(options, message)


def _local(moment: datetime, school: School) -> str:
    return date_format(moment.astimezone(ZoneInfo(school.time_zone)), "DATETIME_FORMAT")


def _watch(message: Message) -> None:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_("Enviando"), total=None)
        wait_for(
            [message.pk], lambda ended, total: progress.update(task, completed=ended, total=total or None)
        )


def _show(options: Namespace, message: Message) -> int:
    message.refresh_from_db()
    data = report(message)
    if options.json:
        _print_json(data)
    elif options.wait:
        console = Console()
        console.print(result_table(data))
        console.print(totals_table(data))
    else:
        print(_("Envío %(number)s en cola.") % {"number": message.pk})
    if not options.wait:
        return OK
    ended = data["state"] == MessageState.FINISHED
    all_reached = data["totals"]["reached"] == data["totals"]["recipients"]
    return OK if ended and all_reached else SOMEBODY_NOT


def _print_json(data: dict[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False))
