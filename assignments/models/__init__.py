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
from .evidence import Evidence, EvidenceFile
from .goal import Goal, GoalCompetency, GoalStatus, Horizon
from .intake import Intake, IntakeAnswer, Topic
from .learning import LearningItem, LearningKind
from .manager_agreement import ManagerAgreement, ManagerAnswer
from .measurement import Measurement
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
from .sponsor_request import RequestStatus, SponsorRequest
from .stretch import Component, DemonstratedLevel, EvidenceComponent, StretchDemand, StretchProfile, Support

__all__ = [
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
    "DemonstratedLevel",
    "Direction",
    "Ending",
    "Estimate",
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
    "ManagerAgreement",
    "ManagerAnswer",
    "Measurement",
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
    "PersonRole",
    "Provenance",
    "RankingWeights",
    "RequestStatus",
    "Rhythm",
    "RightsForm",
    "Section",
    "SponsorOutlook",
    "SponsorRequest",
    "SponsorRhythm",
    "SponsorState",
    "Stage",
    "Status",
    "StretchDemand",
    "StretchProfile",
    "Support",
    "Topic",
]
