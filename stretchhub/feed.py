"""The calendar feed: check-ins, milestones and reviews of one person, gathered from every app."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments.planned import planned_for as assignments_planned
from reviews.planned import planned_for as reviews_planned
from sponsors.planned import planned_for as sponsors_planned
from stretchhub.calendar_file import calendar_file
from stretchhub.env import now, today
from stretchhub.people.feeds import owner_of
from stretchhub.people.models import User
from stretchhub.planned import Planned

SOURCES = (assignments_planned, reviews_planned, sponsors_planned)
# What is over stays in the calendar for a while, what is ahead for as long as it is planned.
BEHIND = timedelta(days=60)


def planned_for(user: User, since: date) -> list[Planned]:
    """Everything planned for this person from a day on, by day, in a fixed number of queries."""
    found = [each for source in SOURCES for each in source(user, since)]
    return sorted(found, key=lambda each: (each.day, each.name))


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The file behind a person's own address; any other address is a page that does not exist."""
    owner = owner_of(token)
    if owner is None:
        raise Http404
    with translation.override(owner.locale):
        planned = planned_for(owner, today(owner.zone) - BEHIND)
        name = _("StretchHub: %(name)s") % {"name": owner.name}
        content = calendar_file(planned, name=name, host=settings.SITE_HOST or "localhost", at=now())
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="stretchhub.ics"'
    return answer
