from .assignment import Assignment, Ending, Status
from .brief import (
    Brief,
    BriefOutcome,
    BriefRisk,
    BriefStakeholder,
    BriefStatus,
    BriefVersion,
    RequestStatus,
    SponsorRequest,
)
from .charter import Charter, CharterAcknowledgement, Part, Rhythm
from .check_in import CheckIn, CheckInAnswer
from .competency import Competency, CompetencyLevel, Framework, LevelDescriptor, Provenance
from .evidence import Evidence, EvidenceFile
from .goal import Goal, GoalCompetency, GoalStatus, Horizon
from .intake import Intake, IntakeAnswer, Topic
from .learning import LearningItem, LearningKind
from .mentorship import Mentorship
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
from .ranking import KeptRanking, MethodSettings, RankingWeights, SponsorOutlook, SponsorState
from .stretch import Component, DemonstratedLevel, EvidenceComponent, StretchDemand, StretchProfile, Support

__all__ = [
    "Assignment",
    "Audience",
    "Brief",
    "BriefOutcome",
    "BriefRisk",
    "BriefStakeholder",
    "BriefStatus",
    "BriefVersion",
    "Charter",
    "CharterAcknowledgement",
    "CheckIn",
    "CheckInAnswer",
    "Competency",
    "CompetencyLevel",
    "Component",
    "Contribution",
    "DemonstratedLevel",
    "Ending",
    "Evidence",
    "EvidenceComponent",
    "EvidenceFile",
    "Experiment",
    "Fit",
    "Framework",
    "Goal",
    "GoalCompetency",
    "GoalStatus",
    "Horizon",
    "Intake",
    "IntakeAnswer",
    "KeptRanking",
    "Kind",
    "LearningItem",
    "LearningKind",
    "LevelDescriptor",
    "Mentorship",
    "MethodSettings",
    "Milestone",
    "Opportunity",
    "OpportunityCompetency",
    "Option",
    "OptionCompetency",
    "OptionGoal",
    "OptionRole",
    "Part",
    "Provenance",
    "RankingWeights",
    "RequestStatus",
    "Rhythm",
    "SponsorOutlook",
    "SponsorRequest",
    "SponsorState",
    "Stage",
    "Status",
    "StretchDemand",
    "StretchProfile",
    "Support",
    "Topic",
]
