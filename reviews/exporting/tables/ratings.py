"""The table of ratings: one row for rater and criterion of each final review."""

from __future__ import annotations

from array import array

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, NullIf

from ...models import READABLE, Level, Relation, Score, ScoreChange
from ...scoring import MIN_OBSERVERS
from ..columns import ISO_MOMENT, MAYBE_TEXT, MOMENT, NUMBER, TEXT, TRUTH, Column
from ..scope import Scope
from ..table import Table, counted, keys_of
from .people import NO_SPONSOR, active, assignment, mentee

NOT_TOLD = "empty when not observed or kept back"
OF = "review__assignment__"
# Where the words of several raters stand side by side.
AT = ("review__cycle", "review__assignment", "criterion")
LINKED = Score.evidence.through.objects.filter(score=OuterRef("pk"))
NAMES = Level.objects.filter(criterion=OuterRef("criterion"), value=OuterRef("level")).values("name")
# What stood before the first change; nought where that was not observed.
BEFORE = ScoreChange.objects.filter(score=OuterRef("pk")).order_by("pk").values(first=Coalesce("before", 0))[:1]


def chosen(scope: Scope) -> QuerySet:
    found = Score.objects.filter(review__status__in=READABLE)
    if scope.cycle:
        found = found.filter(review__cycle__code=scope.cycle)
    return scope.narrow(found, "review__assignment")


def kept_back(scope: Scope) -> array[int]:
    """Those of observers, where so few gave a level that it would be one person’s word, as in the result."""
    given = Window(Count("level"), partition_by=AT)
    observed = chosen(scope).exclude(review__relation=Relation.SELF).annotate(given=given)
    return keys_of(observed.filter(given__gte=1, given__lt=MIN_OBSERVERS))


RATINGS = Table(
    "ratings",
    "Ratings",
    "One row for each rater and criterion of a final review.",
    (
        Column("cycle_code", TEXT, "Code of the review cycle.", source="review__cycle__code"),
        *assignment(OF),
        *mentee(OF),
        active("mentee", f"{OF}mentee__"),
        Column("mentor_email", TEXT, "E-mail address of the mentor.", source=f"{OF}mentor__email"),
        Column("sponsor_email", TEXT, "E-mail address of the sponsor.", empty=NO_SPONSOR, source=f"{OF}sponsor__email"),
        Column(
            "rater_email", TEXT, "E-mail address of the person who rated.",
            source=Coalesce("review__rater__email", "review__rater_email"),
        ),
        Column(
            "rater_name", TEXT, "Full name of the person who rated.",
            source=Coalesce("review__rater__full_name", "review__rater_name"),
        ),
        active("rater", "review__rater__", "empty for somebody without an account"),
        Column(
            "relation", TEXT, "What the rater is here: self, mentor, sponsor, colleague, expert or end_user.",
            source="review__relation",
        ),
        Column(
            "criterion", TEXT, "Key of the criterion: learning, adaptability, influence or impact in version 1.",
            source="criterion__key",
        ),
        Column("level", NUMBER, "The level that counts, 1 to 5.", "level 1–5", NOT_TOLD, source="level", instead=None),
        Column(
            "level_submitted", NUMBER, "The level as it was handed in, before calibration or amendment.", "level 1–5",
            NOT_TOLD, source=NullIf(Coalesce(Subquery(BEFORE), F("level")), 0), instead=None,
        ),
        Column(
            "level_name", TEXT, "Name of the level in this version of the rubric.", empty=NOT_TOLD,
            source=Subquery(NAMES), instead=None,
        ),
        Column(
            "not_observed", TRUTH, "Whether the rater had no opportunity to observe this; never counted as 0.",
            source="not_observed",
        ),
        Column("note", TEXT, "What the rater wrote beside the level.", empty=MAYBE_TEXT, source="note", instead=""),
        Column(
            "evidence_count", NUMBER, "How many pieces of evidence are linked to the level.", "pieces",
            source=counted(LINKED, "score"),
        ),
        Column(
            "rubric_version", NUMBER, "Version of the rubric that the cycle uses.", "version",
            source="review__cycle__rubric__version",
        ),
        Column(
            "submitted_at", MOMENT, "When the review was handed in.", ISO_MOMENT, source="review__submitted_at"
        ),
        Column(
            "final_at", MOMENT, "When the reviews of the assignment became final.", ISO_MOMENT,
            source="review__final_at",
        ),
        Column(
            "kept_back", TRUTH, "Whether one observer alone gave a level here: nobody’s word stands alone.",
            source=Value(False), instead=True,
        ),
    ),
    chosen,
    kept_back=kept_back,
)  # fmt: skip
