"""One small organisation in which everybody of the access table has a part."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core.files.base import ContentFile
from django.urls import reverse

from assignments import feedback_links
from assignments.actions.feedback_round import end
from assignments.actions.ranking import keep_ranking
from assignments.models import (
    BriefStatus,
    DemonstratedLevel,
    Evidence,
    EvidenceFile,
    SponsorOutlook,
    SponsorRequest,
    Stage,
    StatusOverride,
    StretchDemand,
    StretchProfile,
    WorkloadResponse,
)
from assignments.ranking_of import read
from reviews import review_links
from reviews.actions import document as documents
from reviews.actions import letter as letters
from reviews.actions import own
from reviews.actions import packet as packets
from reviews.document_content import Section, Text
from reviews.models import (
    ClosingGoal,
    Division,
    EquityReport,
    Export,
    ExportStatus,
    Format,
    GroupAnswer,
    RatingPractice,
    Relation,
    Review,
    ReviewNarrative,
    ReviewStatus,
    RubricStatus,
    Score,
    SharedResult,
    Vignette,
)
from reviews.models.export import OWN
from reviews.own_sources import looked_through
from sponsors.models import Ask, AskState, DashboardSnapshot, HandOver, SponsorCheckIn
from stretchhub.audit import trail
from stretchhub.env import now, today
from stretchhub.insights.models import QuarterFigures, Standing, Step, Wait
from stretchhub.keeping.actions import erasure as erasures
from stretchhub.keeping.models import Ground
from stretchhub.notices import outbox, stopping
from stretchhub.notices.models import Notice
from stretchhub.people import links
from stretchhub.people.actions import calendar_feed
from stretchhub.people.models import Draft, Purpose, Role, User
from tests.factories import (
    AgendaItemFactory,
    AssignmentFactory,
    BriefClaimFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefRemarkFactory,
    BriefVersionFactory,
    CalibrationSessionFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    ClosingFactory,
    ClosingOutcomeFactory,
    CompetencyFactory,
    CompetencyLevelFactory,
    DecisionFactory,
    EvidenceAskFactory,
    EvidenceFactory,
    EvidenceVerificationFactory,
    ExperimentFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    GoalFactory,
    IntakeAnswerFactory,
    IntakeFactory,
    IntroductionFactory,
    LearningItemFactory,
    LessonFactory,
    ManagerAgreementFactory,
    MeasurementFactory,
    MentorshipFactory,
    MentorshipOfferFactory,
    MilestoneFactory,
    OpportunityFactory,
    OptionFactory,
    ReflectionFactory,
    ReviewCycleFactory,
    ReviewFactory,
    RubricFactory,
    SavedPlanFactory,
    ScopeBaselineFactory,
    ScopeChangeFactory,
    SetbackFactory,
    SponsorCandidateFactory,
    SponsorRequestFactory,
    StakeholderFactory,
    UserFactory,
)

PAIR = frozenset({"mentee", "mentor"})
# What a charter says, to its parties and HR; cover alone is for the line manager too.
CHARTER_WORDS = (
    "outcome",
    "learning_goal",
    "in_scope",
    "out_of_scope",
    "stop_rule",
    "decision_rights",
    "contributors",
    "informed",
    "escalation",
    "resources",
    "sponsor_sees",
    "raters",
)


@dataclass
class World:
    """The people by their part, the things by their noun, and what each private text is marked with."""

    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    canaries: dict[bytes, frozenset[str]] = field(default_factory=dict)
    sessions: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def mark(self, text: str, readers: frozenset[str] = PAIR) -> str:
        """A private text: its marker may reach only these people."""
        marker = f"canary-{len(self.canaries)}-{hashlib.sha1(text.encode()).hexdigest()[:8]}"
        self.canaries[marker.encode()] = readers
        return f"{text} {marker}"

    def address(self, row) -> str:
        thing = self.things[row.thing] if row.thing else None
        if thing is None:
            return reverse(row.name)
        return reverse(row.name, args=thing if isinstance(thing, (tuple, list)) else [getattr(thing, "code", thing)])


PEOPLE = (
    "mentee",
    "other_mentee",
    "mentor",
    "other_mentor",
    "sponsor",
    "other_sponsor",
    "asked_sponsor",
    "manager",
    "colleague",
    "stranger",
)


def build_world() -> World:
    world = World()
    for part in PEOPLE:
        world.people[part] = UserFactory(email=f"{part}@example.org", full_name=part.replace("_", " ").title())
    world.people["hr"] = UserFactory(email="hr@example.org", full_name="Hana Ito", roles=[Role.HR])
    world.people["calibrator"] = UserFactory(
        email="calibrator@example.org", full_name="Ines Costa", roles=[Role.CALIBRATOR]
    )
    world.people["administrator"] = UserFactory(email="admin@example.org", roles=[Role.ADMINISTRATOR])
    world.people["analyst"] = UserFactory(email="analyst@example.org", roles=[Role.EQUITY_ANALYST])
    world.people["deactivated"] = UserFactory(
        email="gone@example.org", is_active=False, deactivated_at=now(), roles=[Role.HR]
    )
    world.mentee.manager = world.manager
    world.mentee.save()
    _think(world)
    _reach(world)
    _talk(world)
    _ask(world)
    _rank(world)
    _find(world)
    _work(world)
    _log(world)
    _speak(world)
    _feed_back(world)
    _hand_over(world)
    _look_back(world)
    _others(world)
    _keep(world)
    return world


def _keep(world: World) -> None:
    """HR has asked that the mentee be erased, and an outsider who answered in confidence; nobody has decided."""
    world.things["manager"] = world.manager
    world.things["own_archive"] = Export.objects.create(format=OWN, requested_by=world.mentee)
    world.things["erasure"] = erasures.ask(world.mentee, by=world.hr, ground=Ground.LEFT)
    address = world.things["feedback_outsider"].giver_email
    world.things["erasure_outside"] = erasures.ask_of_address(address, by=world.hr, ground=Ground.OWN_WISH)


def _think(world: World) -> None:
    """Goal, options in the pipeline, a draft brief."""
    things = world.things
    things["mentee"] = world.mentee
    things["mentorship"] = MentorshipFactory(
        mentor=world.mentor, mentee=world.mentee, purpose=world.mark("Towards a lead role.")
    )
    things["goal"] = GoalFactory(
        mentorship=things["mentorship"],
        title=world.mark("Lead beyond my team"),
        success=world.mark("Two teams use it."),
    )
    things["competency"] = CompetencyFactory()
    things["framework"] = things["competency"].framework
    things["learning"] = LearningItemFactory(
        mentorship=things["mentorship"], goal=things["goal"], title=world.mark("A book about courage")
    )
    CompetencyLevelFactory(person=world.mentee, note=world.mark("The board meeting in spring."))
    LearningItemFactory(mentorship=things["mentorship"], done=True, changed=world.mark("I say no now."))
    things["option"] = OptionFactory(
        mentorship=things["mentorship"],
        goal=things["goal"],
        title=world.mark("An idea"),
        why=world.mark("It stretches."),
    )
    things["experiment"] = ExperimentFactory(
        option=things["option"], hypothesis=world.mark("Leads would come."), smallest_try=world.mark("Ask two.")
    )
    things["opportunity"] = OpportunityFactory(offered_by=world.colleague)
    OptionFactory(mentorship=things["mentorship"], title=world.mark("A copy"), origin=things["opportunity"])
    things["option_with_brief"] = OptionFactory(
        mentorship=things["mentorship"], title=world.mark("A case in the making"), stage=Stage.BRIEFED
    )
    things["brief"] = BriefFactory(option=things["option_with_brief"])
    version = BriefVersionFactory(
        brief=things["brief"], number=1, status=BriefStatus.SUBMITTED, problem=world.mark("A problem not yet shown.")
    )
    things["brief_remark"] = BriefRemarkFactory(version=version, words=world.mark("Say since when."))


def _talk(world: World) -> None:
    """A kept conversation and an open one."""
    kept = world.things["kept_intake"] = IntakeFactory(mentorship=world.things["mentorship"], kept=True)
    opened = world.things["intake"] = IntakeFactory(mentorship=world.things["mentorship"])
    for intake, said in ((kept, "Lead the claims team."), (opened, "Lead two teams.")):
        IntakeAnswerFactory(intake=intake, words={"next_role": world.mark(said)})
    world.things["intake_topic"] = (opened.code, "aspirations")


def _rank(world: World) -> None:
    """A sponsor in view for an option, and a ranking that was kept."""
    mentorship = world.things["mentorship"]
    SponsorOutlook.objects.create(
        option=world.things["option"],
        state="found",
        name=world.mark("Vera Lund"),
        owns=4,
        influences=3,
        develops=3,
        engaged=2,
    )
    world.things["kept_ranking"] = keep_ranking(
        mentorship,
        by=world.mentee,
        today=today(),
        mark=read(mentorship, today()).mark,
        note=world.mark("We begin with the idea."),
    )


def _find(world: World) -> None:
    """Somebody judged as a possible sponsor, who never learns of it, and placed on the grid."""
    world.things["candidate"] = SponsorCandidateFactory(
        option=world.things["option"],
        person=world.other_sponsor,
        priority=world.mark("Fewer complaints by spring."),
        conflict=world.mark("Her sister sells the old tool."),
        note=world.mark("Ask after the board meeting."),
    )
    world.things["introduction"] = IntroductionFactory(
        candidate=world.things["candidate"],
        message=world.mark("Would you hear of it for twenty minutes?", PAIR | {"colleague"}),
        state="intro_asked",
        introducer=world.colleague,
        asked_at=now(),
    )
    world.things["sent_introduction"] = IntroductionFactory(
        candidate__option=world.things["option_with_brief"],
        candidate__person=world.other_sponsor,
        message=world.mark("Could we talk on Tuesday?", PAIR | {"other_sponsor"}),
        sent=True,
        reply=world.mark("On Thursday, please.", PAIR | {"other_sponsor"}),
    )
    world.things["stakeholder"] = StakeholderFactory(
        option=world.things["option"],
        person=world.manager,
        name=world.mark("Head of the night shift"),
        note=world.mark("Would rather nothing changed."),
    )


def _reach(world: World) -> None:
    """What the first option demands, who would help with it, and what the mentee has shown."""
    profile = StretchProfile.objects.create(option=world.things["option"], confidence=2, saved_by=world.mentee)
    StretchDemand.objects.create(
        profile=profile,
        component=8,
        level=5,
        reason=world.mark("Nobody there reports to me."),
        support_person=world.mark("A friend in finance"),
    )
    DemonstratedLevel.objects.create(
        person=world.mentee,
        component=8,
        level=4,
        reason=world.mark("I once won the night shift over."),
        provenance="self_declared",
        dated_on=today(),
        recorded_by=world.mentee,
    )


def _ask(world: World) -> None:
    """An endorsed brief that a sponsor was asked for and has not yet answered."""
    readers = PAIR | {"asked_sponsor", "hr"}
    option = OptionFactory(
        mentorship=world.things["mentorship"],
        title=world.mark("An asked case", readers),
        why=world.mark("Private thoughts about the asked case."),
        stage=Stage.SEEKING_SPONSOR,
    )
    brief = BriefFactory(option=option)
    version = BriefVersionFactory(
        brief=brief, number=1, status=BriefStatus.ENDORSED, problem=world.mark("Claims wait.", readers)
    )
    world.things["endorsed_brief"] = brief
    world.things["endorsed_brief_section"] = (brief.code, "problem")
    world.things["outcome"] = BriefOutcomeFactory(version=version, metric=world.mark("Days until paid", readers))
    world.things["claim"] = BriefClaimFactory(version=version, words=world.mark("Two teams ask twice", readers))
    world.things["sponsor_request"] = SponsorRequestFactory(
        version=version, sponsor=world.asked_sponsor, asked_by=world.mentee
    )


def _work(world: World) -> None:
    """A running assignment with everything in it."""
    things = world.things
    option = OptionFactory(mentorship=things["mentorship"], title="Shorten the backlog", stage=Stage.ACTIVE)
    brief = BriefFactory(option=option)
    version = BriefVersionFactory(brief=brief, number=1, status=BriefStatus.SPONSOR_ACCEPTED)
    SponsorRequest.objects.create(
        version=version, sponsor=world.sponsor, asked_by=world.mentee, status="accepted", answered_at=now()
    )
    assignment = things["assignment"] = AssignmentFactory(option=option, sponsor=world.sponsor)
    things["charter"] = CharterFactory(
        assignment=assignment,
        acknowledged=True,
        **{name: world.mark(f"About {name}.", PAIR | {"sponsor", "hr"}) for name in CHARTER_WORDS},
    )
    things["hours"] = ManagerAgreementFactory(
        charter=things["charter"], answer="not_yet", reason=world.mark("The audit."), answered_at=now()
    )
    link = links.issue(Purpose.MANAGER_AGREEMENT, world.manager, about=things["hours"].pk)
    things["hours_token"] = (links.token_of(link),)
    things["stop_token"] = (stopping.token_of(world.mentee, "check_ins"),)
    things["calendar_token"] = (calendar_feed.make(world.mentee),)
    things["milestone"] = MilestoneFactory(
        assignment=assignment,
        title="Pilot",
        definition_of_progress=world.mark("Ten claims.", PAIR | {"sponsor", "hr"}),
    )
    _keep_plans(world)
    ScopeBaselineFactory(assignment=assignment)
    things["scope_change"] = ScopeChangeFactory(
        assignment=assignment, asked_by=world.mentee, why=world.mark("The auditors asked.", PAIR | {"sponsor"})
    )
    things["measurement"] = MeasurementFactory(
        assignment=assignment,
        outcome=version.outcomes.get(),
        note=world.mark("Only the north queue.", PAIR | {"sponsor"}),
    )
    things["check_in"] = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=1))
    things["answer"] = CheckInAnswerFactory(
        check_in=things["check_in"], moved=world.mark("We met."), avoided=world.mark("The budget."), load=4, hours=9
    )
    things["agenda_item"] = AgendaItemFactory(assignment=assignment, text=world.mark("How to say no to the north."))
    things["workload_response"] = WorkloadResponse.objects.create(
        assignment=assignment, choice="cover", words=world.mark("Iris takes Fridays."), by=world.mentee
    )
    things["status_override"] = StatusOverride.objects.create(
        assignment=assignment,
        value="on_track",
        reason=world.mark("The pilot moved.", PAIR | {"sponsor", "hr"}),
        by=world.mentor,
        expires_on=today() + timedelta(days=9),
    )
    things["evidence"] = EvidenceFactory(
        assignment=assignment, title=world.mark("A private note"), learned=world.mark("I was afraid of the numbers.")
    )
    things["shared_evidence"] = EvidenceFactory(
        assignment=assignment, title=world.mark("A shared demo", PAIR | {"sponsor"}), shared_with_sponsor=True
    )
    EvidenceVerificationFactory(evidence=things["evidence"], words=world.mark("I saw how nervous she was."))
    # Changed since, so that the mentor may speak again.
    Evidence.objects.filter(pk=things["evidence"].pk).update(version=2)
    EvidenceVerificationFactory(
        evidence=things["shared_evidence"], words=world.mark("It ran well.", PAIR | {"sponsor"})
    )
    things["evidence_ask"] = EvidenceAskFactory(assignment=assignment, competency=things["competency"])
    things["draft_evidence"] = Draft.objects.create(
        owner=world.mentee,
        form="evidence",
        about=str(assignment.code),
        content={"title": world.mark("Half a thought", frozenset({"mentee"}))},
    )
    marked = world.mark("In a file.").encode()
    things["evidence_file"] = EvidenceFile(
        evidence=things["evidence"], name="notes.txt", size=len(marked), content_type="text/plain", sha256="0" * 64
    )
    things["ask"] = Ask.objects.create(
        assignment=assignment,
        kind="decision",
        question=world.mark("May the pilot go on?", PAIR | {"sponsor", "colleague"}),
        why=world.mark("Both leads wait.", PAIR | {"sponsor", "colleague"}),
        needed_by=today() + timedelta(days=4),
        addressee=world.sponsor,
        asked_by=world.mentee,
        state=AskState.DELEGATED,
        answered_by=world.sponsor,
        answered_at=now(),
        delegated_to=world.colleague,
        reason=world.mark("You know the north.", PAIR | {"sponsor", "colleague"}),
    )
    things["evidence_file"].file.save("notes.txt", ContentFile(marked), save=True)


def _keep_plans(world: World) -> None:
    """The mentee's own, the mentor's that is offered, and one of everybody."""
    office = frozenset({"hr", "administrator"})
    for name, maker, readers, more in (
        ("saved_plan", world.mentee, frozenset({"mentee"}), {}),
        ("offered_plan", world.mentor, office | {"mentor"}, {"offered_at": now()}),
        ("everybodys_plan", world.administrator, frozenset(world.people) - {"deactivated"}, {"for_everybody": True}),
    ):
        step = {"title": "Pilot", "definition_of_progress": world.mark(f"Ten claims of {name}.", readers)}
        steps = [{**step, "days": 10, "weight": 2, "after": []}]
        note = world.mark(f"When it fits: {name}.", readers)
        world.things[name] = SavedPlanFactory(name=name, note=note, made_by=maker, steps=steps, **more)


def _log(world: World) -> None:
    """A decision, a setback kept between the two and one shared, and reflections: private, with one line, shown."""
    things, assignment = world.things, world.things["assignment"]
    parties, sponsor_too = PAIR | {"sponsor"}, {"shared_with_sponsor": True}
    things["seen_as_sponsor"] = (assignment.code, "sponsor")
    things["seen_as_feedback"] = (assignment.code, "feedback")
    things["decision"] = DecisionFactory(
        assignment=assignment,
        decision=world.mark("We begin in the north.", parties),
        reason=world.mark("The north asked for it.", parties),
    )
    things["setback"] = SetbackFactory(
        assignment=assignment,
        title=world.mark("The export broke"),
        assumed=world.mark("It always runs."),
        team_lesson=world.mark("Try an export on a quiet day."),
    )
    things["shared_setback"] = SetbackFactory(
        assignment=assignment,
        **sponsor_too,
        title=world.mark("Nobody came", parties),
        happened=world.mark("The room stayed empty.", parties),
        team_lesson=world.mark("Invite by telephone."),
    )
    only_me = frozenset({"mentee"})
    things["reflection"] = ReflectionFactory(
        assignment=assignment,
        worked=world.mark("I slept on it.", only_me),
        surprised=world.mark("How angry I was.", only_me),
        differently=world.mark("Ask earlier.", only_me),
        shared_line=world.mark("A hard week."),
    )
    things["shown_reflection"] = ReflectionFactory(
        assignment=assignment,
        shared_with_mentor=True,
        worked=world.mark("The demo went well."),
        surprised=world.mark("That they laughed."),
        differently=world.mark("Shorter slides."),
    )


def _speak(world: World) -> None:
    """A check-in with the sponsor that is due, and one that the mentee wrote down."""
    with_sponsor = {"assignment": world.things["assignment"], "sponsor": world.sponsor}
    readers = PAIR | {"sponsor"}
    world.things["sponsor_check_in"] = SponsorCheckIn.objects.create(**with_sponsor, due_on=today())
    world.things["written_check_in"] = SponsorCheckIn.objects.create(
        **with_sponsor,
        due_on=today() - timedelta(days=14),
        held_on=today() - timedelta(days=13),
        result=world.mark("Ten claims the new way.", readers),
        decision=world.mark("A printer by Friday.", readers),
        risk=world.mark("The export may be late.", readers),
        heard=world.mark("The south asks when.", readers),
        recorded_by=world.mentee,
        recorded_at=now(),
    )


def _feed_back(world: World) -> None:
    """A round by name that is open, one that is closed, and a confidential one that was published."""
    things, assignment = world.things, world.things["assignment"]
    opened = FeedbackRoundFactory(assignment=assignment, note=world.mark("Be frank.", PAIR | {"colleague"}))
    judged = EvidenceFactory(assignment=assignment, title="The pilot board", learned=world.mark("I feared the board."))
    file = EvidenceFile(evidence=judged, name="board.txt", size=5, content_type="text/plain", sha256="0" * 64)
    file.file.save("board.txt", ContentFile(b"board"), save=True)
    opened.evidence.add(judged)
    asked = FeedbackRequestFactory(round=opened, giver=world.colleague)
    asked.draft = {"edit": 1, "words": {"words_1": world.mark("Only half thought.", frozenset({"colleague"}))}}
    asked.save()
    # Whoever has the link may open it; nobody's words are behind it.
    outsider = FeedbackRequestFactory(round=FeedbackRoundFactory(assignment=assignment), outsider=True)
    outsider.round.evidence.add(judged)
    token = feedback_links.token_of(outsider)
    closed = FeedbackRoundFactory(assignment=assignment, closed_at=now())
    said = {"named": PAIR | {"manager"}, "shared": PAIR | {"manager", "sponsor"}}
    things["feedback_given"] = FeedbackRequestFactory(
        round=closed, giver=world.manager, says=world.mark("You listened.", said["named"])
    )
    things["feedback_shared"] = FeedbackRequestFactory(
        round=FeedbackRoundFactory(assignment=assignment, closed_at=now()),
        giver=world.manager,
        says=world.mark("You led well.", said["shared"]),
        shared_with_sponsor=True,
    )
    confidential = FeedbackRoundFactory(assignment=assignment, confidential=True)
    for number in range(5):
        words = world.mark(f"Confidential words {number}.", PAIR | {"hr"})
        FeedbackRequestFactory(round=confidential, outsider=True, vouched_at=now(), says=words)
    end(confidential)
    confidential.refresh_from_db()
    small = FeedbackRoundFactory(assignment=assignment, confidential=True)
    things["feedback_hidden"] = FeedbackRequestFactory(
        round=small, giver=world.manager, says=world.mark("Said by one of two.", frozenset({"manager"}))
    )
    things["feedback_outsider"] = FeedbackRequestFactory(
        round=small, outsider=True, says=world.mark("Said by the other.", frozenset())
    )
    end(small)
    things |= {
        "feedback_round": opened,
        "closed_feedback_round": closed,
        "confidential_round": confidential,
        "shared_feedback_round": things["feedback_shared"].round,
        "hidden_feedback_round": small,
        "feedback_request": asked,
        "feedback_request_file": (asked.code, file.code),
        "feedback_token": (token,),
        "feedback_token_file": (token, file.code),
    }


def _hand_over(world: World) -> None:
    """Running work whose sponsor another is asked to follow."""
    option = OptionFactory(mentorship=world.things["mentorship"], title="Move the archive", stage=Stage.ACTIVE)
    readers = PAIR | {"asked_sponsor", "hr", "sponsor"}
    version = BriefVersionFactory(
        brief=BriefFactory(option=option),
        number=1,
        status=BriefStatus.SPONSOR_ACCEPTED,
        problem=world.mark("Nobody finds the old files.", readers),
    )
    SponsorRequestFactory(version=version, sponsor=world.sponsor, status="accepted", answered_at=now())
    assignment = AssignmentFactory(option=option, sponsor=world.sponsor)
    CharterFactory(assignment=assignment, acknowledged=True)
    world.things["hand_over"] = asked = SponsorRequestFactory(
        version=version,
        sponsor=world.asked_sponsor,
        assignment=assignment,
        hand_over=world.mark("The archive is half moved.", PAIR | {"asked_sponsor"}),
    )
    HandOver.objects.create(request=asked, outgoing=world.sponsor, reason="time", kickoff_on=today())


def _look_back(world: World) -> None:
    """A review cycle: the running assignment's raters, and a finished assignment's final reviews."""
    things = world.things
    things["cycle"] = cycle = ReviewCycleFactory(code="2026-h2", name="Second half of 2026")
    things["cycle_code"] = cycle.code
    things["division"] = Division.objects.create(
        key="age", name="Age", purpose="To see who is asked.", groups=["Under 40", "40 and over"]
    )
    things["division_key"] = "age"
    own = world.mark("Under 40", frozenset())
    GroupAnswer.objects.create(person=world.mentee, division=things["division"], group=own[:80])
    things["equity_report"] = EquityReport.objects.create(
        quarter="2020-Q1", since=date(2019, 4, 1), until=date(2020, 3, 31)
    )
    _count(world)
    things["rubric"] = cycle.rubric
    things["practice"] = RatingPractice.objects.create(person=world.mentor)
    things["practice"].cases.set(Vignette.objects.published())
    things["vignette"] = Vignette.objects.get(key="ana")
    things["vignette_draft"] = Vignette.objects.create(
        key="gus",
        criterion_key="impact",
        gold=2,
        text=world.mark("Gus counted meetings.", frozenset({"hr"})),
        reason=world.mark("Activity and no result.", frozenset({"hr"})),
    )
    things["rubric_draft"] = RubricFactory(
        name=cycle.rubric.name,
        version=2,
        status=RubricStatus.DRAFT,
        changes=world.mark("Words of a draft.", frozenset({"hr"})),
    )
    reviewed = things["reviewed"] = AssignmentFactory(
        option=OptionFactory(mentorship=things["mentorship"], title="Run the retrospective", stage=Stage.ACTIVE),
        sponsor=world.sponsor,
        reviewing=True,
    )
    CharterFactory(assignment=reviewed, acknowledged=True)
    for relation, rater in [
        (Relation.SELF, "mentee"),
        (Relation.MENTOR, "mentor"),
        (Relation.SPONSOR, "sponsor"),
        (Relation.COLLEAGUE, "colleague"),
    ]:
        review = ReviewFactory(
            cycle=cycle,
            assignment=reviewed,
            rater=world.people[rater],
            relation=relation,
            summary=world.mark(f"Draft of {rater}.", frozenset({rater})),
        )
        Score.objects.create(
            review=review,
            criterion=cycle.rubric.criteria.first(),
            level=3,
            note=world.mark(f"Note of {rater}.", frozenset({rater})),
        )
        things[f"review_of_{rater}"] = review
    _ask_outside(world, cycle)
    marked = world.mark("In a reviewed file.").encode()
    things["reviewed_file"] = EvidenceFile(
        evidence=EvidenceFactory(assignment=reviewed),
        name="plan.txt",
        size=len(marked),
        content_type="text/plain",
        sha256="0" * 64,
    )
    things["reviewed_file"].file.save("plan.txt", ContentFile(marked), save=True)
    things["narrative"] = ReviewNarrative.objects.create(
        assignment=reviewed, cycle=cycle, changed=world.mark("What changed, not yet shown.", frozenset({"mentee"}))
    )
    _finish(world, cycle)
    _write_letters(world)
    _write_own(world)
    _calibrate(world)
    things["export"] = Export.objects.create(
        cycle=cycle, tables=["ratings"], filter={"cycle": cycle.code}, format=Format.CSV, requested_by=world.hr,
        purpose="Year end",
    )  # fmt: skip
    things["ready_export"] = export = Export(
        cycle=cycle,
        tables=["ratings"],
        format=Format.CSV,
        requested_by=world.hr,
        status=ExportStatus.COMPLETE,
        sha256="0" * 64,
        completed_at=now(),
        expires_at=now() + timedelta(hours=20),
    )
    export.file.save("ratings.csv", ContentFile(b"cycle_code\r\n"), save=True)


def _count(world: World) -> None:
    """Somebody who waits, as it was counted last night, and a quarter that is over."""
    readers = frozenset({"hr"})
    world.things["wait"] = Wait.objects.create(
        person=world.stranger,
        mentor=world.mentor,
        department=world.mark("Claims/Motor", readers),
        since=today(),
        step=Step.GOAL,
    )
    content = {"eligible": 9, "with_work": 2, "waiting": 1, "without_mentor": 6, "median": 0, "steps": {}}
    content["departments"] = [world.things["wait"].department]
    Standing.objects.create(id=1, as_of=now(), content=content)
    settled = {"finished": 0, "supports": {}, "late": {}, "reasons": {"late": 0, "codes": {}, "nothing": 0}}
    QuarterFigures.objects.create(
        quarter="2020-Q1", since=date(2020, 1, 1), until=date(2020, 3, 31), settled=True, content=settled
    )


def _ask_outside(world: World, cycle) -> None:
    """An outsider who has not begun, and another's draft, which nobody who signs in ever reads."""
    things, reviewed = world.things, world.things["reviewed"]
    asked = ReviewFactory(cycle=cycle, assignment=reviewed, outsider=True, relation=Relation.END_USER)
    shown = EvidenceFactory(assignment=reviewed, title="The handbook", shared_at_review=True)
    file = EvidenceFile(evidence=shown, name="handbook.txt", size=8, content_type="text/plain", sha256="0" * 64)
    file.file.save("handbook.txt", ContentFile(b"handbook"), save=True)
    drafted = ReviewFactory(
        cycle=cycle,
        assignment=reviewed,
        outsider=True,
        relation=Relation.EXPERT,
        summary=world.mark("An outsider's first thought.", frozenset()),
    )
    note = world.mark("An outsider's note.", frozenset())
    Score.objects.create(review=drafted, criterion=cycle.rubric.criteria.first(), level=2, note=note)
    token = review_links.token_of(asked)
    things |= {
        "review_of_outsider": drafted,
        "review_token": (token,),
        "review_token_file": (token, file.code),
    }


def _calibrate(world: World) -> None:
    """An assignment whose reviews are being talked over: mentor and sponsor are there, the colleague did not come."""
    things = world.things
    cycle = ReviewCycleFactory(code="2026-calibrated", calibrates=True)
    held = AssignmentFactory(
        option=OptionFactory(mentorship=things["mentorship"], title="Rebuild the rota", stage=Stage.ACTIVE),
        sponsor=world.sponsor,
        reviewing=True,
    )
    criterion = cycle.rubric.criteria.first()
    session = CalibrationSessionFactory(cycle=cycle, facilitator=world.calibrator, running=True)
    raters = [(Relation.SELF, "mentee", 3), (Relation.COLLEAGUE, "colleague", 2)]
    raters += [(Relation.SPONSOR, "sponsor", 3), (Relation.MENTOR, "mentor", 5)]
    for relation, rater, level in raters:
        review = ReviewFactory(
            cycle=cycle, assignment=held, rater=world.people[rater], relation=relation, submitted=True
        )
        Review.objects.filter(pk=review.pk).update(status=ReviewStatus.CALIBRATING)
        readers = frozenset({rater, "mentor", "sponsor", "calibrator", "hr"})
        note = world.mark(f"Held note of {rater}.", readers)
        Score.objects.create(review=review, criterion=criterion, level=level, note=note)
        things[f"held_review_of_{rater}"] = review
    for speaks, rater in enumerate(("colleague", "sponsor", "mentor"), start=1):
        session.attendance.create(person=world.people[rater], speaks=speaks, present=rater != "colleague")
    things["calibration"] = session
    things["calibration_item"] = session.items.create(assignment=held, criterion=criterion, why="range")
    things["held_review"] = things["held_review_of_mentee"]
    things["planned_calibration"] = CalibrationSessionFactory(cycle=cycle, facilitator=world.calibrator)


def _finish(world: World, cycle) -> None:
    option = OptionFactory(mentorship=world.things["mentorship"], title="Teach the new tool", stage=Stage.CLOSED)
    done = world.things["finished"] = AssignmentFactory(option=option, sponsor=world.sponsor, closed=True)
    world.things["finished_cycle"] = (done.code, cycle.code)
    readers = PAIR | {"hr", "calibrator"}
    for relation, rater in [(Relation.SELF, "mentee"), (Relation.MENTOR, "mentor"), (Relation.SPONSOR, "sponsor")]:
        review = ReviewFactory(cycle=cycle, assignment=done, rater=world.people[rater], relation=relation, final=True)
        note = world.mark(f"Final note of {rater}.", readers | {rater})
        Score.objects.create(review=review, criterion=cycle.rubric.criteria.first(), level=4, note=note)
        world.things[f"final_review_of_{rater}"] = review
    _freeze(world, done, cycle)
    _close_with_care(world, done)
    _share(world, cycle)


def _close_with_care(world: World, done) -> None:
    """What stays of it: an outcome for all three, and a lesson for each who may read one; and one still open."""
    closing = ClosingFactory(assignment=done)
    outcome = ClosingOutcomeFactory(closing=closing)
    outcome.source = world.mark("Counted by hand.", PAIR | {"sponsor"})
    outcome.save()
    for audience, readers in [("private", {"mentee"}), ("mentor", PAIR)]:
        LessonFactory(closing=closing, text=world.mark(f"A lesson: {audience}.", frozenset(readers)), audience=audience)
    offered = LessonFactory(closing=closing, audience="team")
    world.things |= {"lesson_kept": (done.code, 1), "lesson_offered": (done.code, offered.position)}
    note = world.mark("Narrower than before.")
    ClosingGoal.objects.create(closing=closing, goal=world.things["goal"], verdict="changed", note=note)
    option = OptionFactory(mentorship=world.things["mentorship"], title="Hand the depot over", stage=Stage.CLOSED)
    to_close = AssignmentFactory(option=option, sponsor=world.sponsor, closed=True)
    world.things |= {"closed_with_care": done, "closing": closing, "closing_step": (to_close.code, "lessons")}
    typed = world.mark("Typed and not finished.", frozenset({"mentee"}))
    about, content = str(to_close.code), {"text_1": typed}
    draft = Draft.objects.create(owner=world.mentee, form="closing-lessons", about=about, content=content)
    world.things["draft_closing"] = draft


def _share(world: World, cycle) -> None:
    """Another finished assignment, whose result the mentee shows to the sponsor."""
    option = OptionFactory(mentorship=world.things["mentorship"], title="Close the old depot", stage=Stage.CLOSED)
    done = world.things["shared_result"] = AssignmentFactory(option=option, sponsor=world.sponsor, closed=True)
    readers = PAIR | {"hr", "sponsor", "colleague"}
    for relation, rater in [(Relation.SELF, "mentee"), (Relation.MENTOR, "mentor"), (Relation.COLLEAGUE, "colleague")]:
        review = ReviewFactory(cycle=cycle, assignment=done, rater=world.people[rater], relation=relation, final=True)
        own = frozenset(readers if rater == "colleague" else readers - {"colleague"})
        note = world.mark(f"Shared note of {rater}.", own)
        Score.objects.create(review=review, criterion=cycle.rubric.criteria.first(), level=4, note=note)
        world.things[f"shared_review_of_{rater}"] = review
    _freeze_shared(world, done, cycle)
    SharedResult.objects.create(assignment=done, cycle=cycle, shared_by=world.mentee, shared_at=now())


def _freeze_shared(world: World, done, cycle) -> None:
    """A packet that the sponsor reads too: without evidence, and without what the three others added."""
    readers, mark = PAIR | {"hr"}, world.mark
    told = mark("What changed, shared.", readers | {"sponsor"})
    narrative = ReviewNarrative.objects.create(assignment=done, cycle=cycle, changed=told)
    shown = EvidenceFactory(assignment=done, title=mark("In a shared packet.", readers), shared_at_review=True)
    packet = packets.freeze(done, cycle, by=world.mentee)
    said = packets.state(packet, by=world.mentee, number=0, text=mark("Said to it.", readers | {"sponsor"}))
    more = packets.add(packet, by=world.mentor, text=mark("Added among three.", readers))
    world.things |= {
        "shared_packet": packet,
        "shared_narrative": narrative,
        "evidence_in_shared": shown,
        "shared_statement": said,
        "addendum_to_shared": more,
    }


def _freeze(world: World, done, cycle) -> None:
    """Everything that a packet could leak stands beside it; of it HR reads what was shared for review."""
    readers = PAIR | {"hr"}
    mark = world.mark
    narrative = ReviewNarrative.objects.create(
        assignment=done, cycle=cycle, changed=mark("What changed in the end.", readers)
    )
    shown = EvidenceFactory(
        assignment=done,
        title=mark("Shown at review.", readers),
        text=mark("In words, shown at review.", readers),
        learned=mark("Learned from what is shown."),
        changed=mark("Changed, shown at review.", readers),
        shared_at_review=True,
    )
    seen = mark("In a file shown at review.", readers).encode()
    frozen = EvidenceFile(
        evidence=shown, name="shown.txt", size=len(seen), content_type="text/plain", sha256="1" * 64, state="ready"
    )
    frozen.file.save("shown.txt", ContentFile(seen), save=True)
    EvidenceFactory(assignment=done, title=mark("Not shown at review."), learned=mark("Learned, not shown."))
    ReflectionFactory(assignment=done, by=done.mentee, worked=mark("Only mine.", frozenset({"mentee"})))
    world.things["feedback_at_review"] = FeedbackRequestFactory(
        round__assignment=done, says=mark("Shown to HR by name.", readers), shared_at_review=True
    )
    packet = packets.freeze(done, cycle, by=world.mentee)
    said = packets.state(packet, by=world.mentee, number=0, text=mark("What I say to it.", readers))
    more = packets.add(packet, by=world.hr, text=mark("What was added.", readers))
    world.things |= {
        "packet": packet,
        "frozen_narrative": narrative,
        "evidence_at_review": shown,
        "frozen_file": frozen,
        "statement": said,
        "addendum": more,
    }


def _write_letters(world: World) -> None:
    """A signed letter about each finished assignment, and another one on its way: asked about, or just begun."""
    readers, mentee, mentor = PAIR | {"hr"}, world.mentee, world.mentor

    def write(done, words: str):
        letter = letters.begin_letter(done, by=mentor)
        written = letters.Written(words={"first": words, "ready": "A team."})
        return letters.write_letter(letter, by=mentor, edit=letter.edit, written=written)

    def ask(letter):
        return letters.ask_to_approve(letter, by=mentor, edit=letter.edit)

    def sign(letter):
        letter = letters.approve(ask(letter), by=mentee, edit=letter.edit)
        return letters.sign(letter, by=mentor, edit=letter.edit)

    things, mark = world.things, world.mark
    things["signed_letter"] = sign(write(things["finished"], mark("What the mentor saw.", readers)))
    things["letter_asked"] = ask(write(things["finished"], mark("What the mentor saw next.")))
    words = mark("What the sponsor may read.", readers | {"sponsor"})
    things["shared_letter"] = sign(write(things["shared_result"], words))
    things["letter_draft"] = write(things["shared_result"], mark("A first attempt.", frozenset({"mentor"})))
    things["check_code"] = (things["signed_letter"].check_code,)


def _write_own(world: World) -> None:
    """A case study that was issued and goes on being written, and a record; the words of a draft are the mentee's."""
    things, mark, mentee = world.things, world.mark, world.mentee
    done = things["finished"]

    def write(words: str, edit: int):
        return own.write_own(done, "case_study", by=mentee, edit=edit, words={"next": words})

    def issue(kind: str, assignment=None):
        seal = looked_through(kind, mentee, assignment).seal
        return own.issue_own(kind, by=mentee, seal=seal, assignment=assignment)

    draft = write(mark("What comes next.", PAIR | {"hr"}), 0)
    shown = looked_through("case_study", mentee, done)
    stays = {each.passage.key: each.own_words for choices in shown.choices.values() for each in choices}
    draft = own.choose("case_study", by=mentee, edit=draft.edit, stays=stays, names={}, more=[], assignment=done)
    things["issued_case"] = issue("case_study", done)
    things["case_draft"] = write(mark("What is not said yet.", frozenset({"mentee"})), draft.edit)
    things["finished_case"] = (done.code, "case-study")
    marked = mark("A title of mine.", frozenset({"mentee"}))
    record = Text(marked, (Section("work", marked, ("My part: owner.",)),))
    things["issued_record"] = documents.issue("record", by=mentee, text=record)


def _others(world: World) -> None:
    """The other mentee, mentor and sponsor have an assignment of their own; everybody has a notice."""
    mentorship = MentorshipFactory(mentor=world.other_mentor, mentee=world.other_mentee)
    world.things["mentorship_offer"] = MentorshipOfferFactory(mentor=world.other_mentor, mentee=world.other_mentee)
    other = AssignmentFactory(
        option=OptionFactory(mentorship=mentorship, stage=Stage.ACTIVE), sponsor=world.other_sponsor
    )
    CharterFactory(assignment=other, acknowledged=True, hours_per_week=Decimal("6"))
    for part in ("sponsor", "other_sponsor"):
        DashboardSnapshot.objects.create(sponsor=world.people[part], as_of=None, content={})
    outbox.queue("assignments.check_in_due", world.things["check_in"], recipient=world.mentee)
    world.things["notice"] = Notice.objects.get(kind="assignments.check_in_due").pk
    trail.record(world.mentor, "goal.written", world.things["goal"], ["title"])
    address = EmailAddress.objects.create(user=world.mentee, email="new@example.org", verified=False)
    token = links.token_of(links.issue(Purpose.SPONSOR_DASHBOARD, world.sponsor))
    world.things |= {
        "email_key": (EmailConfirmationHMAC(address).key,),
        "reset_key": ("1", "not-a-key"),
        "passkey": (1,),
        "import_key": (uuid.uuid4(),),
        "setup_token": ("not-a-token",),
        "sponsor_link": token,
        "sponsor_link_and_work": (token, world.things["assignment"].code),
        "sponsor_link_and_ask": (token, world.things["ask"].code),
        "review_file": (world.things["review_of_mentor"].code, world.things["reviewed_file"].code),
        "packet_file": (world.things["packet"].code, world.things["frozen_file"].code),
    }
