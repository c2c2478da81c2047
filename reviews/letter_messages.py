"""What mentor and mentee are told about a letter; no message holds a word of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Kind
from stretchhub.notices.kinds import Letter as Mail
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic

from .models import Letter, LetterState

WANTED, ASKED = "reviews.letter_wanted", "reviews.letter_asked"
ANSWERED, SIGNED = "reviews.letter_answered", "reviews.letter_signed"


def wanted(letter: Letter) -> None:
    outbox.queue(WANTED, letter, recipient=letter.author)


def asked(letter: Letter) -> None:
    """Each asking anew is a message of its own."""
    outbox.queue(ASKED, letter, recipient=letter.assignment.mentee, revision=letter.edit)


def answered(letter: Letter) -> None:
    outbox.queue(ANSWERED, letter, recipient=letter.author, revision=letter.edit)


def signed(letter: Letter) -> None:
    outbox.queue(SIGNED, letter, recipient=letter.assignment.mentee)


def _load(ids: Collection[int]) -> Mapping[int, Letter]:
    related = ("assignment__mentee", "author", "document__withdrawal", "document__superseded_by")
    return Letter.objects.select_related(*related).in_bulk(ids)


def _words(letter: Letter) -> dict[str, str]:
    people = {"mentee": letter.assignment.mentee.name, "mentor": letter.author.name}
    return people | {"title": letter.assignment.title}


def _wanted_mail(notice: Notice, letter: Letter) -> Mail:
    return Mail(
        subject=_("%(mentee)s asks you for a letter") % _words(letter),
        paragraphs=(
            _("%(mentee)s asks for a letter about “%(title)s”.") % _words(letter),
            _("What the records say stands in it already. You add what you saw, and they approve the facts."),
        ),
        action=_("Write the letter"),
        path=reverse("reviews:letter", args=[letter.assignment.code]),
        why=_("you are the mentor of this assignment"),
    )


def _asked_mail(notice: Notice, letter: Letter) -> Mail:
    return Mail(
        subject=_("Are the facts in your letter right?"),
        paragraphs=(
            _("%(mentor)s has written a letter about “%(title)s” and asks whether the facts are right.")
            % _words(letter),
            _("It is signed only after you have approved it."),
        ),
        action=_("Read the letter"),
        path=reverse("reviews:letter", args=[letter.assignment.code]),
        why=_("the letter is about you"),
    )


def _answered_mail(notice: Notice, letter: Letter) -> Mail:
    approved = letter.state == LetterState.APPROVED
    return Mail(
        subject=(_("%(mentee)s approved the letter") if approved else _("%(mentee)s asks for changes in the letter"))
        % _words(letter),
        paragraphs=(
            _("The facts are right; you can sign it now.")
            if approved
            else _("What should be otherwise stands beside each part."),
        ),
        action=_("Sign the letter") if approved else _("Open the letter"),
        path=reverse("reviews:letter", args=[letter.assignment.code]),
        why=_("you wrote this letter"),
    )


def _signed_mail(notice: Notice, letter: Letter) -> Mail:
    assert letter.document is not None  # it is signed
    return Mail(
        subject=_("%(mentor)s signed your letter") % _words(letter),
        paragraphs=(
            _("The letter about “%(title)s” is there to keep: as a PDF, and as a file for machines.") % _words(letter),
            _("Whoever you give it to can check it by its code, without an account."),
        ),
        action=_("Open the letter"),
        path=reverse("reviews:document", args=[letter.document.code]),
        why=_("the letter is about you"),
    )


def _still_signed(notice: Notice, letter: Letter) -> bool:
    document = letter.document
    return document is not None and document.standing == "valid"


def _still_answered(notice: Notice, letter: Letter) -> bool:
    return letter.state in (LetterState.APPROVED, LetterState.CHANGES)


KINDS = (
    Kind(WANTED, _load, lambda notice, letter: letter.state == LetterState.DRAFT, _wanted_mail, topic=Topic.REVIEWS),
    Kind(ASKED, _load, lambda notice, letter: letter.state == LetterState.ASKED, _asked_mail, topic=Topic.REVIEWS),
    Kind(ANSWERED, _load, _still_answered, _answered_mail, topic=Topic.REVIEWS),
    Kind(SIGNED, _load, _still_signed, _signed_mail, topic=Topic.REVIEWS),
)


def register_all() -> None:
    for kind in KINDS:
        kinds.register(kind)
