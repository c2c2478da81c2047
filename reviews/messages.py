"""What people are told about reviews and exports."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic

from .models import READABLE, Export, ExportStatus, Review
from .models.export import OWN

FINAL = "reviews.final"
EXPORT_READY = "reviews.export_ready"


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
    return Export.objects.in_bulk(ids)


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
    person = notice.recipient
    return export.status == ExportStatus.COMPLETE and person is not None and (person.is_hr or export.format == OWN)


def _export_letter(notice: Notice, export: Export) -> Letter:
    if export.format == OWN:
        return _own_letter()
    words = {"rows": export.rows_written}
    return Letter(
        subject=_("Your export is ready"),
        paragraphs=(
            _("The file has %(rows)s rows and can be fetched for 24 hours, once you have confirmed that it is you.")
            % words,
            _("It holds what was said of named people. Keep it where only those who need it can read it."),
        ),
        action=_("Open the export"),
        path=reverse("reviews:export", args=[export.code]),
        why=_("you asked for this export"),
    )


def _own_letter() -> Letter:
    return Letter(
        subject=_("The archive of your data is ready"),
        paragraphs=(_("It can be fetched for 24 hours, once you have confirmed that it is you."),),
        action=_("Open my data"),
        path=reverse("keeping:my-data"),
        why=_("you asked for a copy of your data"),
    )


KINDS = (
    Kind(
        FINAL,
        _load_reviews,
        lambda notice, review: review.status in READABLE,
        _final_letter,
        topic=Topic.REVIEWS,
    ),
    Kind(
        EXPORT_READY,
        _load_exports,
        _can_be_fetched,
        _export_letter,
        must_arrive=True,
        topic=Topic.REVIEWS,
        urgent=True,
        each=1,
    ),
)


def register_all() -> None:
    for kind in KINDS:
        kinds.register(kind)
