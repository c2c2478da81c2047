"""The table of assignments: one row each, with who takes part and how far it is."""

from __future__ import annotations

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery

from assignments.models import CheckIn, CheckInAnswer, Evidence, Milestone

from ...models import Review
from ..columns import DAY, DECIMAL, ISO_DAY, ISO_MOMENT, MOMENT, NUMBER, TEXT, TRUTH, Column
from ..scope import Scope
from ..table import Table, counted
from .people import NO_SPONSOR, active, assignment, mentee

THIS = OuterRef("pk")
NOT_BEGUN = "empty before it begins"
MILESTONES = Milestone.objects.filter(assignment=THIS)
FINAL = Review.objects.final().filter(assignment=THIS)
# Answered by two; a check-in is answered once a person, and by mentee and mentor alone.
SIDES = CheckInAnswer.objects.filter(check_in=OuterRef("pk"))
KEPT = CheckIn.objects.filter(assignment=THIS, cancelled_at__isnull=True).annotate(sides=counted(SIDES, "check_in"))
KEPT = KEPT.filter(sides=2)
LAST_FINAL = FINAL.order_by().values("assignment").annotate(last=Max("final_at")).values("last")
LAST_CYCLE = FINAL.order_by("-final_at", "-pk").values("cycle__code")[:1]


def chosen(scope: Scope) -> QuerySet:
    return scope.assignments()


ASSIGNMENTS = Table(
    "assignments",
    "Assignments",
    "One row for each assignment.",
    (
        *assignment(""),
        Column("state", TEXT, "Where it stands: chartering, active, paused, reviewing or closed.", source="status"),
        Column(
            "ending", TEXT, "How it ended: delivered, stopped or withdrawn.",
            empty="an empty text before it is closed", source="ending",
        ),
        *mentee(""),
        active("mentee", "mentee__"),
        Column(
            "manager_email", TEXT, "E-mail address of the mentee’s line manager.",
            empty="empty when the directory names none", source="mentee__manager__email",
        ),
        Column("mentor_email", TEXT, "E-mail address of the mentor.", source="mentor__email"),
        Column("mentor_name", TEXT, "Full name of the mentor.", source="mentor__full_name"),
        active("mentor", "mentor__"),
        Column(
            "sponsor_email", TEXT, "E-mail address of the sponsor.", empty=NO_SPONSOR, source="sponsor__email"
        ),
        Column("sponsor_name", TEXT, "Full name of the sponsor.", empty=NO_SPONSOR, source="sponsor__full_name"),
        active("sponsor", "sponsor__", NO_SPONSOR),
        Column("starts_on", DAY, "First day.", ISO_DAY, NOT_BEGUN, source="starts_on"),
        Column("ends_on", DAY, "Last day as agreed.", ISO_DAY, NOT_BEGUN, source="ends_on"),
        Column("closed_at", MOMENT, "When it was closed.", ISO_MOMENT, "empty before that", source="closed_at"),
        Column(
            "hours_per_week", DECIMAL, "Hours a week agreed in the charter.", "hours",
            "empty without a charter", source="charter__hours_per_week",
        ),
        Column(
            "milestones", NUMBER, "Milestones of the plan, without those taken out.", "milestones",
            source=counted(MILESTONES, "assignment"),
        ),
        Column(
            "milestones_done", NUMBER, "Those of them that are done.", "milestones",
            source=counted(MILESTONES.filter(done_at__isnull=False), "assignment"),
        ),
        Column(
            "evidence_count", NUMBER, "Pieces of evidence logged, whoever may read them.", "pieces",
            source=counted(Evidence.objects.filter(assignment=THIS), "assignment"),
        ),
        Column(
            "check_ins_kept", NUMBER, "Check-ins that both mentee and mentor answered.", "check-ins",
            source=counted(KEPT, "assignment"),
        ),
        Column("signed_off", TRUTH, "Whether its reviews are final.", source=Exists(FINAL)),
        Column(
            "final_at", MOMENT, "When its reviews became final, the latest where there were several cycles.",
            ISO_MOMENT, "empty before that", source=Subquery(LAST_FINAL),
        ),
        Column(
            "cycle_code", TEXT, "Code of the review cycle of that.", empty="empty before that",
            source=Subquery(LAST_CYCLE),
        ),
    ),
    chosen,
)  # fmt: skip
