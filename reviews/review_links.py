"""The personal link of an outsider who is asked for a review.

It opens one form of one person and signs nobody in. Opening it changes nothing; it lives until the review is handed
in or taken back. The token is the review's own number under the site's signature, so that a copy of the database
opens nothing.
"""

from __future__ import annotations

import uuid

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from .models import Review

SIGNER = Signer(salt="stretchhub.reviews.review_links")


def token_of(review: Review) -> str:
    assert review.link is not None  # a constraint: an outsider has one
    return SIGNER.sign(review.link.hex).replace(":", ".")


def path_of(review: Review) -> str:
    """Where a rater writes: by a link for an outsider, by signing in for everybody else."""
    if review.rater_id:
        return reverse("reviews:review", args=[review.code])
    return reverse("reviews:give", args=[token_of(review)])


def find(token: str) -> Review | None:
    """The review behind a token; None for all others, whatever is wrong with them."""
    try:
        link = uuid.UUID(SIGNER.unsign(token.replace(".", ":")))
    except (BadSignature, ValueError):
        return None
    people = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "cycle", "asked_by")
    return Review.objects.reachable().filter(link=link).select_related(*people).first()
