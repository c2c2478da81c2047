"""HR's page of the organisation's holidays: what stands, and a file looked at before it replaces them."""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.env import today
from stretchhub.pages import done, page_by_key, panel

from .. import holiday_file
from ..actions import holiday as actions
from ..forms import HolidayFileForm, HolidayTextForm
from ..models import Holiday

TEMPLATE = "notices/holidays.html"


@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    if not actions.can_change_holidays(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, form=HolidayFileForm())
    if "save" in request.POST:
        return _save(request)
    form = HolidayFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form)
    plan = holiday_file.look(form.cleaned_data["file"])
    return _page(request, form=HolidayFileForm(), plan=plan, again=HolidayTextForm.holding(plan))


def _save(request: HttpRequest) -> HttpResponse:
    """What was looked at comes back with the press; it is read and compared again."""
    text = HolidayTextForm(request.POST)
    if not text.is_valid():
        return _page(request, form=HolidayFileForm(), status=422)
    plan = holiday_file.look(io.BytesIO(text.cleaned_data["rows"].encode()))
    if plan.problems:
        return _page(request, form=HolidayFileForm(), plan=plan, status=422)
    actions.replace(plan, by=request.user)
    return done(request, "notices:holidays", _("Saved. Reminders keep clear of these days."))


def _page(request: HttpRequest, *, status: int = 0, **context: Any) -> HttpResponse:
    user: Any = request.user
    rows = Holiday.objects.filter(on__gte=today(user.zone).replace(month=1, day=1))
    page = page_by_key(rows, request.GET.get("after", ""), by=("on", "pk"))
    return panel(request, TEMPLATE, {"page": page, "columns": holiday_file.COLUMNS, **context}, status=status)
