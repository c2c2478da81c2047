"""The ledger of a brief: its claims under one another, and the form of one."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.pages import done
from stretchhub.people.submissions import once

from .. import claims
from ..actions import claim as actions
from ..actions.brief_part import fingerprint
from ..forms.claim import ClaimForm
from ..models import BriefClaim, BriefStatus, BriefVersion, Section
from .brief_part import ask_first, draft, edited, newest, page, part_of_draft, seen_of, words_in
from .refused import refusals_shown

LEDGER, FORM = "assignments/claims.html", "assignments/claim_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@once
@refusals_shown
def ledger(request: HttpRequest, code: UUID) -> HttpResponse:
    """Every claim with its mark, and below them the form of the next while the version is a draft."""
    version = draft(request, code) if request.method == "POST" else newest(request, code)
    section = request.GET.get("section", "")
    first = {"section": section} if section in Section.values else None
    form = ClaimForm(request.POST or None, instance=BriefClaim(version=version), initial=first)
    if form.is_bound and form.is_valid():
        actions.add_claim(version, by=request.user, words=words_in(form))
        return done(request, _ledger(version), _("The claim is in the ledger."))
    context = {"version": version, "claims": claims.read(version), "may_write": version.status == BriefStatus.DRAFT}
    return page(request, LEDGER, form, brief=version.brief, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change a claim or what backs it; where somebody was faster, both texts come back."""
    claim = part_of_draft(request, BriefClaim, code)
    return edited(
        request,
        claim,
        form_of=lambda row: ClaimForm(request.POST or None, instance=row),
        save=lambda words: actions.edit_claim(claim, by=request.user, seen=seen_of(request), words=words),
        show=partial(page, request, FORM, brief=claim.version.brief, claim=claim),
        to=_ledger(claim.version),
        said=_("The claim is saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@refusals_shown
def remove(request: HttpRequest, code: UUID) -> HttpResponse:
    """Ask first, then take the claim out of the draft's ledger."""
    claim = part_of_draft(request, BriefClaim, code)
    back = _ledger(claim.version)
    if request.method == "POST":
        actions.remove_claim(claim, by=request.user, seen=seen_of(request))
        return done(request, back, _("The claim is removed."))
    note = _("What backs it goes with it.") if claims.line_of(claim).backed else ""
    asked = {"title": _("Remove this claim?"), "words": claim.words, "note": note, "back": back}
    return ask_first(request, claim.version, seen=fingerprint(claim), **asked)


def _ledger(version: BriefVersion) -> str:
    return reverse("assignments:claims", args=[version.brief.code])
