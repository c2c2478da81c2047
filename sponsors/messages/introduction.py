"""What introducers are asked, possible sponsors are written, and mentees hear back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices import outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice

from ..models import Introduction, IntroductionState

ASKED = "sponsors.introduction_asked"
MADE = "sponsors.introduction_made"
SENT = "sponsors.introduction_sent"
FOLLOWED_UP = "sponsors.introduction_followed_up"
REPLIED = "sponsors.introduction_replied"


def asked(introduction: Introduction) -> None:
    """Tell whoever is to introduce; asked again after it was handed on, they hear again."""
    at = introduction.asked_at
    outbox.queue(ASKED, introduction, recipient=introduction.introducer, revision=int(at.timestamp()) if at else 0)


def made(introduction: Introduction) -> None:
    outbox.queue(MADE, introduction, recipient=introduction.candidate.option.mentorship.mentee)


def sent(introduction: Introduction) -> None:
    outbox.queue(SENT, introduction, recipient=introduction.candidate.person)


def followed_up(introduction: Introduction) -> None:
    outbox.queue(FOLLOWED_UP, introduction, recipient=introduction.candidate.person)


def replied(introduction: Introduction) -> None:
    outbox.queue(REPLIED, introduction, recipient=introduction.candidate.option.mentorship.mentee)


def _load(ids: Collection[int]) -> Mapping[int, Introduction]:
    return Introduction.objects.select_related(
        "candidate__person", "candidate__option__mentorship__mentee", "introducer", "request"
    ).in_bulk(ids)


def _names(introduction: Introduction) -> dict[str, str]:
    candidate = introduction.candidate
    return {
        "mentee": candidate.option.mentorship.mentee.name,
        "person": candidate.person.name,
        "introducer": introduction.introducer.name if introduction.introducer else "",
    }


def _paragraphs(message: str) -> tuple[str, ...]:
    return tuple(part for part in message.replace("\r\n", "\n").split("\n\n") if part.strip())


def _still_to_make(notice: Notice, introduction: Introduction) -> bool:
    return introduction.state == IntroductionState.INTRO_ASKED and introduction.introducer_id == notice.recipient_id


def _unanswered(notice: Notice, introduction: Introduction) -> bool:
    return introduction.answered_at is None


def _letter_asked(notice: Notice, introduction: Introduction) -> Letter:
    names = _names(introduction)
    return Letter(
        subject=_("Would you introduce %(mentee)s to %(person)s?") % names,
        paragraphs=(
            _("%(mentee)s would like to reach %(person)s and asks you to bring them together.") % names,
            _("The words to pass on are on the page. You can also hand this on to somebody who knows them better."),
        ),
        action=_("See the request"),
        path=reverse("sponsors:introduce", args=[introduction.code]),
        why=_("%(mentee)s asked you for an introduction") % names,
        reply_to=introduction.candidate.option.mentorship.mentee.email,
    )


def _letter_made(notice: Notice, introduction: Introduction) -> Letter:
    names = _names(introduction)
    return Letter(
        subject=_("%(introducer)s has introduced you to %(person)s") % names,
        paragraphs=(
            _("%(introducer)s has introduced you to %(person)s.") % names,
            _("Write to them while it is fresh."),
        ),
        action=_("Open the introduction"),
        path=_page(introduction),
        why=_("you asked for an introduction"),
    )


def _letter_sent(notice: Notice, introduction: Introduction) -> Letter:
    names = _names(introduction)
    return Letter(
        subject=_("%(mentee)s would like twenty minutes of your time") % names,
        paragraphs=_paragraphs(introduction.message),
        action=_("Answer"),
        path=reverse("sponsors:approach", args=[introduction.code]),
        why=_("%(mentee)s wrote to you; you can also answer this mail") % names,
        reply_to=introduction.candidate.option.mentorship.mentee.email,
    )


def _letter_followed_up(notice: Notice, introduction: Introduction) -> Letter:
    names = _names(introduction)
    return Letter(
        subject=_("%(mentee)s asks once more") % names,
        paragraphs=follow_up_words(introduction),
        action=_("Answer"),
        path=_answer_page(introduction),
        why=_("%(mentee)s wrote to you and has not heard back; this is the last time you are asked") % names,
        reply_to=introduction.candidate.option.mentorship.mentee.email,
    )


def follow_up_words(introduction: Introduction) -> tuple[str, ...]:
    """The words of the follow-up, as the mentee reads them before they go out."""
    return (
        _("I wrote to you a while ago and know how full days are. My message is below once more."),
        _("A “not now” or the name of somebody else helps me just as well. I will not ask again."),
        *_paragraphs(introduction.sent_words),
    )


def _letter_replied(notice: Notice, introduction: Introduction) -> Letter:
    names = _names(introduction)
    return Letter(
        subject=_("%(person)s has answered you") % names,
        paragraphs=(_("%(person)s writes:") % names, *_paragraphs(introduction.reply)),
        action=_("Open the introduction"),
        path=_page(introduction),
        why=_("you wrote to %(person)s") % names,
        reply_to=introduction.candidate.person.email,
    )


def _page(introduction: Introduction) -> str:
    return reverse("sponsors:introduction", args=[introduction.candidate.code])


def _answer_page(introduction: Introduction) -> str:
    if introduction.request is not None:
        return reverse("assignments:sponsor-request", args=[introduction.request.code])
    return reverse("sponsors:approach", args=[introduction.code])


KINDS = (
    Kind(ASKED, _load, _still_to_make, _letter_asked),
    Kind(MADE, _load, lambda notice, introduction: True, _letter_made),
    Kind(SENT, _load, _unanswered, _letter_sent),
    Kind(FOLLOWED_UP, _load, _unanswered, _letter_followed_up),
    Kind(REPLIED, _load, lambda notice, introduction: True, _letter_replied),
)
