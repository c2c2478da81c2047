"""A person's own data: a copy of it, and asking that it goes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as said
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.refusals import Refused
from reviews.actions import export as actions
from reviews.export_page import fetches_of
from reviews.models import Export, ExportStatus
from reviews.models.export import BEING_WRITTEN
from reviews.rules import can_download
from stretchhub import pages
from stretchhub.people.fresh import confirm_first, require_fresh_sign_in, signed_in_lately
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..models import ErasureRequest
from ..rules import can_ask_erasure


def _mine(request: HttpRequest) -> QuerySet[Export]:
    return Export.objects.own_of(request.user)


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What somebody can do with their own data, and the archive they asked for last."""
    asked = ErasureRequest.objects.filter(person=request.user).order_by("-asked_at").first()
    context = {
        "erasure": asked,
        "may_ask": can_ask_erasure(request.user, request.user),
        **_state(request, _mine(request).order_by("-requested_at", "-pk").first()),
    }
    return render(request, "keeping/my_data.html", context)


def _state(request: HttpRequest, export: Export | None) -> dict[str, object]:
    ready = export is not None and export.status == ExportStatus.COMPLETE
    return {
        "export": export,
        "waiting": export is not None and export.status in BEING_WRITTEN,
        "ready": ready,
        "fresh": signed_in_lately(request),
        "fetches": fetches_of(export) if ready else (),
    }


@require_POST
@once
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for an archive, after a sign-in of the last minutes; while one is being written that is the one."""
    require_fresh_sign_in(request)
    try:
        actions.request_own(by=request.user)
    except Refused as refused:
        said.warning(request, refused.words)
    return redirect("keeping:my-data")


@require_safe
def archive(request: HttpRequest, code: UUID) -> HttpResponse:
    """How far it is; the panel asks again each second until it is finished."""
    found = get_object_or_404(_mine(request), code=code)
    if not request.headers.get("HX-Request"):
        return redirect("keeping:my-data")
    return pages.panel(request, "keeping/my_data.html", _state(request, found))


@require_safe
def download(request: HttpRequest, code: UUID) -> HttpResponse:
    """The archive, for whose data it is and who signed in lately; each fetching is written down."""
    found = get_object_or_404(_mine(request), code=code)
    page = reverse("keeping:my-data")
    if found.status != ExportStatus.COMPLETE:
        said.warning(request, _("This file is not ready, or not there any more."))
        return redirect(page)
    require(can_download(request.user, found))
    if not signed_in_lately(request):
        return confirm_first(page)
    try:
        content = actions.download(found, by=request.user)
    except Refused as refused:
        said.warning(request, refused.words)
        return redirect(page)
    name = f"stretchhub-my-data-{found.requested_at:%Y-%m-%d}.zip"
    answer = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
