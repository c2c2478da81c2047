"""The HR directory on a page: bring the file, look at what it would do, save it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.pages import done, panel
from stretchhub.people import imports, uploads
from stretchhub.people.directory import COLUMNS
from stretchhub.people.forms import ImportForm
from stretchhub.people.rules import can_manage_people, require
from stretchhub.people.submissions import once

SHOWN_PROBLEMS = 100


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    require(can_manage_people(request.user))
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        key = uploads.keep(form.cleaned_data["file"].chunks(), by=request.user)
        return redirect("people:import-check", key)
    return panel(request, "people/import.html", {"form": form, "columns": COLUMNS})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dry run; saving reads the same file again."""
    brought = uploads.find(key, by=request.user)
    if brought is None:
        raise Http404
    require(can_manage_people(request.user))
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
    words = _("Imported: %(created)d created, %(updated)d updated, %(gone)d deactivated, %(same)d unchanged.") % {
        "created": report.created,
        "updated": report.updated,
        "gone": report.deactivated,
        "same": report.unchanged,
    }
    return done(request, reverse("people:list"), words)


def _page(request: HttpRequest, report: imports.Report, status: int = 200) -> HttpResponse:
    context = {
        "report": report,
        "problems": report.problems[:SHOWN_PROBLEMS],
        "more_problems": max(0, report.problem_count - SHOWN_PROBLEMS),
        "more_changes": max(0, report.changing - len(report.changes)),
    }
    return render(request, "people/import_check.html", context, status=status)
