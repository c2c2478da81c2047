"""The personal link of somebody who is asked for feedback.

It opens one form of one person and signs nobody in. Opening it changes nothing; it lives until the answers are
sent or the round is over. The token is the request's own number under the site's signature, so that a copy of the
database opens nothing.
"""

from __future__ import annotations

import uuid

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from .models import FeedbackRequest

SIGNER = Signer(salt="stretchhub.assignments.feedback_links")


def token_of(request: FeedbackRequest) -> str:
    return SIGNER.sign(request.link.hex).replace(":", ".")


def path_of(request: FeedbackRequest) -> str:
    return reverse("assignments:feedback-give", args=[token_of(request)])


def stop_path_of(request: FeedbackRequest) -> str:
    return reverse("assignments:feedback-stop", args=[token_of(request)])


def find(token: str) -> FeedbackRequest | None:
    """The request behind a token; None for all others, whatever is wrong with them."""
    try:
        link = uuid.UUID(SIGNER.unsign(token.replace(".", ":")))
    except (BadSignature, ValueError):
        return None
    people = ("giver", "round__assignment__mentee", "round__assignment__mentor", "round__assignment__sponsor")
    return FeedbackRequest.objects.reachable().filter(link=link).select_related(*people).first()
