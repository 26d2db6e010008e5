"""What somebody is writing, and what has been written to her."""

from datetime import timedelta

from notica.models import InboxEntry, KeptDraft, Message, Recipient
from plumier.clock import database_now
from plumier.models import Student, User


def make_draft(director: User, student: Student, words: str) -> KeptDraft:
    """What a director is writing to a student's family."""
    now = database_now()
    return KeptDraft.objects.create(
        school=student.school,
        by=director,
        to="familia",
        way="email",
        students=[student.pk],
        subject=words,
        body=words,
        created_at=now,
        updated_at=now,
    )


def make_entry(director: User, subject: str) -> InboxEntry:
    """A notice of the system in a director's Notica."""
    now, person = database_now(), director.people.get()
    notice = Message.objects.create(
        school=person.school,
        kind="fees",
        to="personal",
        way="notica",
        subject=subject,
        params={"day": now.date().isoformat(), "code": person.school.code, "lines": []},
        client_key=f"fees-{subject}",
        fingerprint="",
        not_before=now,
        state="finished",
        created_at=now,
        fanned_out_at=now,
        finished_at=now,
    )
    told = Recipient.objects.create(
        message=notice, school=person.school, person=person, outcome="reached", closed_at=now
    )
    return InboxEntry.objects.create(
        message=notice, recipient=told, person=person, created_at=now, expires_at=now + timedelta(days=90)
    )
