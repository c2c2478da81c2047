"""The options of one mentorship with what is asked of each: a fixed number of queries, compiled once."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from stretchhub.among import Among
from stretchhub.beside import put_beside
from stretchhub.compiled import compiled

from .models import BriefVersion, Mentorship, Option, OptionCompetency, OptionGoal, RequestStatus, SponsorRequest


def with_brief_status(options: QuerySet[Option]) -> QuerySet[Option]:
    """The options, each knowing where the latest version of its brief and its sponsor request stand."""
    versions = BriefVersion.objects.filter(brief__option=OuterRef("pk")).order_by("-number")
    asked = SponsorRequest.objects.filter(version__brief__option=OuterRef("pk"), status=RequestStatus.ASKED)
    return options.annotate(
        brief_status=Subquery(versions.values("status")[:1]),
        asked_name=Subquery(asked.values("sponsor__full_name")[:1]),
    )


def options_of(mentorship: Mentorship) -> list[Option]:
    """All of them with what the board and the portfolio ask: two queries, the newest move first."""
    options = _all(mentorship)
    put_beside(options, "contributions", _contributions)
    return options


def live_options(mentorship: Mentorship) -> list[Option]:
    """Those that are open or running, with what the portfolio and the ranking ask: three queries."""
    options = _live(mentorship)
    put_beside(options, "contributions", _contributions)
    put_beside(options, "fits", _fits)
    return options


def _in_order(options: QuerySet[Option]) -> QuerySet[Option]:
    options = options.select_related("goal", "sponsor_outlook", "assignment__sponsor")
    return options.order_by("-stage_changed_at", "-pk")


@compiled
def _all(mentorship: Mentorship) -> QuerySet[Option]:
    return _in_order(with_brief_status(Option.objects.filter(mentorship=mentorship)))


@compiled
def _live(mentorship: Mentorship) -> QuerySet[Option]:
    return _in_order(Option.objects.filter(mentorship=mentorship).live())


@compiled
def _contributions(options: list[int]) -> QuerySet[OptionCompetency]:
    return OptionCompetency.objects.filter(Among("option", options))


@compiled
def _fits(options: list[int]) -> QuerySet[OptionGoal]:
    return OptionGoal.objects.filter(Among("option", options))
