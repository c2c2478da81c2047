from .agenda import AgendaItem
from .assignment import Assignment, Ending, Status
from .brief import Brief, BriefRemark, BriefSection, BriefStatus, BriefVersion, BriefWriter, Section
from .brief_part import (
    Attribution,
    Backing,
    BriefClaim,
    BriefOutcome,
    BriefReturn,
    BriefRisk,
    BriefStakeholder,
    Confidence,
    Direction,
    Estimate,
    PersonRole,
)
from .charter import Charter, CharterAcknowledgement, Part, Rhythm, RightsForm, SponsorRhythm
from .check_in import CheckIn, CheckInAnswer
from .competency import Competency, CompetencyLevel, Framework, LevelDescriptor, Provenance
from .dashboard_change import DashboardChange
from .decision import Decision
from .evidence import Evidence, EvidenceFile, EvidenceKind, FileState
from .feedback import FeedbackAnswer, FeedbackGroup, FeedbackQuestion, FeedbackRequest, FeedbackRound, FeedbackState
from .goal import Goal, GoalCompetency, GoalStatus, Horizon
from .idle import IdleAnswer, IdleChoice
from .intake import Intake, IntakeAnswer, Topic
from .learning import LearningItem, LearningKind
from .manager_agreement import ManagerAgreement, ManagerAnswer
from .measurement import Measurement
from .mentorship import Mentorship
from .mentorship_offer import MentorshipOffer, OfferStatus
from .milestone import Milestone
from .opportunity import Opportunity, OpportunityCompetency
from .option import (
    Audience,
    Contribution,
    Experiment,
    Fit,
    Kind,
    Option,
    OptionCompetency,
    OptionGoal,
    OptionRole,
    Stage,
)
from .programme import Programme
from .ranking import KeptRanking, MethodSettings, RankingWeights, SponsorOutlook, SponsorState
from .reflection import Reflection
from .saved_plan import SavedPlan
from .scope import PlanEdit, ScopeBaseline, ScopeChange, ScopeKind, ScopeState
from .setback import Setback
from .sponsor_request import RequestStatus, SponsorRequest
from .staged_file import StagedFile
from .standing import Pause, StatusOverride, WorkloadResponse
from .stretch import Component, DemonstratedLevel, EvidenceComponent, StretchDemand, StretchProfile, Support
from .verification import EvidenceAsk, EvidenceVerification, Source, Verdict

__all__ = [
    "AgendaItem",
    "Assignment",
    "Attribution",
    "Audience",
    "Backing",
    "Brief",
    "BriefClaim",
    "BriefOutcome",
    "BriefRemark",
    "BriefReturn",
    "BriefRisk",
    "BriefSection",
    "BriefStakeholder",
    "BriefStatus",
    "BriefVersion",
    "BriefWriter",
    "Charter",
    "CharterAcknowledgement",
    "CheckIn",
    "CheckInAnswer",
    "Competency",
    "CompetencyLevel",
    "Component",
    "Confidence",
    "Contribution",
    "DashboardChange",
    "Decision",
    "DemonstratedLevel",
    "Direction",
    "Ending",
    "Estimate",
    "Evidence",
    "EvidenceAsk",
    "EvidenceComponent",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceVerification",
    "Experiment",
    "FeedbackAnswer",
    "FeedbackGroup",
    "FeedbackQuestion",
    "FeedbackRequest",
    "FeedbackRound",
    "FeedbackState",
    "FileState",
    "Fit",
    "Framework",
    "Goal",
    "GoalCompetency",
    "GoalStatus",
    "Horizon",
    "IdleAnswer",
    "IdleChoice",
    "Intake",
    "IntakeAnswer",
    "KeptRanking",
    "Kind",
    "LearningItem",
    "LearningKind",
    "LevelDescriptor",
    "ManagerAgreement",
    "ManagerAnswer",
    "Measurement",
    "Mentorship",
    "MentorshipOffer",
    "MethodSettings",
    "Milestone",
    "OfferStatus",
    "Opportunity",
    "OpportunityCompetency",
    "Option",
    "OptionCompetency",
    "OptionGoal",
    "OptionRole",
    "Part",
    "Pause",
    "PersonRole",
    "PlanEdit",
    "Programme",
    "Provenance",
    "RankingWeights",
    "Reflection",
    "RequestStatus",
    "Rhythm",
    "RightsForm",
    "SavedPlan",
    "ScopeBaseline",
    "ScopeChange",
    "ScopeKind",
    "ScopeState",
    "Section",
    "Setback",
    "Source",
    "SponsorOutlook",
    "SponsorRequest",
    "SponsorRhythm",
    "SponsorState",
    "Stage",
    "StagedFile",
    "Status",
    "StatusOverride",
    "StretchDemand",
    "StretchProfile",
    "Support",
    "Topic",
    "Verdict",
    "WorkloadResponse",
]
