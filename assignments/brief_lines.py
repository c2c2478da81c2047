"""Briefs on Today: those that wait for a word of the mentor, for another version, or to be sent to somebody.

A part of the one query of the short lines, so its columns are theirs, in their order.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from stretchhub.linking import link
from stretchhub.people.models import User
from stretchhub.people.models.person import first_name_of
from stretchhub.waiting import NO_DAY, NOBODY, Waiting

from .models import BriefStatus, BriefVersion, RequestStatus, SponsorRequest, Stage
from .models.option import OPEN

MENTORSHIP = "brief__option__mentorship"


def brief_rows(user: User) -> QuerySet:
    """With the name of the mentee where the mentor is asked, else of the mentor."""
    newer = BriefVersion.objects.filter(brief=OuterRef("brief"), number__gt=OuterRef("number"))
    asked = SponsorRequest.objects.filter(
        version=OuterRef("pk"), status__in=[RequestStatus.ASKED, RequestStatus.ACCEPTED]
    )
    mentee = Q(**{f"{MENTORSHIP}__mentee": user})
    return (
        BriefVersion.objects.filter(
            Q(**{"status": BriefStatus.SUBMITTED, f"{MENTORSHIP}__mentor": user})
            | mentee & Q(status=BriefStatus.CHANGES_REQUESTED) & ~Exists(newer)
            | mentee & Q(status=BriefStatus.ENDORSED) & ~Exists(asked) & Q(brief__option__assignment=None),
            brief__option__stage__in=[*OPEN, Stage.ACTIVE],
            **{f"{MENTORSHIP}__ended_on__isnull": True},
        )
        .values(
            due=NO_DAY,
            what=Case(
                When(status=BriefStatus.SUBMITTED, then=Value("brief_submitted")),
                When(status=BriefStatus.CHANGES_REQUESTED, then=Value("brief_changes")),
                default=Value("brief_endorsed"),
            ),
            thing=F("brief__code"),
            words=F("brief__option__title"),
        )
        .annotate(about=NOBODY, inside=F("brief__code"), who=_asked("full"), called=_asked("preferred"))
    )


def _asked(which: str) -> Case:
    mentee, mentor = (F(f"{MENTORSHIP}__{part}__{which}_name") for part in ("mentee", "mentor"))
    return Case(When(status=BriefStatus.SUBMITTED, then=mentee), default=mentor)


def _submitted(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "brief_submitted",
        _("Say whether you stand behind “%(title)s”") % {"title": row["words"]},
        _("%(mentee)s handed in the brief and cannot go on without you.") % {"mentee": _first(row)},
        link("assignments:brief", row["thing"]),
        _("Read the brief"),
    )


def _to_change(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "brief_changes",
        _("Write the next version of “%(title)s”") % {"title": row["words"]},
        _("%(mentor)s asked for changes.") % {"mentor": _first(row)},
        link("assignments:brief", row["thing"]),
        _("See what to change"),
    )


def _endorsed(row: dict[str, Any], day: date) -> Waiting:
    return Waiting(
        "brief_endorsed",
        _("Ask a sponsor for “%(title)s”") % {"title": row["words"]},
        _("%(mentor)s stands behind the brief; now somebody has to want the result.") % {"mentor": _first(row)},
        link("assignments:sponsor-ask", row["thing"]),
        _("Ask a sponsor"),
    )


def _first(row: dict[str, Any]) -> str:
    return first_name_of(row["who"], row["called"])


BRIEF_LINES = {"brief_submitted": _submitted, "brief_changes": _to_change, "brief_endorsed": _endorsed}
