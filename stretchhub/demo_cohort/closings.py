"""One assignment closed with care, lessons offered by it and others, one closing under way, and what stands still."""

from __future__ import annotations

from datetime import timedelta

from assignments.actions.idle import find_idle
from assignments.models import Assignment, IdleAnswer, IdleChoice, Mentorship, OptionCompetency, Status
from assignments.results import results
from reviews.models import Closing, ClosingOutcome, Lesson, LessonAudience
from stretchhub.people.models import Draft

from .cohort import Cohort

MENTEE = "mentee@demo.example"
QUIET = "brianna.castillo@demo.example"
SOURCE = "The weekly figures of the team that owns it"
CAUSES = "A quieter quarter helped, too."
LESSONS = (
    (LessonAudience.TEAM, True, "Show the sceptics a rough version first. They tell you what is missing, and stay."),
    (LessonAudience.TEAM, False, "Ask who decides before you ask what they think. I lost three weeks the other way."),
    (LessonAudience.MENTOR, False, "I wait too long before I ask for help; two days is a good limit for me."),
)
OTHERS = (
    "Agree on the counter-metric on the first day; nobody wants to look for it in the last week.",
    "Sit beside a customer for a morning before you plan. Half of my plan was about something they never do.",
)
BEGUN = "Bring the numbers and one story. Only the two together moved anybody."


def add_closings(cohort: Cohort) -> None:
    """The mentee of the demo's sign-ins has one finished; whoever else has ended offers a lesson or is on the way."""
    over = Assignment.objects.filter(activated_at__isnull=False, ending="delivered").order_by("-closed_at", "pk")
    mine = over.filter(mentee__email=MENTEE).first()
    if mine is not None:
        _finish(cohort, mine, LESSONS)
    others = list(over.exclude(mentee__email=MENTEE))
    for assignment, text in zip(others[1:], OTHERS, strict=False):
        _finish(cohort, assignment, ((LessonAudience.TEAM, False, text),))
    begun = Assignment.objects.filter(status=Status.REVIEWING).order_by("pk").first() or next(iter(others), None)
    if begun is not None:
        content = {"text_1": BEGUN, "audience_1": LessonAudience.TEAM.value}
        about, at = str(begun.code), cohort.moment(-1, 18, begun.mentee)
        Draft.objects.create(owner=begun.mentee, form="closing-lessons", about=about, content=content, saved_at=at)
    _ask_again(cohort)
    find_idle()


def _ask_again(cohort: Cohort) -> None:
    """Somebody said “not now” some weeks ago, and today is the day."""
    quiet = Mentorship.objects.filter(mentee__email=QUIET, ended_on__isnull=True).first()
    if quiet is None:
        return
    said_at = cohort.moment(-21, 10, quiet.mentee)
    IdleAnswer.objects.create(
        code=cohort.code(),
        mentorship=quiet,
        choice=IdleChoice.LATER,
        until_on=cohort.calendar.today,
        said_at=said_at,
    )


def _finish(cohort: Cohort, assignment: Assignment, lessons: tuple[tuple[LessonAudience, bool, str], ...]) -> None:
    assert assignment.closed_at is not None
    at = assignment.closed_at + timedelta(days=1)
    closing = Closing.objects.create(code=cohort.code(), assignment=assignment, finished_at=at, levels_read_at=at)
    for result in results(assignment):
        latest = result.latest
        said = (
            {
                "value": latest.value,
                "measured_on": latest.measured_on,
                "n": latest.n,
                "source": SOURCE,
                "causes": CAUSES,
            }
            if latest
            else {"unmeasured": "The figures were moved to another system before the end."}
        )
        ClosingOutcome.objects.create(closing=closing, outcome=result.outcome, **said)
    about = OptionCompetency.objects.filter(option=assignment.option_id).order_by("pk").first()
    for position, (audience, named, text) in enumerate(lessons, start=1):
        Lesson.objects.create(
            closing=closing,
            position=position,
            text=text,
            audience=audience,
            named=named,
            kind=assignment.option.kind,
            competency_id=about.competency_id if about else None,
            said_at=at,
        )
    fields = ["goals", "lessons", "not_now_until", "outcomes"]
    cohort.remember(assignment.mentee, "closing.finished", closing, at, fields)
