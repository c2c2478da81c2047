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
from .competency import Competency, Framework, LevelDescriptor
from .evidence import Evidence, EvidenceFile
from .goal import Goal, GoalCompetency, GoalStatus, Horizon
from .mentorship import Mentorship
from .milestone import Milestone
from .option import Audience, Contribution, Kind, Option, OptionCompetency, OptionRole, Stage

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
    "Contribution",
    "Ending",
    "Evidence",
    "EvidenceFile",
    "Framework",
    "Goal",
    "GoalCompetency",
    "GoalStatus",
    "Horizon",
    "Kind",
    "LevelDescriptor",
    "Mentorship",
    "Milestone",
    "Option",
    "OptionCompetency",
    "OptionRole",
    "Part",
    "RequestStatus",
    "Rhythm",
    "SponsorRequest",
    "Stage",
    "Status",
]
