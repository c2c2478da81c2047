"""Exports, for HR: looked at beforehand, asked for, watched, fetched."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assignments.refusals import Refused
from stretchhub import pages
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import export as actions
from ..columns import COLUMNS
from ..exporting import dictionary_lines, download_name, final_scores
from ..forms.cycle import ExportForm
from ..models import Export, ExportStatus, ReviewCycle
from ..rules import can_download, can_export_reviews

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FINISHED = {ExportStatus.COMPLETE, ExportStatus.FAILED, ExportStatus.EXPIRED}


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """What the file of a cycle will hold, how many rows, and the asking for it."""
    require(can_export_reviews(request.user))
    cycle = get_object_or_404(ReviewCycle.objects.select_related("rubric"), code=code)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        export = actions.request_export(cycle, by=request.user, **form.cleaned_data)
        return pages.done(request, reverse("reviews:export", args=[export.code]))
    context = {"cycle": cycle, "form": form, "columns": COLUMNS, "rows": final_scores(cycle).count()}
    return pages.panel(request, "reviews/export_ask.html", context)


@require_safe
def progress(request: HttpRequest, code: UUID) -> HttpResponse:
    """How far an export is; the panel asks again each second until it is finished."""
    export = get_object_or_404(
        Export.objects.visible_to(request.user).select_related("cycle", "requested_by"), code=code
    )
    context = {
        "export": export,
        "finished": export.status in FINISHED,
        "may_download": can_download(request.user, export) and bool(export.file),
    }
    return pages.panel(request, "reviews/export.html", context)


@require_safe
def download(request: HttpRequest, code: UUID) -> HttpResponse:
    """The file, for the HR person who asked for it; each fetching is written down."""
    export = get_object_or_404(Export.objects.visible_to(request.user).select_related("cycle"), code=code)
    if request.user.pk == export.requested_by_id and export.status != ExportStatus.COMPLETE:
        said.warning(request, _("This file is not ready, or not there any more."))
        return redirect("reviews:export", code=export.code)
    try:
        place = actions.download(export, by=request.user)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect("reviews:export", code=export.code)
    answer = FileResponse(
        place.open("rb"),
        as_attachment=True,
        filename=download_name(export),
        content_type=CONTENT_TYPES[export.format],
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """What each column of an export means, as CSV."""
    require(can_export_reviews(request.user))
    answer = HttpResponse("".join(dictionary_lines()), content_type=CONTENT_TYPES["csv"])
    answer["Content-Disposition"] = 'attachment; filename="reviews-dictionary.csv"'
    return answer
