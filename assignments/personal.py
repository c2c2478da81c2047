"""What is held about a mentee's work, and what becomes of it when somebody is erased.

The rows of a mentorship stay as counts, days and levels under a pseudonym, because its mentor's and sponsor's records
and the figures of the programme need them. What a person wrote about others' work stays with that work.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy

from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.personal import NO_ADDRESS, Holding, Outsiders, Own, Personal

from .models import (
    Assignment,
    DashboardChange,
    Ending,
    FeedbackRequest,
    FeedbackRound,
    FeedbackState,
    Mentorship,
    MentorshipOffer,
    OfferStatus,
    Pause,
    Status,
)
from .models.feedback import fresh_link

OF_PAIR = "mentorship__mentee"
OF_OPTION = "option__mentorship__mentee"
OF_WORK = "assignment__mentee"
OF_BRIEF = "brief__option__mentorship__mentee"
OF_VERSION = "version__brief__option__mentorship__mentee"
OF_EVIDENCE = "evidence__assignment__mentee"
OF_ROUND = "round__assignment__mentee"

THINKING = (
    Holding("assignments.CompetencyLevel", "person", delete=True),
    Holding("assignments.DemonstratedLevel", "person", delete=True),
    Holding("assignments.Reflection", OF_WORK, delete=True),
    Holding("assignments.KeptRanking", OF_PAIR, delete=True),
    Holding("assignments.IntakeAnswer", "intake__mentorship__mentee", delete=True),
    Holding("assignments.SponsorOutlook", OF_OPTION, delete=True),
    Holding("assignments.MentorshipOffer", "mentee"),
    Holding("assignments.Mentorship", "mentee"),
    Holding("assignments.Goal", OF_PAIR, to={"audiences": []}),
    Holding("assignments.LearningItem", OF_PAIR),
    Holding("assignments.Option", OF_PAIR),
    Holding("assignments.Experiment", OF_OPTION),
    Holding("assignments.StretchDemand", "profile__option__mentorship__mentee"),
    Holding("assignments.StretchProfile", OF_OPTION, to={"confidence": None}),
    Holding("assignments.SavedPlan", "made_by", delete=True, when={"for_everybody": False}),
)
CASE = (
    Holding("assignments.BriefWriter", "person", delete=True),
    Holding("assignments.BriefVersion", OF_BRIEF),
    Holding("assignments.BriefRemark", OF_VERSION),
    Holding("assignments.BriefOutcome", OF_VERSION),
    Holding("assignments.BriefStakeholder", OF_VERSION),
    Holding("assignments.BriefRisk", OF_VERSION),
    Holding("assignments.BriefClaim", OF_VERSION),
    Holding("assignments.BriefReturn", OF_VERSION, stays=("currency",)),
    Holding("assignments.SponsorRequest", OF_VERSION),
)
WORK = (
    Holding("assignments.StagedFile", "by", delete=True),
    Holding("assignments.StagedFile", OF_WORK, delete=True),
    Holding("assignments.EvidenceFile", OF_EVIDENCE, delete=True),
    Holding("assignments.Assignment", "mentee"),
    Holding("assignments.Charter", OF_WORK),
    Holding("assignments.ManagerAgreement", "charter__assignment__mentee"),
    Holding("assignments.Milestone", OF_WORK),
    Holding("assignments.CheckInAnswer", "check_in__assignment__mentee", to={"load": None, "hours": None}),
    Holding("assignments.AgendaItem", OF_WORK),
    Holding("assignments.Decision", OF_WORK),
    Holding("assignments.Evidence", OF_WORK),
    Holding("assignments.EvidenceVerification", OF_EVIDENCE),
    Holding("assignments.Measurement", OF_WORK),
    Holding("assignments.ScopeBaseline", OF_WORK, stays=("objective_digest",), to={"items": []}),
    Holding("assignments.ScopeChange", OF_WORK),
    Holding("assignments.Setback", OF_WORK),
    Holding("assignments.StatusOverride", OF_WORK),
    Holding("assignments.WorkloadResponse", OF_WORK),
)
FEEDBACK = (
    Holding("assignments.FeedbackAnswer", "request__round__assignment__mentee", delete=True),
    Holding("assignments.FeedbackQuestion", OF_ROUND),
    Holding("assignments.FeedbackRound", OF_WORK, to={"kept": []}),
    # Who gave feedback from outside is nobody's to know any more.
    Holding("assignments.FeedbackRequest", OF_ROUND, to={"draft": {}}, when={"giver__isnull": False}),
    Holding(
        "assignments.FeedbackRequest",
        OF_ROUND,
        to={"draft": {}, "giver_email": NO_ADDRESS},
        when={"giver__isnull": True},
    ),
    Holding("assignments.FeedbackRequest", "giver", to={"draft": {}}, stays=("changed_because",)),
)


def close_work(person: User) -> None:
    """Work of a mentee who is erased ends, and nobody is asked or reminded of it any more."""
    mine = Assignment.objects.filter(mentee=person).exclude(status=Status.CLOSED)
    Pause.objects.filter(assignment__in=mine, until_on__isnull=True, from_on__lte=today()).update(until_on=today())
    mine.filter(status=Status.REVIEWING).update(status=Status.CLOSED, ending=Ending.STOPPED, closed_at=now())
    mine.update(status=Status.CLOSED, ending=Ending.WITHDRAWN, closed_at=now())
    Mentorship.objects.filter(mentee=person, ended_on__isnull=True).update(ended_on=today())
    offers = MentorshipOffer.objects.filter(Q(mentee=person) | Q(mentor=person), status=OfferStatus.OPEN)
    offers.update(status=OfferStatus.WITHDRAWN, answered_at=now())
    asked = FeedbackRequest.objects.filter(Q(giver=person) | Q(round__assignment__mentee=person))
    asked.filter(state=FeedbackState.ASKED).update(state=FeedbackState.WITHDRAWN, settled_at=now())
    FeedbackRound.objects.filter(assignment__mentee=person, closed_at__isnull=True).update(closed_at=now())


def take_back_questions(address: str, until: datetime) -> None:
    """Whoever has no account is asked no more, and none of their links leads anywhere; an answer that came stays."""
    asked = FeedbackRequest.objects.of_outsider(address, until)
    for request in asked.only("pk"):
        FeedbackRequest.objects.filter(pk=request.pk).update(link=fresh_link())
    asked.filter(state=FeedbackState.ASKED).update(state=FeedbackState.WITHDRAWN, settled_at=now())
    seen = Assignment.objects.filter(feedback_rounds__requests__in=asked, sponsor__isnull=False)
    DashboardChange.objects.note(seen.values_list("sponsor_id", flat=True).distinct())


def tell_sponsors(person: User) -> None:
    """What sponsors read is built anew without the person."""
    seen = Assignment.objects.filter(Q(mentee=person) | Q(mentor=person) | Q(sponsor=person), sponsor__isnull=False)
    DashboardChange.objects.note(seen.values_list("sponsor_id", flat=True).distinct())


OWN = (
    Own("mentorship_offers", "assignments.MentorshipOffer", ("mentee", "mentor")),
    Own("mentorships", "assignments.Mentorship", ("mentee", "mentor"), hide=("base_hours", "contracted_hours")),
    Own("conversations", "assignments.IntakeAnswer", ("intake__mentorship__mentee",)),
    Own("goals", "assignments.Goal", (OF_PAIR,)),
    Own("competency_levels", "assignments.CompetencyLevel", ("person",)),
    Own("demonstrated_levels", "assignments.DemonstratedLevel", ("person",)),
    Own("learning_plan", "assignments.LearningItem", (OF_PAIR,)),
    Own("options", "assignments.Option", (OF_PAIR,)),
    Own("experiments", "assignments.Experiment", (OF_OPTION,)),
    Own("stretch_profiles", "assignments.StretchProfile", (OF_OPTION,)),
    Own(
        "stretch_demands",
        "assignments.StretchDemand",
        ("profile__option__mentorship__mentee",),
        hide=("support_person",),
    ),
    Own("kept_rankings", "assignments.KeptRanking", (OF_PAIR,)),
    Own("saved_plans", "assignments.SavedPlan", ("made_by",)),
    Own("offered_opportunities", "assignments.Opportunity", ("offered_by",), hide=("search",)),
    Own("briefs", "assignments.BriefVersion", (OF_BRIEF,)),
    Own("brief_outcomes", "assignments.BriefOutcome", (OF_VERSION,)),
    Own("brief_risks", "assignments.BriefRisk", (OF_VERSION,)),
    Own("brief_claims", "assignments.BriefClaim", (OF_VERSION,), hide=("quoted",)),
    Own("brief_remarks_i_made", "assignments.BriefRemark", ("by",)),
    Own("assignments", "assignments.Assignment", ("mentee",)),
    Own("charters", "assignments.Charter", (OF_WORK,)),
    Own("milestones", "assignments.Milestone", (OF_WORK,)),
    # Both sides of a check-in are the two people's; of others' check-ins only what I answered myself.
    Own(
        "check_in_answers", "assignments.CheckInAnswer", ("check_in__assignment__mentee", "by"), hide=("feedback_from",)
    ),
    Own("agenda", "assignments.AgendaItem", ("added_by",)),
    Own("decisions", "assignments.Decision", (OF_WORK, "logged_by"), hide=("decided_by", "heard")),
    Own("setbacks", "assignments.Setback", (OF_WORK,)),
    Own("reflections", "assignments.Reflection", ("by",)),
    Own("evidence", "assignments.Evidence", (OF_WORK,)),
    Own(
        "evidence_files",
        "assignments.EvidenceFile",
        (OF_EVIDENCE,),
        when={"state": "ready"},
        file="file",
        file_name="name",
    ),
    Own("verifications", "assignments.EvidenceVerification", (OF_EVIDENCE, "by"), when={"request__isnull": True}),
    Own("measurements", "assignments.Measurement", (OF_WORK, "recorded_by")),
    Own("scope_changes", "assignments.ScopeChange", (OF_WORK, "asked_by")),
    Own("workload_answers", "assignments.WorkloadResponse", ("by",)),
    Own("hours_and_cover_i_answered", "assignments.ManagerAgreement", ("manager",)),
    Own("feedback_i_asked_for", "assignments.FeedbackRound", (OF_WORK,), hide=("kept",)),
    Own("feedback_questions", "assignments.FeedbackQuestion", (OF_ROUND,)),
    # Named answers, without who gave them; confidential ones are shown in cells on the page, never row by row.
    Own(
        "feedback_i_received",
        "assignments.FeedbackAnswer",
        ("request__round__assignment__mentee",),
        when={"request__round__confidential": False, "request__state": "submitted"},
        hide=("request",),
    ),
    Own("feedback_i_gave", "assignments.FeedbackAnswer", ("request__giver",), when={"request__state": "submitted"}),
    Own("sponsor_requests_i_answered", "assignments.SponsorRequest", ("sponsor",)),
)

ORGANISATION = "the organisation's own, of nobody's work"
PERSONAL = Personal(
    own=OWN,
    holdings=THINKING + CASE + WORK + FEEDBACK,
    not_personal={
        **{
            f"assignments.{name}": ORGANISATION
            for name in ("Framework", "Competency", "LevelDescriptor", "Opportunity", "OpportunityCompetency",
                         "Programme", "MethodSettings")
        },
        **{
            f"assignments.{name}": "numbers, days and links between rows"
            for name in ("GoalCompetency", "OptionCompetency", "OptionGoal", "CheckIn", "Brief", "BriefSection",
                         "CharterAcknowledgement", "DashboardChange", "IdleAnswer", "Intake", "RankingWeights",
                         "PlanEdit", "Pause", "EvidenceComponent", "EvidenceAsk")
        },
    },
    outsiders=(
        Outsiders(
            "assignments.FeedbackRequest", "giver_email", "giver_name", at="first_asked_at",
            called=gettext_lazy("Requests for feedback"), to={"draft": {}, "decline_reason": ""},
        ),
    ),
    before=(close_work,),
    after=(tell_sponsors,),
    outside=(take_back_questions,),
)  # fmt: skip
