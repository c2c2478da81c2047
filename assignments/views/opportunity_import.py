"""A file of opportunities on a page: bring it, look at what it would do, save it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.pages import done, panel
from stretchhub.people import uploads
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..forms.opportunity import OpportunityFileForm
from ..imports import opportunity as imports
from ..imports.opportunity_rows import COLUMNS
from ..rules import can_offer_opportunity


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    require(can_offer_opportunity(request.user))
    form = OpportunityFileForm(request.POST, request.FILES) if request.method == "POST" else OpportunityFileForm()
    if request.method == "POST" and form.is_valid():
        key = uploads.keep(form.cleaned_data["file"].chunks(), by=request.user)
        return redirect("assignments:opportunity-import-check", key)
    return panel(request, "assignments/opportunity_import.html", {"form": form, "columns": COLUMNS})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dry run; saving reads the same file again."""
    brought = uploads.find(key, by=request.user)
    if brought is None:
        raise Http404
    if request.method == "POST":
        return _save(request, key, brought)
    with brought.open() as file:
        report = imports.look(file, by=request.user)
    return _page(request, report)


def _save(request: HttpRequest, key: UUID, brought: uploads.Brought) -> HttpResponse:
    with brought.open() as file:
        report = imports.save(file, by=request.user, skip_errors="skip_errors" in request.POST)
    if not report.saved:
        return _page(request, report, status=422)
    uploads.forget(key, by=request.user)
    words = _("Imported: %(added)d added, %(changed)d changed, %(same)d unchanged.") % {
        "added": report.added,
        "changed": report.changed,
        "same": report.unchanged,
    }
    return done(request, reverse("assignments:opportunities") + "?mine=1", words)


def _page(request: HttpRequest, report: imports.Report, status: int = 200) -> HttpResponse:
    return render(request, "assignments/opportunity_import_check.html", {"report": report}, status=status)
