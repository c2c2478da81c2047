from .ask import Ask, AskKind, AskState
from .candidate import SponsorCandidate, Stakeholder
from .check_in import SponsorCheckIn
from .check_in_plan import CheckInPlan
from .dashboard import DashboardAcknowledgement, DashboardSnapshot
from .hand_over import HandOver, HandOverReason
from .introduction import Introduction, IntroductionState

__all__ = [
    "Ask",
    "AskKind",
    "AskState",
    "CheckInPlan",
    "DashboardAcknowledgement",
    "DashboardSnapshot",
    "HandOver",
    "HandOverReason",
    "Introduction",
    "IntroductionState",
    "SponsorCandidate",
    "SponsorCheckIn",
    "Stakeholder",
]
