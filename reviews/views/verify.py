"""The mentor says which levels the reviewed work has shown."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assignments.models import Assignment
from assignments.refusals import Refused
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.verify import verify_levels
from ..forms.verify import VerifyForm
from ..rules import can_verify_levels
from ..verdicts import why_not_verified, why_verified
from ..verifying import verifying


@require_http_methods(["GET", "HEAD", "POST"])
@once
def levels(request: HttpRequest, code: UUID) -> HttpResponse:
    """Levels of the competencies that the evidence of a reviewed assignment shows."""
    related = ("mentee", "mentor", "option__mentorship")
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user).select_related(*related), code=code)
    require(can_verify_levels(request.user, assignment))
    found = verifying(assignment, request.user)
    form = VerifyForm(request.POST if request.method == "POST" else None, claims=found.claims)
    refused = ""
    if request.method == "POST" and not found.may_verify:
        refused = why_not_verified(found)
    elif form.is_valid():
        try:
            written = verify_levels(assignment, by=request.user, levels=form.verdicts())
        except Refused as reason:
            refused = reason.words
        else:
            said.success(request, _told(len(written)))
            return redirect("reviews:for-assignment", assignment.code)
    context = {
        "assignment": assignment,
        "form": form,
        "sections": form.sections(),
        "frameworks": sorted({claim.competency.framework for claim in found.claims}, key=str),
        "may_verify": found.may_verify,
        "why": why_verified(found) if found.may_verify else why_not_verified(found),
    }
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "reviews/verify.html", context | {"refused": refused}, status=status)


def _told(count: int) -> str:
    if not count:
        return _("Nothing new: these levels stand already.")
    return ngettext("%(n)s level is verified.", "%(n)s levels are verified.", count) % {"n": count}
