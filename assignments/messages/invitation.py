"""The rhythm as an invitation in a mail, for each the days that are theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from assignments import cadence
from assignments.models import Assignment, Charter, CheckIn, Rhythm, SponsorRhythm, Status
from stretchhub.env import now, today
from stretchhub.invitations import Sender, Series, calendar_of, method_of
from stretchhub.notices.kinds import Attachment, Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue, queue_many

from .assignment import address, takes_part

SENT = "assignments.rhythm_invited"
CANCELLED = "assignments.rhythm_cancelled"
WITHDRAWN = "assignments.rhythm_withdrawn"
MINUTES, SPONSOR_MINUTES = 20, 15


def sent(assignment: Assignment, charter: Charter) -> None:
    _tell(SENT, assignment, charter)


def cancelled(assignment: Assignment, charter: Charter) -> None:
    _tell(CANCELLED, assignment, charter)


def withdrawn(assignment: Assignment, charter: Charter, sponsor: Any) -> None:
    """To somebody who was the sponsor."""
    queue(WITHDRAWN, assignment, recipient=sponsor, revision=charter.invitations)


def _tell(kind: str, assignment: Assignment, charter: Charter) -> None:
    people = {p.pk: p for p in (assignment.mentee, assignment.mentor, assignment.sponsor) if p is not None}
    queue_many(draft(kind, assignment, recipient=each, revision=charter.invitations) for each in people.values())


def load(ids: Collection[int]) -> dict[int, Assignment]:
    return Assignment.objects.select_related("mentee", "mentor", "sponsor", "charter").in_bulk(ids)


def series_for(assignment: Assignment, person_id: int) -> list[tuple[str, Series]]:
    """The name of each file and what is in it: check-ins for the two, those with the sponsor for mentee and sponsor."""
    found = []
    if person_id in (assignment.mentee_id, assignment.mentor_id):
        found.append(("check-ins.ics", _check_ins(assignment)))
    if person_id in (assignment.mentee_id, assignment.sponsor_id):
        found += zip(("sponsor.ics", "sponsor-monthly.ics"), _with_sponsor(assignment), strict=True)
    return found


def _check_ins(assignment: Assignment) -> Series:
    mentee = assignment.mentee
    planned = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True, due_on__gte=today(mentee.zone))
    days = planned.order_by("due_on").values_list("due_on", flat=True) if _runs(assignment) else []
    title = _("Check-in: %(title)s") % {"title": assignment.title}
    return Series(_uid(assignment, "check-ins"), title, tuple(days), assignment.charter.rhythm, MINUTES, mentee.zone)


def _with_sponsor(assignment: Assignment) -> tuple[Series, Series]:
    """The first six weeks and the months after them are two series; any other rhythm is the first alone."""
    rhythm, zone = assignment.charter.sponsor_rhythm, (assignment.sponsor or assignment.mentee).zone
    close, monthly = _sponsor_days(assignment, rhythm)
    title = _("With the sponsor: %(title)s") % {"title": assignment.title}
    first = Rhythm.FORTNIGHTLY if rhythm == SponsorRhythm.TWO_THEN_MONTHLY else rhythm
    return (
        Series(_uid(assignment, "sponsor"), title, close, first, SPONSOR_MINUTES, zone),
        Series(_uid(assignment, "sponsor-monthly"), title, monthly, Rhythm.MONTHLY, SPONSOR_MINUTES, zone),
    )


def _sponsor_days(assignment: Assignment, rhythm: str) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Those ahead on the sponsor's own working days."""
    sponsor = assignment.sponsor
    begun = assignment.talks_from
    if not _runs(assignment) or sponsor is None or begun is None or assignment.ends_on is None:
        return (), ()
    days = cadence.sponsor_days(rhythm, begun, assignment.ends_on, sponsor.working_days)
    last_close = cadence.CLOSE_TIMES if rhythm == SponsorRhythm.TWO_THEN_MONTHLY else len(days)
    here = today(sponsor.zone)
    close, monthly = days[:last_close], days[last_close:]
    return tuple(day for day in close if day >= here), tuple(day for day in monthly if day >= here)


def _runs(assignment: Assignment) -> bool:
    return assignment.status == Status.ACTIVE


def _uid(assignment: Assignment, what: str) -> str:
    return f"{assignment.code}-{what}@{settings.SITE_HOST or 'localhost'}"


def _files(notice: Notice, assignment: Assignment) -> tuple[Attachment, ...]:
    person, number = notice.recipient, int(notice.key.split(":")[2])
    sender = Sender(settings.DEFAULT_FROM_EMAIL, person.name, person.email)
    found = series_for(assignment, person.pk) or _of_a_former_sponsor(assignment)
    files = []
    for name, series in found:
        # What nobody was ever invited to needs no taking back.
        if series.days or number > 1:
            content = calendar_of(series, sender, number=number - 1, at=now())
            files.append(Attachment(name, content, f"text/calendar; method={method_of(series)}"))
    return tuple(files)


def _of_a_former_sponsor(assignment: Assignment) -> list[tuple[str, Series]]:
    gone = [
        Series(series.uid, series.title, (), series.rhythm, series.minutes, series.zone)
        for series in _with_sponsor(assignment)
    ]
    return list(zip(("sponsor.ics", "sponsor-monthly.ics"), gone, strict=True))


def _is_last(notice: Notice, assignment: Assignment) -> bool:
    return int(notice.key.split(":")[2]) == assignment.charter.invitations


def _still_invited(notice: Notice, assignment: Assignment) -> bool:
    return _runs(assignment) and _is_last(notice, assignment) and takes_part(notice, assignment)


def _still_cancelled(notice: Notice, assignment: Assignment) -> bool:
    return not _runs(assignment) and _is_last(notice, assignment)


def _still_withdrawn(notice: Notice, assignment: Assignment) -> bool:
    return notice.recipient_id != assignment.sponsor_id


def _sent(notice: Notice, assignment: Assignment) -> Letter:
    changed = int(notice.key.split(":")[2]) > 1
    subject = _("New days for your calendar: %(title)s") if changed else _("For your calendar: %(title)s")
    said = (
        _("The rhythm has changed. Open the attached file and your calendar moves the days; yours alone are in it.")
        if changed
        else _("The rhythm you agreed on is attached for your calendar. Move each talk to an hour that suits you.")
    )
    return _letter(notice, assignment, subject, said)


def _cancelled(notice: Notice, assignment: Assignment) -> Letter:
    said = _("Open the attached file and the days leave your calendar.")
    return _letter(notice, assignment, _("No more days in your calendar: %(title)s"), said)


def _withdrawn(notice: Notice, assignment: Assignment) -> Letter:
    said = _("You are not the sponsor any more. Open the attached file and the days leave your calendar.")
    letter = _letter(notice, assignment, _("No more days in your calendar: %(title)s"), said)
    return Letter(
        letter.subject, letter.paragraphs, _("Open Today"), "/", _("you were the sponsor"), "", letter.attachments
    )


def _letter(notice: Notice, assignment: Assignment, subject: str, said: str) -> Letter:
    return Letter(
        subject=subject % {"title": assignment.title},
        paragraphs=(said,),
        action=_("Open the assignment"),
        path=address(assignment),
        why=_("you take part in this assignment"),
        attachments=_files(notice, assignment),
    )


KINDS = (
    Kind(SENT, load, _still_invited, _sent, urgent=True),
    Kind(CANCELLED, load, _still_cancelled, _cancelled, urgent=True),
    Kind(WITHDRAWN, load, _still_withdrawn, _withdrawn, urgent=True),
)
