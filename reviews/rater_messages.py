"""What raters are told, what whoever asked them hears, and what the opening of a cycle brings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import time

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.cadence import slot_utc
from assignments.models import Assignment
from stretchhub.env import now, today
from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Item, Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic
from stretchhub.people.models import User
from stretchhub.templatetags.words import day

from .launching import not_started
from .models import NAMED, READABLE, Review, ReviewCycle, ReviewStatus, SharedResult
from .review_links import path_of

MORNING = time(9)
ASKED, ASKED_OUTSIDE = "reviews.asked", "reviews.asked_outside"
DUE = "reviews.due_soon"
REMINDED, REMINDED_OUTSIDE = "reviews.reminded", "reviews.reminded_outside"
WITHDRAWN, DECLINED, SHARED, OPENED = "reviews.withdrawn", "reviews.declined", "reviews.shared", "reviews.cycle_opened"
# By any of these a rater has heard that their review is wanted.
TOLD_OF_REVIEW = (ASKED, ASKED_OUTSIDE, DUE, REMINDED, REMINDED_OUTSIDE)


def asked(review: Review) -> None:
    """Tell a rater that their review is wanted; an outsider by a link that only the mail holds."""
    kind = ASKED if review.rater_id else ASKED_OUTSIDE
    outbox.queue(kind, review, recipient=review.addressee, revision=review.edit - 1)


def remind(reviews: Iterable[Review]) -> None:
    """Remind raters, once a day at the most however many ask for it."""
    outbox.queue_many(
        outbox.draft(
            REMINDED if review.rater_id else REMINDED_OUTSIDE,
            review,
            recipient=review.addressee,
            local_date=today(review.addressee.zone),
        )
        for review in reviews
    )


def remind_outsiders(reviews: Iterable[Review]) -> None:
    """Remind outsiders before their day, once for each day that they were given, in the morning where they are."""
    outbox.queue_many(
        outbox.draft(
            REMINDED_OUTSIDE,
            review,
            recipient=review.addressee,
            local_date=review.due_on,
            due_at=max(now(), slot_utc(today(review.addressee.zone), MORNING, review.addressee.zone)),
        )
        for review in reviews
    )


def withdrawn(review: Review) -> None:
    """Tell a rater with an account that their review is not asked for any more; an outsider's link just ends."""
    if review.rater is not None:
        outbox.queue(WITHDRAWN, review, recipient=review.rater, revision=review.edit)


def declined(review: Review) -> None:
    """Tell whoever asked that somebody said no, so that they can name somebody else."""
    if review.asked_by is not None:
        outbox.queue(DECLINED, review, recipient=review.asked_by, revision=review.edit)


def shared(own: Review) -> None:
    """Tell the sponsor, the first time, that the final result can be read."""
    if own.assignment.sponsor is not None:
        outbox.queue(SHARED, own, recipient=own.assignment.sponsor)


def opened(cycle: ReviewCycle) -> None:
    """Tell mentors and mentees whose work is to be reviewed in this cycle, one mail each."""
    pairs = not_started(cycle).values_list("mentee_id", "mentor_id")
    people = User.objects.active().filter(pk__in={person for pair in pairs for person in pair})
    outbox.queue_many(
        outbox.draft(OPENED, cycle, recipient=person, local_date=cycle.opens_on) for person in people.order_by("pk")
    )


def load_reviews(ids: Collection[int]) -> Mapping[int, Review]:
    people = ("rater", "assignment__mentee", "assignment__mentor", "assignment__sponsor", "asked_by", "cycle")
    return Review.objects.select_related(*people, "taken_back_by").in_bulk(ids)


def _load_cycles(ids: Collection[int]) -> Mapping[int, ReviewCycle]:
    return ReviewCycle.objects.in_bulk(ids)


def _names(review: Review) -> dict[str, str]:
    assignment, sponsor = review.assignment, review.assignment.sponsor
    return {
        "title": assignment.title,
        "mentee": assignment.mentee.name,
        "mentor": assignment.mentor.name,
        "sponsor": sponsor.name if sponsor else "",
        "day": day(review.due_on),
        "rater": review.name,
        "asker": review.asked_by.name if review.asked_by else assignment.mentor.name,
        "part": review.get_relation_display().lower(),
        "cycle": review.cycle.name,
    }


def who_reads(review: Review) -> str:
    """Who will read a review, in a few sentences; the same words in the mail and on the form."""
    names = _names(review)
    first = _("By name: %(mentee)s, the mentor %(mentor)s and HR read it, once all reviews are in.") % names
    shown = _("%(mentee)s may show it to the sponsor, %(sponsor)s.") % names
    is_shown = review.assignment.sponsor_id not in (None, review.rater_id)
    return " ".join((first, *((shown,) if is_shown else ()), who_calibrates(review)))


def who_calibrates(review: Review) -> str:
    """Who else reads it, before it is final where levels are talked over."""
    if review.cycle.calibrates:
        return _("Calibrators read it too; where levels lie apart, they talk them over with those who reviewed.")
    return _("So do calibrators, who may amend a level and say why.")


def how_long(review: Review) -> str:
    """Until when it is wanted, and how long it is kept."""
    return _(
        "Wanted by %(day)s. Once handed in it stays on record with the other reviews of “%(cycle)s”;"
        " a draft that you do not hand in is read by nobody."
    ) % _names(review)


def _still_to_write(notice: Notice, review: Review) -> bool:
    mine = notice.recipient_id == review.rater_id
    by_mail = review.rater_id or notice.address.lower() == review.rater_email.lower()
    return review.status == ReviewStatus.DRAFT and mine and bool(by_mail)


def _to_write(review: Review, first: str) -> Letter:
    words = _names(review)
    after: tuple[str, ...]
    if review.relation in NAMED:
        after = (_("You can also say no, or that you have not seen enough to judge."), who_reads(review))
    else:
        after = (
            _("Nobody sees your review before everybody has handed theirs in. Then mentee, mentor and HR read it."),
            who_calibrates(review),
        )
    return Letter(
        subject=_("%(day)s: review “%(title)s”") % words,
        paragraphs=(
            first,
            _("You rate four criteria from what you saw and link the evidence. It takes about fifteen minutes."),
            *after,
            how_long(review),
        ),
        action=_("Write the review"),
        path=path_of(review),
        why=_("you were named as one of the people who saw this work"),
        reply_to=review.asked_by.email if review.asked_by and not review.rater_id else "",
    )


def _asked_letter(notice: Notice, review: Review) -> Letter:
    words = _names(review)
    if review.relation in NAMED:
        first = _("%(asker)s asks you, as %(part)s, to review “%(title)s”, the stretch assignment of %(mentee)s.")
        return _to_write(review, first % words)
    first = _("You are asked to review “%(title)s”, the stretch assignment of %(mentee)s, by %(day)s.")
    return _to_write(review, first % words)


def _reminder_letter(notice: Notice, review: Review) -> Letter:
    if review.due_on < today(review.addressee.zone):
        first = _("Your review of “%(title)s”, by %(mentee)s, was due on %(day)s, and the others wait for it.")
    else:
        first = _("Your review of “%(title)s”, the stretch assignment of %(mentee)s, is due on %(day)s.")
    return _to_write(review, first % _names(review))


def _withdrawn_letter(notice: Notice, review: Review) -> Letter:
    words = _names(review)
    if review.taken_back_by:
        first = _("%(who)s has taken back the question for your review of “%(title)s”.")
        first %= words | {"who": review.taken_back_by.name}
    else:
        first = _("Somebody else has taken over as sponsor of “%(title)s” and reviews it in your place.") % words
    return Letter(
        subject=_("Your review of “%(title)s” is not asked for any more") % words,
        paragraphs=(
            first,
            _("What you may have typed was not handed in: it counts nowhere, and nobody reads it."),
        ),
        action=_("See my reviews"),
        path=reverse("reviews:list"),
        why=_("you were asked to review this work"),
    )


def _declined_letter(notice: Notice, review: Review) -> Letter:
    words = _names(review)
    said = (
        _("%(rater)s has not seen enough of “%(title)s” to review it.")
        if review.no_contact
        else _("%(rater)s would rather not review “%(title)s”.")
    )
    reason = (review.decline_reason,) if review.decline_reason else ()
    return Letter(
        subject=_("%(rater)s does not review “%(title)s”") % words,
        paragraphs=(said % words, *reason, _("You can name somebody else while the reviews are open.")),
        action=_("Name somebody else"),
        path=reverse("reviews:raters", args=[review.assignment.code]),
        why=_("you asked for this review"),
    )


def _shared_letter(notice: Notice, review: Review) -> Letter:
    words = _names(review)
    return Letter(
        subject=_("%(mentee)s shares what the reviews say") % words,
        paragraphs=(_("The final reviews of “%(title)s” are open to you, as its sponsor.") % words,),
        action=_("Read the reviews"),
        path=reverse("reviews:for-assignment", args=[review.assignment.code]),
        why=_("you sponsor this assignment"),
    )


def _is_shared(notice: Notice, review: Review) -> bool:
    assignment = review.assignment
    shared = SharedResult.objects.filter(assignment=assignment, cycle=review.cycle_id)
    return notice.recipient_id == assignment.sponsor_id and shared.exists()


def _waits_for_asking(notice: Notice, cycle: ReviewCycle) -> bool:
    return not_started(cycle, notice.recipient).exists()


def _opened_letter(notice: Notice, cycle: ReviewCycle) -> Letter:
    waiting = list(not_started(cycle, notice.recipient).select_related("mentee", "charter").order_by("pk"))
    words = {"cycle": cycle.name, "day": day(cycle.closes_on)}
    return Letter(
        subject=_("%(day)s: reviews of “%(cycle)s” can be asked for") % words,
        paragraphs=(
            _("The review cycle “%(cycle)s” is open until %(day)s, and the review date you agreed lies in it.") % words,
            _("When the work is done, ask for the reviews: mentee, mentor, sponsor and at least one other person."),
        ),
        action=_("Ask for reviews"),
        path=_start_path(waiting[0]) if len(waiting) == 1 else reverse("today"),
        why=_("the charter of your assignment names a review date in this cycle"),
        items=tuple(_item(assignment) for assignment in waiting),
    )


def _item(assignment: Assignment) -> Item:
    words = {"mentee": assignment.mentee.name, "day": day(assignment.charter.review_on)}
    return Item(assignment.title, _("%(mentee)s, review date %(day)s") % words, _start_path(assignment))


def _start_path(assignment: Assignment) -> str:
    return reverse("reviews:start", args=[assignment.code])


def _is_shown(notice: Notice, review: Review) -> bool:
    """To whoever asked, as long as they look after these reviews: it says who would not, and why."""
    person = notice.recipient
    assert person is not None  # it goes to somebody here
    theirs = person.pk in (review.assignment.mentee_id, review.assignment.mentor_id) or person.is_hr
    return review.status == ReviewStatus.DECLINED and theirs


KINDS = (
    Kind(ASKED, load_reviews, _still_to_write, _asked_letter, topic=Topic.REVIEWS),
    Kind(DUE, load_reviews, _still_to_write, _reminder_letter, topic=Topic.REVIEWS, waiting="reviews.to_write"),
    Kind(REMINDED, load_reviews, _still_to_write, _reminder_letter, topic=Topic.REVIEWS, waiting="reviews.to_write"),
    # The link in these opens a form without signing in, so they are mailed and not shown.
    Kind(ASKED_OUTSIDE, load_reviews, _still_to_write, _asked_letter, on_page=False, topic=Topic.REVIEWS),
    Kind(REMINDED_OUTSIDE, load_reviews, _still_to_write, _reminder_letter, on_page=False, topic=Topic.REVIEWS),
    Kind(
        WITHDRAWN,
        load_reviews,
        lambda notice, review: review.status == ReviewStatus.WITHDRAWN,
        _withdrawn_letter,
        topic=Topic.REVIEWS,
    ),
    Kind(DECLINED, load_reviews, _is_shown, _declined_letter, topic=Topic.REVIEWS, each=1),
    Kind(
        SHARED,
        load_reviews,
        lambda notice, review: review.status in READABLE and _is_shared(notice, review),
        _shared_letter,
        topic=Topic.REVIEWS,
        each=1,
    ),
    Kind(OPENED, _load_cycles, _waits_for_asking, _opened_letter, topic=Topic.REVIEWS, each=2),
)


def register_all() -> None:
    for kind in KINDS:
        kinds.register(kind)
