"""What people are told about reviews and exports."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.env import today
from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic

from .models import READABLE, Export, ExportStatus, Review, ReviewStatus

ASKED, FINAL, WITHDRAWN = "reviews.asked", "reviews.final", "reviews.withdrawn"
EXPORT_READY = "reviews.export_ready"


def asked(review: Review) -> None:
    """Tell a rater that their review is wanted."""
    outbox.queue(ASKED, review, recipient=review.addressee, revision=review.edit - 1)


def withdrawn(review: Review) -> None:
    """Tell a rater that their review is not asked for any more."""
    outbox.queue(WITHDRAWN, review, recipient=review.addressee, revision=review.edit)


def final(own: Review) -> None:
    """Tell mentee and mentor that all reviews of the assignment can be read."""
    for person in (own.assignment.mentee, own.assignment.mentor):
        outbox.queue(FINAL, own, recipient=person)


def export_ready(export: Export) -> None:
    """Tell the one who asked that the file can be fetched."""
    if export.requested_by is not None:
        outbox.queue(EXPORT_READY, export, recipient=export.requested_by, revision=export.attempts)


def _load_reviews(ids: Collection[int]) -> Mapping[int, Review]:
    people = ("assignment__mentee", "assignment__mentor", "asked_by", "cycle")
    return Review.objects.select_related(*people).in_bulk(ids)


def _load_exports(ids: Collection[int]) -> Mapping[int, Export]:
    return Export.objects.select_related("cycle").in_bulk(ids)


def _day(day) -> str:
    """“Tue 24 Nov”, with the year when it is another."""
    return format_date(day, "D j M" if day.year == today().year else "D j M Y")


def _still_to_write(notice: Notice, review: Review) -> bool:
    return review.status == ReviewStatus.DRAFT and notice.recipient_id == review.rater_id


def _asked_letter(notice: Notice, review: Review) -> Letter:
    words = {"day": _day(review.due_on), "title": review.assignment.title, "mentee": review.assignment.mentee.name}
    return Letter(
        subject=_("%(day)s: review “%(title)s”") % words,
        paragraphs=(
            _("You are asked to review “%(title)s”, the stretch assignment of %(mentee)s, by %(day)s.") % words,
            _("You rate four criteria from what you saw and link the evidence. It takes about ten minutes."),
            _("Nobody sees your review before everybody has handed theirs in. Then %(mentee)s and the mentor do.")
            % words,
        ),
        action=_("Write the review"),
        path=reverse("reviews:review", args=[review.code]),
        why=_("you were named as one of the people who saw this work"),
    )


def _withdrawn_letter(notice: Notice, review: Review) -> Letter:
    words = {"title": review.assignment.title, "mentee": review.assignment.mentee.name}
    return Letter(
        subject=_("Your review of “%(title)s” is not asked for any more") % words,
        paragraphs=(
            _("Somebody else has taken over as sponsor of “%(title)s” and reviews it in your place.") % words,
            _("What you may have typed was not handed in: it counts nowhere, and nobody reads it."),
        ),
        action=_("See my reviews"),
        path=reverse("reviews:list"),
        why=_("you were asked to review this work"),
    )


def _final_letter(notice: Notice, review: Review) -> Letter:
    words = {"title": review.assignment.title}
    return Letter(
        subject=_("The reviews of “%(title)s” can be read") % words,
        paragraphs=(
            _("Everybody has handed in their review of “%(title)s”.") % words,
            _("Read them side by side, and talk about where they differ."),
        ),
        action=_("Read the reviews"),
        path=reverse("reviews:for-assignment", args=[review.assignment.code]),
        why=_("this assignment is yours, as mentee or as mentor"),
    )


def _can_be_fetched(notice: Notice, export: Export) -> bool:
    return export.status == ExportStatus.COMPLETE


def _export_letter(notice: Notice, export: Export) -> Letter:
    words = {"cycle": export.cycle.name, "rows": export.rows_written}
    return Letter(
        subject=_("Your export of “%(cycle)s” is ready") % words,
        paragraphs=(
            _("The file has %(rows)s rows and can be fetched for 24 hours.") % words,
            _("It holds ratings of named people. Keep it where only those who need it can read it."),
        ),
        action=_("Open the export"),
        path=reverse("reviews:export", args=[export.code]),
        why=_("you asked for this export"),
    )


KINDS = (
    Kind(ASKED, _load_reviews, _still_to_write, _asked_letter, topic=Topic.REVIEWS),
    Kind(
        FINAL,
        _load_reviews,
        lambda notice, review: review.status in READABLE,
        _final_letter,
        topic=Topic.REVIEWS,
    ),
    Kind(
        WITHDRAWN,
        _load_reviews,
        lambda notice, review: review.status == ReviewStatus.WITHDRAWN,
        _withdrawn_letter,
        topic=Topic.REVIEWS,
    ),
    Kind(
        EXPORT_READY, _load_exports, _can_be_fetched, _export_letter, must_arrive=True, topic=Topic.REVIEWS, urgent=True
    ),
)


def register_all() -> None:
    for kind in KINDS:
        kinds.register(kind)
