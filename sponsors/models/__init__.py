from .ask import Ask, AskKind, AskState
from .candidate import SponsorCandidate, Stakeholder
from .check_in import SponsorCheckIn
from .dashboard import DashboardAcknowledgement, DashboardSnapshot
from .introduction import Introduction, IntroductionState

__all__ = [
    "Ask",
    "AskKind",
    "AskState",
    "DashboardAcknowledgement",
    "DashboardSnapshot",
    "Introduction",
    "IntroductionState",
    "SponsorCandidate",
    "SponsorCheckIn",
    "Stakeholder",
]
