"""Small true objects for tests; each factory makes what its noun needs and nothing else."""

import uuid
from datetime import timedelta
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from assignments.kickoff import answers_for_hours
from assignments.models import (
    AgendaItem,
    Assignment,
    Audience,
    Backing,
    Brief,
    BriefClaim,
    BriefOutcome,
    BriefRemark,
    BriefReturn,
    BriefRisk,
    BriefStakeholder,
    BriefStatus,
    BriefVersion,
    Charter,
    CharterAcknowledgement,
    CheckIn,
    CheckInAnswer,
    Competency,
    CompetencyLevel,
    DashboardChange,
    Decision,
    Ending,
    Evidence,
    EvidenceAsk,
    EvidenceVerification,
    Experiment,
    FeedbackAnswer,
    FeedbackQuestion,
    FeedbackRequest,
    FeedbackRound,
    FeedbackState,
    Framework,
    Goal,
    Intake,
    IntakeAnswer,
    Kind,
    LearningItem,
    LearningKind,
    ManagerAgreement,
    ManagerAnswer,
    Measurement,
    Mentorship,
    MentorshipOffer,
    Milestone,
    Opportunity,
    Option,
    Reflection,
    SavedPlan,
    ScopeBaseline,
    ScopeChange,
    Section,
    Setback,
    SponsorRequest,
    Stage,
    StagedFile,
    Status,
)
from assignments.objective import digest_of
from reviews.models import (
    CalibrationSession,
    Closing,
    ClosingOutcome,
    Criterion,
    Lesson,
    Level,
    Relation,
    Review,
    ReviewCycle,
    ReviewStatus,
    Rubric,
    SessionStatus,
)
from sponsors.models import Ask, Introduction, SponsorCandidate, Stakeholder
from stretchhub.env import now, today
from stretchhub.people.models import Role, RoleGrant, User

PASSWORD = "stretch-demo"


def day(offset: int):
    """The date so many days from today."""
    return factory.LazyFunction(lambda: today() + timedelta(days=offset))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Person Number{n}")
    employee_id = factory.Sequence(lambda n: f"E{n:05d}")
    job_title = "Analyst"
    department = "Operations/Planning"
    # The day of a test is the one in UTC; whoever is to live elsewhere says so.
    time_zone = "UTC"

    @factory.post_generation
    def roles(self, create, granted, **kwargs):
        for role in granted or ():
            RoleGrant.objects.create(user=self, role=role)

    @factory.post_generation
    def password(self, create, given, **kwargs):
        if given:
            self.set_password(given)
            self.save(update_fields=["password"])


class HRFactory(UserFactory):
    roles = factory.PostGeneration(lambda user, *a, **k: RoleGrant.objects.create(user=user, role=Role.HR))


class MentorshipFactory(DjangoModelFactory):
    class Meta:
        model = Mentorship

    mentor = factory.SubFactory(UserFactory)
    mentee = factory.SubFactory(UserFactory)
    started_on = day(-60)


class MentorshipOfferFactory(DjangoModelFactory):
    class Meta:
        model = MentorshipOffer

    mentor = factory.SubFactory(UserFactory)
    mentee = factory.SubFactory(UserFactory)


class FrameworkFactory(DjangoModelFactory):
    class Meta:
        model = Framework

    name = factory.Sequence(lambda n: f"Framework {n}")
    licence = "CC BY 4.0"
    credit = "Written for these tests."


class CompetencyFactory(DjangoModelFactory):
    class Meta:
        model = Competency

    framework = factory.SubFactory(FrameworkFactory)
    key = factory.Sequence(lambda n: f"competency-{n}")
    name = factory.Sequence(lambda n: f"Competency {n}")


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = Goal

    mentorship = factory.SubFactory(MentorshipFactory)
    title = "Lead work beyond my own team"
    success = "Two teams use what I built, and say so."
    created_by = factory.SelfAttribute("mentorship.mentee")


class OptionFactory(DjangoModelFactory):
    class Meta:
        model = Option

    mentorship = factory.SubFactory(MentorshipFactory)
    title = factory.Sequence(lambda n: f"Shorten the claims backlog {n}")
    kind = Kind.CROSS_FUNCTIONAL
    domain = "Customer care"
    audience = Audience.PEERS
    why = "Influence without authority, for two teams."
    stage = Stage.IDEA
    created_by = factory.SelfAttribute("mentorship.mentee")


class ExperimentFactory(DjangoModelFactory):
    class Meta:
        model = Experiment

    option = factory.SubFactory(OptionFactory)
    hypothesis = "Two team leads would give an hour a week."
    smallest_try = "Ask both for one hour, once."
    created_by = factory.SelfAttribute("option.mentorship.mentee")


class OpportunityFactory(DjangoModelFactory):
    class Meta:
        model = Opportunity

    title = factory.Sequence(lambda n: f"Lead the claims retrospective {n}")
    kind = Kind.STAKEHOLDERS
    domain = "Claims"
    audience = Audience.EXECUTIVES
    why = "Four teams that disagree, and one page they must agree on."
    offered_by = factory.SubFactory(UserFactory)
    search = factory.LazyAttribute(lambda one: f"{one.title}\n{one.domain}\n{one.why}".lower())


class BriefFactory(DjangoModelFactory):
    class Meta:
        model = Brief

    option = factory.SubFactory(OptionFactory, stage=Stage.BRIEFED)


class BriefVersionFactory(DjangoModelFactory):
    """A complete version, ready to be handed in: every section, one outcome, one stakeholder, one risk."""

    class Meta:
        model = BriefVersion
        skip_postgeneration_save = True

    class Params:
        refused = factory.Trait(decision_reason="The outcome is not measurable yet.")

    brief = factory.SubFactory(BriefFactory)
    number = factory.Sequence(lambda n: n + 1)
    status = BriefStatus.DRAFT
    problem = "Forty claimants a week wait more than three weeks."
    strength = "I have planned this queue for four years."
    gap = "I have never moved a team that does not report to me."
    why_it_matters = "Two teams would plan together for the first time."
    first_step = "Sort one day’s queue by hand and count what moves."
    dependencies = "Read access to the claims queue."
    hours_per_week = Decimal("4")
    cover = "Iris takes the Monday list."
    stop_rule = "We stop if complaints rise two weeks running."
    judged_by = "Cycle time, and the rubric of the second half."
    review_on = day(95)
    decision_asked = "Four hours a week until March."
    written_by = factory.SelfAttribute("brief.option.mentorship.mentee")

    outcome = factory.RelatedFactory("tests.factories.BriefOutcomeFactory", factory_related_name="version")
    stakeholder = factory.RelatedFactory("tests.factories.BriefStakeholderFactory", factory_related_name="version")
    risk = factory.RelatedFactory("tests.factories.BriefRiskFactory", factory_related_name="version")


class BriefOutcomeFactory(DjangoModelFactory):
    class Meta:
        model = BriefOutcome

    version = factory.SubFactory(BriefVersionFactory)
    metric = "Cycle time of a claim"
    unit = "days"
    baseline = Decimal("21")
    target = Decimal("14")
    due_on = day(90)


class BriefClaimFactory(DjangoModelFactory):
    """An assumption; or with `counted` a pilot of enough cases, with `quoted` a customer's words."""

    class Meta:
        model = BriefClaim

    class Params:
        counted = factory.Trait(backing=Backing.PILOT, before_n=40, before_hits=12, after_n=38, after_hits=22)
        said = factory.Trait(
            backing=Backing.QUOTE, quote="I wait and hear nothing.", quoted="A claimant, May", consent=True
        )

    version = factory.SubFactory(BriefVersionFactory)
    section = "problem"
    words = "Claimants wait because two teams ask for the same paper"
    created_by = factory.SelfAttribute("version.written_by")


class BriefReturnFactory(DjangoModelFactory):
    """The worked example: hours saved a month at 55 each, for 11,900."""

    class Meta:
        model = BriefReturn

    version = factory.SelfAttribute("outcome.version")
    outcome = factory.SubFactory(BriefOutcomeFactory)
    value_per_unit = Decimal("55")
    share = Decimal("0.6")
    confidence = Decimal("0.7")
    agreed_by = "Ruth Adeyemi"
    mentee_hours = Decimal("160")
    mentee_rate = Decimal("55")
    support_hours = Decimal("20")
    support_rate = Decimal("80")
    cash = Decimal("1500")


class BriefStakeholderFactory(DjangoModelFactory):
    class Meta:
        model = BriefStakeholder

    version = factory.SubFactory(BriefVersionFactory)
    name = "Claims team leads"
    interest = "No extra typing"


class BriefRiskFactory(DjangoModelFactory):
    class Meta:
        model = BriefRisk

    version = factory.SubFactory(BriefVersionFactory)
    risk = "The queue export comes late"
    mitigation = "Start with last month’s file"


class BriefRemarkFactory(DjangoModelFactory):
    class Meta:
        model = BriefRemark

    version = factory.SubFactory(BriefVersionFactory, status=BriefStatus.CHANGES_REQUESTED, refused=True)
    section = Section.PROBLEM
    words = "Say since when."
    by = factory.SelfAttribute("version.brief.option.mentorship.mentor")


class SponsorRequestFactory(DjangoModelFactory):
    class Meta:
        model = SponsorRequest

    version = factory.SubFactory(
        BriefVersionFactory, status=BriefStatus.ENDORSED, brief__option__stage=Stage.SEEKING_SPONSOR
    )
    sponsor = factory.SubFactory(UserFactory)
    asked_by = factory.SelfAttribute("version.brief.option.mentorship.mentee")


class AssignmentFactory(DjangoModelFactory):
    """An active assignment with its option, mentee, mentor and sponsor."""

    class Meta:
        model = Assignment

    class Params:
        chartering = factory.Trait(
            status=Status.CHARTERING,
            activated_at=None,
            starts_on=None,
            ends_on=None,
            option__stage=Stage.SEEKING_SPONSOR,
        )
        paused = factory.Trait(status=Status.PAUSED, paused_on=day(-3))
        reviewing = factory.Trait(status=Status.REVIEWING)
        closed = factory.Trait(
            status=Status.CLOSED,
            ending=Ending.DELIVERED,
            ending_reason="Ask the sceptics first.",
            closed_at=factory.LazyFunction(now),
            option__stage=Stage.CLOSED,
        )

    option = factory.SubFactory(OptionFactory, stage=Stage.ACTIVE)
    title = factory.SelfAttribute("option.title")
    outcome = "Claims are decided in 14 days instead of 21."
    mentee = factory.SelfAttribute("option.mentorship.mentee")
    mentor = factory.SelfAttribute("option.mentorship.mentor")
    sponsor = factory.SubFactory(UserFactory)
    status = Status.ACTIVE
    starts_on = day(-30)
    ends_on = day(60)
    activated_at = factory.LazyFunction(lambda: now() - timedelta(days=30))

    @classmethod
    def _create(cls, model, *args, **kwargs):
        assignment = super()._create(model, *args, **kwargs)
        DashboardChange.objects.note([assignment.sponsor_id])
        return assignment


class CharterFactory(DjangoModelFactory):
    """Everything that the kickoff asks for is written; `agreed=True` for the line manager's yes."""

    class Meta:
        model = Charter
        skip_postgeneration_save = True

    class Params:
        acknowledged = factory.Trait(
            mentee_part=factory.RelatedFactory(
                "tests.factories.CharterAcknowledgementFactory", factory_related_name="charter", part="mentee"
            ),
            mentor_part=factory.RelatedFactory(
                "tests.factories.CharterAcknowledgementFactory", factory_related_name="charter", part="mentor"
            ),
            sponsor_part=factory.RelatedFactory(
                "tests.factories.CharterAcknowledgementFactory", factory_related_name="charter", part="sponsor"
            ),
        )
        agreed = factory.Trait(
            hours=factory.RelatedFactory(
                "tests.factories.ManagerAgreementFactory", factory_related_name="charter", agreed=True
            ),
        )

    assignment = factory.SubFactory(AssignmentFactory)
    outcome = "Claims are decided in 14 days instead of 21 by the end of the quarter."
    learning_goal = "Win over people who do not report to me."
    in_scope = "The claims queue of the north region."
    out_of_scope = "Staffing, and the phone line."
    approver = factory.SelfAttribute("assignment.sponsor")
    decision_rights = "The mentee decides on the method; the sponsor on the budget."
    contributors = "The two team leads."
    informed = "Customer care."
    escalate_to = factory.SelfAttribute("assignment.sponsor")
    escalation = "To the sponsor, after three days, by phone."
    stop_rule = "If neither team has decided ten claims by week six."
    resources = "Read access to the queue."
    cover = "Iris takes the Tuesday desk."
    sponsor_sees = "Outcomes, milestones and what is shared."
    raters = "Mentee, mentor, sponsor and a team lead."
    hours_per_week = Decimal("4")
    starts_on = day(-30)
    ends_on = day(60)
    review_on = day(65)


class CharterAcknowledgementFactory(DjangoModelFactory):
    class Meta:
        model = CharterAcknowledgement

    charter = factory.SubFactory(CharterFactory)
    charter_version = factory.SelfAttribute("charter.version")
    part = "mentee"
    person = factory.LazyAttribute(lambda part: getattr(part.charter.assignment, part.part))


class MeasurementFactory(DjangoModelFactory):
    class Meta:
        model = Measurement

    assignment = factory.SubFactory(AssignmentFactory)
    outcome = factory.SubFactory(
        BriefOutcomeFactory,
        version__brief__option=factory.SelfAttribute("....assignment.option"),
        version__status=BriefStatus.SPONSOR_ACCEPTED,
        version__outcome=None,
    )
    value = Decimal("16")
    n = 12
    measured_on = day(-3)
    recorded_by = factory.SelfAttribute("assignment.mentee")


class ManagerAgreementFactory(DjangoModelFactory):
    """What the mentee's line manager was asked, or the mentor where there is none."""

    class Meta:
        model = ManagerAgreement

    class Params:
        agreed = factory.Trait(answer=ManagerAnswer.AGREED, answered_at=factory.LazyFunction(now))

    charter = factory.SubFactory(CharterFactory)
    manager = factory.LazyAttribute(lambda made: answers_for_hours(made.charter.assignment))
    hours_per_week = factory.SelfAttribute("charter.hours_per_week")
    cover = factory.SelfAttribute("charter.cover")
    starts_on = factory.SelfAttribute("charter.starts_on")
    ends_on = factory.SelfAttribute("charter.ends_on")


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    assignment = factory.SubFactory(AssignmentFactory)
    title = factory.Sequence(lambda n: f"Pilot with two teams {n}")
    definition_of_progress = "Both teams have decided ten claims the new way."
    due_on = day(14)


class SavedPlanFactory(DjangoModelFactory):
    """Two steps, the second after the first."""

    class Meta:
        model = SavedPlan

    name = factory.Sequence(lambda n: f"Pilot, then widen {n}")
    made_by = factory.SubFactory(UserFactory)
    steps = factory.LazyFunction(
        lambda: [
            {"title": "Pilot", "definition_of_progress": "Ten claims.", "days": 5, "weight": 2, "after": []},
            {"title": "Widen it", "definition_of_progress": "All claims.", "days": 15, "weight": 3, "after": [0]},
        ]
    )


class ScopeBaselineFactory(DjangoModelFactory):
    """What was agreed at kickoff: 160 hours over 120 days."""

    class Meta:
        model = ScopeBaseline

    assignment = factory.SubFactory(AssignmentFactory)
    hours = Decimal("160")
    hours_per_week = Decimal("9.3")
    starts_on = day(-60)
    ends_on = day(60)
    objective = "Claims are decided in 14 days instead of 21 by the end of the quarter."
    objective_digest = factory.LazyAttribute(lambda baseline: digest_of(baseline.objective))


class ScopeChangeFactory(DjangoModelFactory):
    """Something came on; nobody has decided yet."""

    class Meta:
        model = ScopeChange

    assignment = factory.SubFactory(AssignmentFactory)
    kind = "added"
    title = "The south region too"
    hours = Decimal("24")
    why = "They have the same queue."
    comes_off = "The phone line."
    asked_by = factory.SelfAttribute("assignment.mentee")


class CheckInFactory(DjangoModelFactory):
    class Meta:
        model = CheckIn

    assignment = factory.SubFactory(AssignmentFactory)
    due_on = day(0)


class CheckInAnswerFactory(DjangoModelFactory):
    class Meta:
        model = CheckInAnswer

    check_in = factory.SubFactory(CheckInFactory)
    by = factory.SelfAttribute("check_in.assignment.mentee")
    answered_at = factory.LazyFunction(now)
    moved = "Both team leads agreed to a pilot; the invitation shows it."
    next_try = "Ask the loudest critic first."


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    assignment = factory.SubFactory(AssignmentFactory)
    added_by = factory.SelfAttribute("assignment.mentee")
    text = factory.Sequence(lambda n: f"Who else should see the pilot {n}")


class EvidenceFactory(DjangoModelFactory):
    class Meta:
        model = Evidence

    assignment = factory.SubFactory(AssignmentFactory)
    logged_by = factory.SelfAttribute("assignment.mentee")
    title = factory.Sequence(lambda n: f"Demo to the regional leads {n}")
    text = "Twelve people came; four asked for access."
    learned = "Show the old way first."
    changed = "Two regions joined the pilot."
    happened_on = day(-2)


class DecisionFactory(DjangoModelFactory):
    """Logged by the mentee, to be looked back at in three weeks."""

    class Meta:
        model = Decision

    class Params:
        looked_back = factory.Trait(
            happened="Both leads came on Monday.",
            looked_back_at=factory.LazyFunction(now),
            looked_back_by=factory.SelfAttribute("logged_by"),
        )

    assignment = factory.SubFactory(AssignmentFactory)
    decided_on = day(-4)
    decision = factory.Sequence(lambda n: f"We begin with two teams {n}.")
    reason = "Two are enough to see whether it works."
    decided_by = "Sponsor"
    review_on = day(21)
    logged_by = factory.SelfAttribute("assignment.mentee")


class SetbackFactory(DjangoModelFactory):
    """Not shared; asks again in three weeks."""

    class Meta:
        model = Setback

    assignment = factory.SubFactory(AssignmentFactory)
    by = factory.SelfAttribute("assignment.mentee")
    title = factory.Sequence(lambda n: f"Nobody came {n}")
    happened_on = day(-9)
    assumed = "An invitation is enough."
    happened = "Nobody came to the first meeting."
    did = "Called each of them."
    ask_again_on = day(21)


class ReflectionFactory(DjangoModelFactory):
    """Private."""

    class Meta:
        model = Reflection

    assignment = factory.SubFactory(AssignmentFactory)
    by = factory.SelfAttribute("assignment.mentee")
    on = day(-1)
    worked = "I asked the loudest critic first."


class EvidenceVerificationFactory(DjangoModelFactory):
    """The mentor confirms it."""

    class Meta:
        model = EvidenceVerification

    evidence = factory.SubFactory(EvidenceFactory)
    by = factory.SelfAttribute("evidence.assignment.mentor")
    source = "mentor"
    verdict = "confirmed"
    words = "I was in the room."


class EvidenceAskFactory(DjangoModelFactory):
    """The mentee asks the mentor what they saw."""

    class Meta:
        model = EvidenceAsk

    assignment = factory.SubFactory(AssignmentFactory)
    competency = factory.SubFactory(CompetencyFactory)
    source = "mentor"
    asked_by = factory.SelfAttribute("assignment.mentee")
    asked_of = factory.SelfAttribute("assignment.mentor")


class StagedFileFactory(DjangoModelFactory):
    """A small text that was uploaded and not attached yet."""

    class Meta:
        model = StagedFile

    assignment = factory.SubFactory(AssignmentFactory)
    by = factory.SelfAttribute("assignment.mentee")
    key = factory.Sequence(lambda n: f"key-{n}")
    file = factory.LazyFunction(lambda: ContentFile(b"notes", "notes.txt"))
    name = "notes.txt"
    size = 5
    content_type = "text/plain"
    sha256 = "0" * 64


class FeedbackRoundFactory(DjangoModelFactory):
    """Open for ten days, with a question in words and one from 1 to 5."""

    class Meta:
        model = FeedbackRound
        skip_postgeneration_save = True

    assignment = factory.SubFactory(AssignmentFactory)
    asked_by = factory.SelfAttribute("assignment.mentee")
    about = "The pilot with the north team"
    closes_on = day(10)
    keep_until = day(375)

    @factory.post_generation
    def questions(self, create, given, **kwargs):
        usual = [("What helped?", "words"), ("How clear was it?", "scale")]
        for position, (text, form) in enumerate(given or usual, 1):
            FeedbackQuestion.objects.create(round=self, position=position, text=text, form=form)


class FeedbackRequestFactory(DjangoModelFactory):
    """Somebody asked; `says` answers the first question, `level` the second, `outsider=True` has no account."""

    class Meta:
        model = FeedbackRequest
        skip_postgeneration_save = True

    class Params:
        outsider = factory.Trait(
            giver=None,
            giver_name="Ola Berg",
            giver_email=factory.Sequence(lambda n: f"ola{n}@customer.example"),
            group="end_user",
        )

    round = factory.SubFactory(FeedbackRoundFactory)
    giver = factory.SubFactory(UserFactory)
    group = "peer"

    @factory.post_generation
    def says(self, create, words, level=None):
        if not words and level is None:
            return
        self.state, self.settled_at = FeedbackState.SUBMITTED, now()
        self.save()
        for question in self.round.questions.all():
            said = {"words": words or ""} if question.position == 1 else {"level": level}
            if any(said.values()):
                FeedbackAnswer.objects.create(request=self, question=question, **said)


class RubricFactory(DjangoModelFactory):
    """Four criteria with five levels each."""

    class Meta:
        model = Rubric
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Rubric {n}")

    @factory.post_generation
    def criteria_with_levels(self, create, given, **kwargs):
        for position, name in enumerate(["Learning", "Adaptability", "Influence", "Impact"]):
            criterion = Criterion.objects.create(rubric=self, key=name.lower(), name=name, position=position)
            names = ["Not yet evident", "Emerging", "Established", "Strong", "Role-modelling"]
            Level.objects.bulk_create(
                Level(criterion=criterion, value=value, name=level, anchor=f"{name} at {value}.")
                for value, level in enumerate(names, start=1)
            )


class ReviewCycleFactory(DjangoModelFactory):
    class Meta:
        model = ReviewCycle

    code = factory.Sequence(lambda n: f"cycle-{n}")
    name = factory.Sequence(lambda n: f"Cycle {n}")
    rubric = factory.SubFactory(RubricFactory)
    opens_on = day(-20)
    closes_on = day(40)


class ReviewFactory(DjangoModelFactory):
    class Meta:
        model = Review

    class Params:
        submitted = factory.Trait(status=ReviewStatus.SUBMITTED, submitted_at=factory.LazyFunction(now))
        final = factory.Trait(
            status=ReviewStatus.FINAL,
            submitted_at=factory.LazyFunction(now),
            final_at=factory.LazyFunction(now),
        )

        outsider = factory.Trait(
            rater=None,
            rater_name=factory.Sequence(lambda n: f"Ola Berg {n}"),
            rater_email=factory.Sequence(lambda n: f"ola-{n}@customer.example"),
            link=factory.LazyFunction(uuid.uuid4),
            relation=Relation.END_USER,
        )

    cycle = factory.SubFactory(ReviewCycleFactory)
    assignment = factory.SubFactory(AssignmentFactory, reviewing=True)
    relation = Relation.SELF
    rater = factory.SelfAttribute("assignment.mentee")
    asked_by = factory.SelfAttribute("assignment.mentor")
    due_on = day(14)


class CalibrationSessionFactory(DjangoModelFactory):
    """Planned for tomorrow; `running=True` for one that is open, `locked=True` for one that is over."""

    class Meta:
        model = CalibrationSession

    class Params:
        running = factory.Trait(status=SessionStatus.OPEN, opened_at=factory.LazyFunction(now))
        locked = factory.Trait(
            status=SessionStatus.LOCKED,
            opened_at=factory.LazyFunction(now),
            locked_at=factory.LazyFunction(now),
        )

    cycle = factory.SubFactory(ReviewCycleFactory, calibrates=True)
    name = factory.Sequence(lambda n: f"Calibration {n}")
    facilitator = factory.SubFactory(UserFactory, roles=[Role.CALIBRATOR])
    held_on = day(1)
    planned_by = factory.SelfAttribute("facilitator")


class IntakeFactory(DjangoModelFactory):
    """An open conversation; `kept=True` for one that is over."""

    class Meta:
        model = Intake

    class Params:
        kept = factory.Trait(
            kept_at=factory.LazyFunction(now),
            kept_by=factory.SelfAttribute("mentorship.mentee"),
            revisit_on=day(90),
        )

    mentorship = factory.SubFactory(MentorshipFactory)
    number = factory.LazyAttribute(lambda made: Intake.objects.filter(mentorship=made.mentorship).count() + 1)
    started_by = factory.SelfAttribute("mentorship.mentee")
    started_at = factory.LazyFunction(now)


class IntakeAnswerFactory(DjangoModelFactory):
    class Meta:
        model = IntakeAnswer

    intake = factory.SubFactory(IntakeFactory)
    topic = "aspirations"
    words = factory.LazyFunction(lambda: {"next_role": "Lead of the claims team", "ambition": "Run a division"})
    saved_by = factory.SelfAttribute("intake.mentorship.mentee")
    saved_at = factory.LazyFunction(now)


class LearningItemFactory(DjangoModelFactory):
    """An open item of the learning plan."""

    class Meta:
        model = LearningItem

    class Params:
        done = factory.Trait(done_on=day(-1), changed="I ask for the objection first now.")
        dropped = factory.Trait(dropped_at=factory.LazyFunction(now))

    mentorship = factory.SubFactory(MentorshipFactory)
    kind = LearningKind.READING
    title = factory.Sequence(lambda n: f"Chapter {n} of the book on influence")
    created_by = factory.SelfAttribute("mentorship.mentee")


class CompetencyLevelFactory(DjangoModelFactory):
    """What somebody said of themselves; `by` another is mentor-rated."""

    class Meta:
        model = CompetencyLevel

    class Params:
        by = None

    person = factory.SubFactory(UserFactory)
    competency = factory.SubFactory(CompetencyFactory)
    level = 2
    provenance = factory.LazyAttribute(lambda made: "mentor_rated" if made.by else "self_declared")
    dated_on = day(-10)
    recorded_by = factory.LazyAttribute(lambda made: made.by or made.person)


class AskFactory(DjangoModelFactory):
    """One open ask of the assignment's sponsor."""

    class Meta:
        model = Ask

    assignment = factory.SubFactory(AssignmentFactory)
    kind = "decision"
    question = "May the pilot run a second week?"
    why = "Both team leads wait for it."
    needed_by = day(4)
    addressee = factory.SelfAttribute("assignment.sponsor")
    asked_by = factory.SelfAttribute("assignment.mentee")
    asked_at = factory.LazyFunction(now)
    put_at = factory.LazyFunction(now)


class SponsorCandidateFactory(DjangoModelFactory):
    """Somebody judged in full: 72.5 points."""

    class Meta:
        model = SponsorCandidate

    class Params:
        blank = factory.Trait(owns=None, influences=None, develops=None, reach=None, capacity=None)

    option = factory.SubFactory(OptionFactory)
    person = factory.SubFactory(UserFactory)
    owns = 5
    influences = 4
    develops = 4
    reach = 3
    capacity = 2
    rated_by = factory.SelfAttribute("option.mentorship.mentee")


class IntroductionFactory(DjangoModelFactory):
    """Drafted, and with `sent=True` gone out from here without a brief."""

    class Meta:
        model = Introduction

    class Params:
        sent = factory.Trait(
            state="introduced", sent_at=factory.LazyFunction(now), introduced_at=factory.LazyFunction(now)
        )

    candidate = factory.SubFactory(SponsorCandidateFactory)
    message = "Could we talk for twenty minutes?"
    drafted_by = factory.SelfAttribute("candidate.option.mentorship.mentee")


class StakeholderFactory(DjangoModelFactory):
    class Meta:
        model = Stakeholder

    option = factory.SubFactory(OptionFactory)
    name = factory.Sequence(lambda n: f"Team leads {n}")
    power = 4
    interest = 3
    placed_on = day(0)
    placed_by = factory.SelfAttribute("option.mentorship.mentee")


class ClosingFactory(DjangoModelFactory):
    """A finished closing of work that is over."""

    class Meta:
        model = Closing

    assignment = factory.SubFactory(AssignmentFactory, closed=True)
    finished_at = factory.LazyFunction(now)
    levels_read_at = factory.LazyFunction(now)


class ClosingOutcomeFactory(DjangoModelFactory):
    class Meta:
        model = ClosingOutcome

    closing = factory.SubFactory(ClosingFactory)
    outcome = factory.SubFactory(
        BriefOutcomeFactory,
        version__brief__option=factory.SelfAttribute("....closing.assignment.option"),
        version__status=BriefStatus.SPONSOR_ACCEPTED,
        version__outcome=None,
    )
    value = Decimal("15")
    n = 30
    measured_on = day(-1)
    source = "The claims system’s weekly report"


class LessonFactory(DjangoModelFactory):
    class Meta:
        model = Lesson

    closing = factory.SubFactory(ClosingFactory)
    position = factory.LazyAttribute(lambda made: made.closing.lessons.count() + 1)
    text = "Show the sceptics a rough version first; they tell you what is missing."
    kind = factory.SelfAttribute("closing.assignment.option.kind")
    said_at = factory.LazyFunction(now)
