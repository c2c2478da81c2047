from .mail_hold import MailHold
from .mail_server import MailServer
from .notice import UNSETTLED, Channel, Notice, NoticeQuerySet, Outsider, State
from .preference import Absence, Delivery, Holiday, ReminderSettings, Snooze, TopicDelivery
from .pulse import Pulse

__all__ = [
    "UNSETTLED",
    "Absence",
    "Channel",
    "Delivery",
    "Holiday",
    "MailHold",
    "MailServer",
    "Notice",
    "NoticeQuerySet",
    "Outsider",
    "Pulse",
    "ReminderSettings",
    "Snooze",
    "State",
    "TopicDelivery",
]
