from .calendar_feed import CalendarFeed
from .draft import Draft
from .mail_link import MailedCode, MailLink, Purpose
from .person import (
    Role,
    RoleGrant,
    SetupToken,
    Submission,
    Theme,
    User,
    UserManager,
    UserQuerySet,
    name_of,
    validate_time_zone,
    validate_working_days,
)

__all__ = [
    "CalendarFeed",
    "Draft",
    "MailLink",
    "MailedCode",
    "Purpose",
    "Role",
    "RoleGrant",
    "SetupToken",
    "Submission",
    "Theme",
    "User",
    "UserManager",
    "UserQuerySet",
    "name_of",
    "validate_time_zone",
    "validate_working_days",
]
