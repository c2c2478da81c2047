"""Who hears of a finished closing: the mentor, and the sponsor with thanks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic

from .models import Closing, LessonAudience

FINISHED = "reviews.closing_finished"
THANKS = "reviews.closing_thanks"


def finished(closing: Closing) -> None:
    """Tell the mentor that it can be read, and thank the sponsor."""
    outbox.queue(FINISHED, closing, recipient=closing.assignment.mentor)
    if closing.assignment.sponsor is not None:
        outbox.queue(THANKS, closing, recipient=closing.assignment.sponsor)


def _load(ids: Collection[int]) -> Mapping[int, Closing]:
    people = ("assignment__mentee", "assignment__mentor", "assignment__sponsor")
    return Closing.objects.select_related(*people).prefetch_related("lessons").in_bulk(ids)


def _is_mentor(notice: Notice, closing: Closing) -> bool:
    return notice.recipient_id == closing.assignment.mentor_id


def _is_sponsor(notice: Notice, closing: Closing) -> bool:
    return notice.recipient_id == closing.assignment.sponsor_id


def _finished_letter(notice: Notice, closing: Closing) -> Letter:
    words = {"mentee": closing.assignment.mentee.name, "title": closing.assignment.title}
    shown = sum(lesson.audience != LessonAudience.PRIVATE for lesson in closing.lessons.all())
    lessons = ngettext("%(n)s lesson is for you to read.", "%(n)s lessons are for you to read.", shown) % {"n": shown}
    told = (_("%(mentee)s has closed “%(title)s” with care.") % words,)
    return Letter(
        subject=_("%(mentee)s has looked back at “%(title)s”") % words,
        paragraphs=(*told, *((lessons,) if shown else ()), _("Talk about it, and about what could be next.")),
        action=_("Read it"),
        path=reverse("reviews:closing", args=[closing.assignment.code]),
        why=_("you are the mentor of this assignment"),
    )


def _thanks_letter(notice: Notice, closing: Closing) -> Letter:
    words = {"mentee": closing.assignment.mentee.name, "title": closing.assignment.title}
    return Letter(
        subject=_("Thank you for sponsoring “%(title)s”") % words,
        paragraphs=(
            _("“%(title)s” is over, and %(mentee)s has looked back at it. Thank you for making it possible.") % words,
            _("What the outcomes came to can be read on one page."),
        ),
        action=_("See the outcomes"),
        path=reverse("reviews:closing", args=[closing.assignment.code]),
        why=_("you sponsored this assignment"),
    )


KINDS = (
    Kind(FINISHED, _load, _is_mentor, _finished_letter, topic=Topic.REVIEWS, queries=2),
    Kind(THANKS, _load, _is_sponsor, _thanks_letter, topic=Topic.REVIEWS, queries=2),
)


def register_all() -> None:
    for kind in KINDS:
        kinds.register(kind)
