"""The page of an outsider who reviews: by the link of a mail, without signing in, and it leads nowhere else."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assignments.handing_out import hand_out
from assignments.models import EvidenceFile

from .. import review_links
from ..evidence import evidence_for
from ..models import Review, ReviewStatus
from . import rating


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The form while it is a draft; afterwards a word of thanks, and none of theirs."""
    review = _behind(token)
    with timezone.override(review.addressee.zone):
        if review.status == ReviewStatus.DRAFT:
            return rating.answer(request, review, None, "reviews/review_by_link.html")
        context = {"review": review, "assignment": review.assignment, "mentee": review.assignment.mentee}
        status = 409 if request.method == "POST" else 200
        return render(request, "reviews/review_over.html", context, status=status)


@login_not_required
@require_safe
def by_link_file(request: HttpRequest, token: str, code: UUID) -> HttpResponse:
    """A file of the evidence that this rater is shown, while they write; saved, never shown here."""
    review = _behind(token)
    if review.status != ReviewStatus.DRAFT:
        raise Http404
    kept = get_object_or_404(EvidenceFile.objects.filter(evidence__in=evidence_for(review).order_by()), code=code)
    return hand_out(kept)


def _behind(token: str) -> Review:
    review = review_links.find(token)
    if review is None:
        raise Http404
    return review
