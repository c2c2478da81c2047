"""What reviews hold about people, and what becomes of it when somebody is erased.

Ratings stay as numbers, because the figures of whoever gave them rest on them; the words about an erased person go,
those that the person wrote about others stay with these others.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.personal import NO_ADDRESS, Holding, Outsiders, Own, Personal

from .actions.review import finish_panel
from .models import READABLE, Export, ExportStatus, Review, ReviewStatus

OF_WORK = "assignment__mentee"
OF_CLOSING = "closing__assignment__mentee"

DOCUMENTS = (
    Holding("reviews.Letter", OF_WORK, delete=True),
    Holding("reviews.DocumentPaper", "document__person", delete=True),
    Holding("reviews.DocumentWithdrawal", "document__person", delete=True),
    Holding("reviews.IssuedDocument", "person", delete=True),
    Holding("reviews.OwnDraft", "person", delete=True),
    Holding("reviews.ReviewNarrative", OF_WORK, delete=True),
)
# What the law may ask to keep; then it is said whose law and until when.
PACKETS = (
    Holding("reviews.PacketStatement", "packet__assignment__mentee", delete=True, by_law=True),
    Holding("reviews.PacketAddendum", "packet__assignment__mentee", delete=True, by_law=True),
    Holding("reviews.ReviewPacket", OF_WORK, delete=True, by_law=True),
)
RATINGS = (
    Holding("reviews.Review", OF_WORK, when={"rater__isnull": False}),
    Holding("reviews.Review", OF_WORK, when={"rater__isnull": True}, to={"rater_email": NO_ADDRESS}),
    Holding("reviews.Score", "review__assignment__mentee"),
    Holding("reviews.ScoreChange", "score__review__assignment__mentee"),
    Holding("reviews.CalibrationItem", OF_WORK),
    Holding("reviews.CalibrationWaiver", OF_WORK),
    Holding("reviews.RaterSeverity", "rater", delete=True),
    Holding("reviews.PracticeRating", "practice__person", delete=True),
    Holding("reviews.RatingPractice", "person", delete=True),
)
CLOSING = (
    Holding("reviews.ClosingOutcome", OF_CLOSING),
    Holding("reviews.Lesson", OF_CLOSING, to={"named": False}),
    Holding("reviews.ClosingGoal", OF_CLOSING),
)
OTHERS = (
    # How to reach whoever writes one for somebody else.
    Holding("reviews.Letter", "author", stays=("words", "facts", "remarks")),
    Holding("reviews.GroupAnswer", "person", delete=True),
    Holding("reviews.Export", "requested_by", stays=("tables", "filter", "counts", "sha256", "error")),
)


# Of final reviews, without who rated; one's own ratings of others, and what one wrote about oneself.
OWN = (
    Own("ratings_of_me", "reviews.Score", ("review__assignment__mentee",), when={"review__status__in": READABLE}),
    Own(
        "reviews_of_me",
        "reviews.Review",
        (OF_WORK,),
        when={"status__in": READABLE},
        hide=("rater_name", "rater_email", "link", "asked_by", "taken_back_by"),
    ),
    Own("reviews_i_wrote", "reviews.Review", ("rater",), hide=("rater_name", "rater_email", "link")),
    Own("ratings_i_gave", "reviews.Score", ("review__rater",)),
    Own("narratives", "reviews.ReviewNarrative", (OF_WORK,)),
    Own("packet_statements", "reviews.PacketStatement", ("by",)),
    Own("issued_documents", "reviews.IssuedDocument", ("person",), hide=("content",)),
    Own("document_files", "reviews.DocumentPaper", ("document__person",), file="pdf"),
    Own("own_documents_in_the_making", "reviews.OwnDraft", ("person",), hide=("names",)),
    Own("closing_outcomes", "reviews.ClosingOutcome", (OF_CLOSING,)),
    Own("closing_lessons", "reviews.Lesson", (OF_CLOSING,)),
    Own("closing_goals", "reviews.ClosingGoal", (OF_CLOSING,)),
    Own("groups", "reviews.GroupAnswer", ("person",)),
    Own("rating_practice", "reviews.PracticeRating", ("practice__person",), hide=("gold",)),
    Own("exports_i_asked_for", "reviews.Export", ("requested_by",), hide=("file", "lease_until", "error")),
)


def take_back_open_reviews(person: User) -> None:
    """Nobody is asked to rate somebody who is erased, nor waited for who was to rate."""
    Review.objects.filter(Q(rater=person) | Q(assignment__mentee=person), status=ReviewStatus.DRAFT).update(
        status=ReviewStatus.WITHDRAWN, settled_at=now()
    )


def take_back_ratings(address: str, until: datetime) -> None:
    """Whoever has no account is asked no more, and none of their links leads anywhere; who waited for them goes on."""
    asked = Review.objects.filter(rater__isnull=True, rater_email__iexact=address, asked_at__lte=until)
    for review in asked:
        gone = {"link": uuid.uuid4()}
        if review.status == ReviewStatus.DRAFT:
            gone |= {"status": ReviewStatus.WITHDRAWN, "settled_at": now(), "summary": "", "edit": F("edit") + 1}
        Review.objects.filter(pk=review.pk).update(**gone)
        if review.status == ReviewStatus.DRAFT:
            review.scores.all().delete()
            finish_panel(review, by=None)
    _end_exports()


def end_exports(person: User) -> None:
    _end_exports()


def _end_exports() -> None:
    """Files for HR that were written before could name the person: they are gone at once, not within their day."""
    ready = Export.objects.filter(status=ExportStatus.COMPLETE).exclude(file="")
    names = list(ready.values_list("file", flat=True))
    ready.update(status=ExportStatus.EXPIRED, file="")
    # One that is being written has read rows already: whoever writes it loses it, as to another worker, and it is
    # written again from the first row. One that waits is not taken up before this is committed.
    held = Q(lease_until__gte=now()) | Q(rows_written__gt=0)
    over = {"lease_until": now() - timedelta(seconds=1), "rows_written": 0}
    Export.objects.filter(held, status=ExportStatus.RUNNING).update(attempts=F("attempts") + 1, **over)
    Export.objects.filter(status=ExportStatus.QUEUED).update(rows_written=0)
    for name in names:
        # One that cannot be removed now keeps no other from it: no row names it any more, and it is swept away.
        transaction.on_commit(partial(default_storage.delete, name), robust=True)


PERSONAL = Personal(
    own=OWN,
    holdings=DOCUMENTS + PACKETS + RATINGS + CLOSING + OTHERS,
    not_personal={
        **{
            f"reviews.{name}": "the organisation's own, of nobody's work"
            for name in ("Rubric", "Criterion", "Level", "ReviewCycle", "Division", "Vignette")
        },
        **{
            f"reviews.{name}": "numbers, days and links between rows"
            for name in (
                "SharedResult",
                "AgreementReading",
                "EquityReport",
                "CalibrationAttendance",
                "Closing",
                "NextStep",
            )
        },
        "reviews.CalibrationSession": "of a meeting, about nobody in particular; names in it are replaced",
    },
    stays={
        "reviews.ReviewPacket": "the frozen packet of somebody else names its raters, and cannot be changed",
        "reviews.IssuedDocument": "a letter signed for somebody else names who signed it, and cannot be changed",
        "reviews.DocumentPaper": "the paper of such a letter",
    },
    outsiders=(
        Outsiders(
            "reviews.Review",
            "rater_email",
            "rater_name",
            at="asked_at",
            called=gettext_lazy("Requests to rate"),
            to={"decline_reason": ""},
        ),
        Outsiders("reviews.RaterSeverity", "email", "name", at="reading__as_of", delete=True),
    ),
    before=(take_back_open_reviews,),
    after=(end_exports,),
    outside=(take_back_ratings,),
)
