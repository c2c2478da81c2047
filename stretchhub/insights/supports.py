"""Finished work with a measured outcome: what it had, and whether it reached its targets. A fixed number of queries.

Nothing that is worked out here leaves by itself: it goes through `went_with.released`, which says what may be shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from assignments.impact import progress
from assignments.models import (
    Assignment,
    Backing,
    BriefClaim,
    BriefOutcome,
    BriefStatus,
    BriefVersion,
    CheckIn,
    Direction,
    Ending,
    Experiment,
    FeedbackRound,
    ManagerAgreement,
    ManagerAnswer,
    Measurement,
    Status,
)
from reviews.models import RatingPractice, Review
from sponsors.models import SponsorCandidate, SponsorCheckIn

from .went_with import UNKNOWN, WITH, WITHOUT, Counts

# From this share on check-ins count as kept.
KEPT = 0.8
CHUNK = 2000
SUPPORTS = (
    "mentor_check_ins", "sponsor_check_ins", "pilot", "cover", "second_sponsor", "feedback", "practice",
)  # fmt: skip
KIND, AUDIENCE, SAME_DEPARTMENT, SPONSORED_BEFORE = "kind", "audience", "sponsor_department", "sponsor_before"
GROUPS = (KIND, AUDIENCE, SAME_DEPARTMENT, SPONSORED_BEFORE)
LATER = BriefVersion.objects.filter(
    brief=OuterRef("version__brief"), status=BriefStatus.SPONSOR_ACCEPTED, number__gt=OuterRef("version__number")
)
LATEST = Measurement.objects.standing().filter(outcome=OuterRef("pk")).order_by("-measured_on", "-pk")


def finished(until: date) -> QuerySet:
    """Work that was finished by then, not withdrawn, and whose reviews are final: its outcomes are on HR's record."""
    signed_off = Review.objects.final().filter(assignment=OuterRef("pk"))
    return Assignment.objects.filter(
        Exists(signed_off),
        status=Status.CLOSED,
        ending__in=[Ending.DELIVERED, Ending.STOPPED],
        closed_at__date__lte=until,
    )


def divisions(until: date) -> tuple[int, dict[str, Counts]]:
    """How much work was finished and measured, and by support and by group how much of it reached its targets."""
    works = finished(until)
    reached = _reached(works)
    groups = {name: {pk: WITH if pk in had else WITHOUT for pk in reached} for name, had in _had(works).items()}
    groups |= {name: _kept(rows, reached) for name, rows in _check_ins(works).items()}
    groups |= _grouped(works, reached)
    return len(reached), {name: _counted(groups[name], reached) for name in (*SUPPORTS, *GROUPS)}


def _counted(groups: Mapping[int, str], reached: Mapping[int, bool]) -> Counts:
    return Counter(groups[pk] for pk, hit in reached.items() if hit), Counter(groups[pk] for pk in reached)


def _reached(works: QuerySet) -> dict[int, bool]:
    """By assignment, whether every outcome that was measured reached its target; the others are left out."""
    agreed = BriefOutcome.objects.filter(
        ~Exists(LATER),
        version__status=BriefStatus.SPONSOR_ACCEPTED,
        version__brief__option__assignment__in=works,
    )
    rows = agreed.annotate(actual=Subquery(LATEST.values("value")[:1])).filter(actual__isnull=False).order_by("pk")
    columns = ("version__brief__option__assignment", "baseline", "target", "actual", "direction", "tolerance")
    found: dict[int, bool] = {}
    for pk, baseline, target, actual, direction, tolerance in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        keep = direction == Direction.MAINTAIN
        way = progress(float(baseline), float(target), float(actual), keep=keep, tolerance=float(tolerance or 0))
        if way.reason.code == "no_way":
            continue
        hit = way.reason.code == "kept" if way.value is None else way.value >= 1
        found[pk] = found.get(pk, True) and hit
    return found


def _had(works: QuerySet) -> dict[str, set[int]]:
    """By support that one has or has not, the assignments that had it."""
    of_option = {"option__assignment__in": works}
    tried = Experiment.objects.filter(
        option__brief__versions__status=BriefStatus.SPONSOR_ACCEPTED,
        tried_on__lte=F("option__brief__versions__submitted_at__date"),
        **of_option,
    )
    claimed = BriefClaim.objects.filter(
        backing=Backing.PILOT,
        version__status=BriefStatus.SPONSOR_ACCEPTED,
        version__brief__option__assignment__in=works,
    )
    second = SponsorCandidate.objects.filter(**of_option).values("option__assignment").annotate(n=Count("pk"))
    practised = RatingPractice.objects.filter(person=OuterRef("mentor"), finished_at__lte=OuterRef("closed_at"))
    sets: dict[str, Iterable[QuerySet]] = {
        "pilot": (
            tried.values_list("option__assignment", flat=True),
            claimed.values_list("version__brief__option__assignment", flat=True),
        ),
        "cover": (
            ManagerAgreement.objects.filter(answer=ManagerAnswer.AGREED, charter__assignment__in=works).values_list(
                "charter__assignment", flat=True
            ),
        ),
        "second_sponsor": (second.filter(n__gte=2).values_list("option__assignment", flat=True),),
        "feedback": (FeedbackRound.objects.filter(assignment__in=works).values_list("assignment", flat=True),),
        "practice": (works.filter(Exists(practised)).values_list("pk", flat=True),),
    }
    return {name: {pk for rows in found for pk in rows} for name, found in sets.items()}


def _check_ins(works: QuerySet) -> dict[str, Iterable[tuple[int, bool]]]:
    """By support that is kept or not, each check-in that stood, and whether it was kept."""
    planned = {"assignment__in": works, "cancelled_at__isnull": True}
    before_the_end = Q(due_on__lte=F("assignment__closed_at__date"))
    both = CheckIn.objects.filter(before_the_end, **planned).annotate(sides=Count("answers"))
    held = SponsorCheckIn.objects.filter(before_the_end, **planned)
    return {
        "mentor_check_ins": (
            (pk, sides == 2)
            for pk, sides in both.order_by("pk").values_list("assignment_id", "sides").iterator(chunk_size=CHUNK)
        ),
        "sponsor_check_ins": (
            (pk, held_on is not None)
            for pk, held_on in held.order_by("pk").values_list("assignment_id", "held_on").iterator(chunk_size=CHUNK)
        ),
    }


def _kept(rows: Iterable[tuple[int, bool]], reached: Mapping[int, bool]) -> dict[int, str]:
    """Kept from four in five on; where none was planned nobody can say."""
    kept: dict[int, list[bool]] = defaultdict(list)
    for pk, was_kept in rows:
        kept[pk].append(was_kept)

    def word(own: list[bool] | None) -> str:
        return UNKNOWN if not own else WITH if sum(own) / len(own) >= KEPT else WITHOUT

    return {pk: word(kept.get(pk)) for pk in reached}


def _grouped(works: QuerySet, reached: Mapping[int, bool]) -> dict[str, dict[int, str]]:
    """By division into groups: what kind of work, for whom, and what sponsors; never a single sponsor."""
    before = Assignment.objects.filter(
        sponsor=OuterRef("sponsor"), status=Status.CLOSED, closed_at__lt=OuterRef("activated_at")
    )
    columns = ("pk", "option__kind", "option__audience", "mentee__department", "sponsor__department", "before")
    rows = works.annotate(before=Exists(before)).order_by("pk").values_list(*columns)
    found: dict[str, dict[int, str]] = {name: {} for name in GROUPS}
    for pk, kind, audience, mentee, sponsor, sponsored in rows.iterator(chunk_size=CHUNK):
        if pk in reached:
            found[KIND][pk], found[AUDIENCE][pk] = kind, audience
            found[SAME_DEPARTMENT][pk] = _same(mentee, sponsor or "")
            found[SPONSORED_BEFORE][pk] = "again" if sponsored else "first"
    return found


def _same(mentee: str, sponsor: str) -> str:
    tops = [each.split("/")[0].strip().casefold() for each in (mentee, sponsor)]
    if not all(tops):
        return UNKNOWN
    return "same" if tops[0] == tops[1] else "other"
