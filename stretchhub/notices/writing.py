"""The words of a notice as a mail, made at the moment it is sent."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone, translation

from . import paper, stopping
from .kinds import Kind, Letter
from .models import Notice


def letter(notice: Notice, thing: Any, kind: Kind) -> Letter | None:
    """The words as the recipient should read them now; None where it should not be sent."""
    return words_of(notice, thing, kind) if kind.still_due(notice, thing) else None


def words_of(notice: Notice, thing: Any, kind: Kind) -> Letter:
    """The words in the recipient's language and time zone, whether it is due now or not."""
    person = notice.addressee
    with translation.override(person.locale), timezone.override(person.zone):
        return kind.render(notice, thing)


def mail(notice: Notice, thing: Any, kind: Kind) -> EmailMultiAlternatives | None:
    """The whole mail, under the notice's own Message-ID; None where it should not be sent."""
    words = letter(notice, thing, kind)
    if words is None:
        return None
    stop = stopping.address(notice, kind, thing)
    text, html = paper.written(words, notice.addressee, stop)
    message = EmailMultiAlternatives(
        " ".join(words.subject.split()),
        text,
        to=[notice.addressee.email],
        reply_to=[words.reply_to] if words.reply_to else None,
        headers={"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated", **stopping.headers(stop)},
    )
    message.attach_alternative(html, "text/html")
    for each in words.attachments:
        message.attach(each.name, each.content, each.content_type)
    return message
