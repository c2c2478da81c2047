"""What people are told about their data."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice, Outsider

from .models import ErasureRequest, State

REFUSED = "keeping.erasure_refused"


def _load(ids: Collection[int]) -> dict[int, Any]:
    return ErasureRequest.objects.select_related("person").in_bulk(ids)


def _still_due(notice: Notice, erasure: ErasureRequest) -> bool:
    return erasure.state == State.REFUSED


def _refused(notice: Notice, erasure: ErasureRequest) -> Letter:
    return Letter(
        subject=_("Your data was not erased"),
        paragraphs=(
            _("It was asked that your data be erased, and the answer was no:"),
            erasure.refusal,
            _("You can ask again, and you can complain to the authority for data protection where you live."),
        ),
        # Whoever has no account has no page of their own either.
        action=_("Open my data") if erasure.person else "",
        path=reverse("keeping:my-data") if erasure.person else "",
        why=_("it is your data that was asked about"),
    )


KINDS = (Kind(REFUSED, _load, _still_due, _refused, must_arrive=True),)


def register_all() -> None:
    for kind in KINDS:
        kinds.register(kind)


def refused(erasure: ErasureRequest) -> None:
    outbox.queue(REFUSED, erasure, recipient=erasure.person or Outsider(erasure.address, _("there")))
