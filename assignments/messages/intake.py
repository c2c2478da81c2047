"""What is told on the day to look at a conversation again."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Intake
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import key_of
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

REVISIT = "assignments.intake_revisit"


def load(ids: Collection[int]) -> dict[int, Intake]:
    newer = Intake.objects.filter(mentorship=OuterRef("mentorship"), number__gt=OuterRef("number"))
    intakes = Intake.objects.select_related("mentorship__mentee", "mentorship__mentor").annotate(newer=Exists(newer))
    return intakes.in_bulk(ids)


def _still_due(notice: Notice, intake: Intake) -> bool:
    """The two go on, the day is the one this was planned for, and no newer conversation was begun."""
    if intake.revisit_on is None or intake.newer or intake.mentorship.ended_on is not None:  # type: ignore[attr-defined]
        return False
    planned = {"revision": intake.revisit_revision, "local_date": intake.revisit_on}
    return notice.key == key_of(REVISIT, intake, recipient=notice.recipient, **planned)


def _revisit(notice: Notice, intake: Intake) -> Letter:
    mentorship = intake.mentorship
    other = mentorship.mentor if notice.recipient_id == mentorship.mentee_id else mentorship.mentee
    names = {"day": day(intake.revisit_on), "other": other.name, "kept": day(intake.kept_at)}
    return Letter(
        subject=_("%(day)s: talk again with %(other)s") % names,
        paragraphs=(
            _("On %(kept)s the two of you chose this day to look at your conversation again.") % names,
            _("The next one begins with the last words, so that you only change what has changed."),
        ),
        action=_("Open the conversation"),
        path=reverse("assignments:intakes", args=[mentorship.code]),
        why=_("you chose this day when you kept the conversation; there is only this one reminder"),
    )


KINDS = (Kind(REVISIT, load, _still_due, _revisit, topic=Topic.CHECK_INS, waiting="intake_revisit"),)
