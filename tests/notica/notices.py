"""Entries in Notica made by hand, for tests of its list."""

from datetime import timedelta
from itertools import count
from typing import Any

from notica.models import InboxEntry, Message, Recipient
from plumier.clock import database_now
from plumier.models import Person

_numbers = count(1)


def make_entry(person: Person, **fields: Any) -> InboxEntry:
    """A notice that came `ago` (a timedelta); other fields are the message's, `entry` the entry's."""
    now, number = database_now(), next(_numbers)
    at = now - fields.pop("ago", timedelta(minutes=number))
    own = fields.pop("entry", {})
    message = Message.objects.create(
        **{
            "school": person.school,
            "kind": "fees",
            "to": "personal",
            "way": "notica",
            "subject": f"Tasas {number}",
            "params": {"day": at.date().isoformat(), "code": person.school.code, "lines": []},
            "client_key": f"entry-{number}",
            "fingerprint": "",
            "not_before": at,
            "state": "finished",
            "created_at": at,
            "fanned_out_at": at,
            "finished_at": at,
            **fields,
        }
    )
    told = Recipient.objects.create(
        message=message, school=person.school, person=person, outcome="reached", reason="notica", closed_at=at
    )
    return InboxEntry.objects.create(
        **{
            "message": message,
            "recipient": told,
            "person": person,
            "created_at": at,
            "expires_at": at + timedelta(days=90),
            **own,
        }
    )
