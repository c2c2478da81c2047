"""Exports, for HR: listed, looked at beforehand, asked for, watched, fetched."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assignments.refusals import Refused
from stretchhub import pages
from stretchhub.env import today
from stretchhub.people.fresh import confirm_first, require_fresh_sign_in, signed_in_lately
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import export as actions
from ..export_page import ExportLine, fetches_of, filter_words, line_of, preview_of
from ..exporting import TABLES, Scope, dictionary_lines, download_name, suffix
from ..forms.export import ExportForm
from ..models import Export, ExportStatus, Format
from ..rules import can_download, can_export_reviews

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FINISHED = {ExportStatus.COMPLETE, ExportStatus.FAILED, ExportStatus.EXPIRED}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every export, the newest first: who asked for what, and how long the file is there."""
    require(can_export_reviews(request.user))
    page = pages.page_by_key(_visible(request), request.GET.get("after", ""), by=("-requested_at", "-pk"))
    lines: list[ExportLine] = [line_of(export) for export in page]
    return render(request, "reviews/exports.html", {"page": page, "lines": lines})


def _visible(request: HttpRequest) -> QuerySet[Export]:
    return Export.objects.visible_to(request.user).select_related("requested_by", "cycle")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest) -> HttpResponse:
    """What a file would hold, how many rows, and the asking for it; asking wants a sign-in of the last minutes."""
    require(can_export_reviews(request.user))
    counting = request.method != "POST" or "count" in request.POST
    form = ExportForm(request.POST if request.method == "POST" else _typed(request), counting=counting)
    if not counting and form.is_valid() and (answer := _request(request, form)) is not None:
        return answer
    preview = preview_of(_scope(request, form), form.cleaned_data["tables"]) if form.says_which else None
    context = {"form": form, "preview": preview}
    if request.method == "POST":
        return pages.panel(request, "reviews/export_ask.html", context)
    return pages.panel(request, "reviews/export_ask.html", context, part="preview", status=200)


def _typed(request: HttpRequest) -> QueryDict:
    """What the address asks for; all tables in a workbook where it says nothing else."""
    given = request.GET.copy()
    if "tables" not in given:
        given.setlist("tables", list(TABLES))
    given.setdefault("format", Format.XLSX)
    return given


def _scope(request: HttpRequest, form: ExportForm) -> Scope:
    return form.scope(reader=request.user, day=today(request.user.zone))


def _request(request: HttpRequest, form: ExportForm) -> HttpResponse | None:
    require_fresh_sign_in(request)
    typed = {name: form.cleaned_data[name] for name in ("tables", "format", "purpose")}
    try:
        export = actions.request_export(by=request.user, scope=_scope(request, form), **typed)
    except Refused as refused:
        form.add_error(None, refused.words)
        return None
    return pages.done(request, reverse("reviews:export", args=[export.code]))


@require_safe
def ask_for_cycle(request: HttpRequest, code: str) -> HttpResponse:
    """Where an export of one cycle was asked for; that is one filter of many now."""
    require(can_export_reviews(request.user))
    return redirect(f"{reverse('reviews:export-ask')}?cycle={code}")


@require_safe
def progress(request: HttpRequest, code: UUID) -> HttpResponse:
    """How far an export is; the panel asks again each second until it is finished."""
    export = get_object_or_404(_visible(request), code=code)
    finished = export.status in FINISHED
    context = {
        "export": export,
        "line": line_of(export),
        "filters": filter_words(Scope.of(export.filter)),
        "finished": finished,
        "may_download": can_download(request.user, export) and bool(export.file),
        "fresh": signed_in_lately(request),
        "fetches": fetches_of(export) if finished else (),
    }
    return pages.panel(request, "reviews/export.html", context)


@require_safe
def download(request: HttpRequest, code: UUID) -> HttpResponse:
    """The file, for the HR person who asked for it and signed in lately; each fetching is written down."""
    export = get_object_or_404(_visible(request), code=code)
    page = reverse("reviews:export", args=[export.code])
    if request.user.pk == export.requested_by_id and export.status != ExportStatus.COMPLETE:
        said.warning(request, _("This file is not ready, or not there any more."))
        return redirect(page)
    require(can_download(request.user, export))
    if not signed_in_lately(request):
        return confirm_first(page)
    try:
        content = actions.download(export, by=request.user)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect(page)
    answer = FileResponse(
        content,
        as_attachment=True,
        filename=download_name(export),
        content_type=CONTENT_TYPES[suffix(len(export.tables), export.format)],
    )
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """What each column of every table means, as CSV."""
    require(can_export_reviews(request.user))
    answer = HttpResponse("".join(dictionary_lines()), content_type=CONTENT_TYPES["csv"])
    answer["Content-Disposition"] = 'attachment; filename="stretchhub-dictionary.csv"'
    return answer
