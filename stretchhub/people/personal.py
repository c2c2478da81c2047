"""What is held about people here, below and by what signs them in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from stretchhub.personal import Holding, Outsiders, Own, Personal

from . import former_addresses
from .addresses import end_claims, end_claims_of

HOLDINGS = (
    Holding("people.Draft", "owner", delete=True),
    Holding("people.CalendarFeed", "user", delete=True),
    Holding("people.MailedCode", "link__person", delete=True),
    Holding("people.MailLink", "person", delete=True),
    Holding("people.Submission", "actor", delete=True),
    Holding("people.RoleGrant", "user", delete=True),
    Holding("account.EmailConfirmation", "email_address__user", delete=True),
    Holding("account.EmailAddress", "user", delete=True),
    Holding("mfa.Authenticator", "user", delete=True),
    Holding("notices.ReminderSettings", "user", delete=True),
    Holding("notices.TopicDelivery", "user", delete=True),
    Holding("notices.Absence", "user", delete=True),
    Holding("notices.Snooze", "user", delete=True),
    Holding("notices.Notice", "recipient", delete=True),
)

OWN = (
    Own("record", "people.User", ("pk",), hide=("password",)),
    Own("roles", "people.RoleGrant", ("user",)),
    Own("addresses", "account.EmailAddress", ("user",)),
    Own("second_steps", "mfa.Authenticator", ("user",), hide=("data",)),
    Own("calendar_address", "people.CalendarFeed", ("user",), hide=("digest",)),
    Own("mailed_links", "people.MailLink", ("person",), hide=("code",)),
    Own("unsent_drafts", "people.Draft", ("owner",)),
    Own("reminder_hours", "notices.ReminderSettings", ("user",)),
    Own("message_wishes", "notices.TopicDelivery", ("user",)),
    Own("absences", "notices.Absence", ("user",)),
    Own("put_off", "notices.Snooze", ("user",)),
    Own("messages", "notices.Notice", ("recipient",), hide=("key", "message_id", "address", "address_name")),
    Own("what_i_did", "audit.AuditEntry", ("actor",), hide=("facts", "request_id")),
)

PERSONAL = Personal(
    holdings=HOLDINGS,
    own=OWN,
    outsiders=(
        Outsiders(
            "notices.Notice", "address", "address_name", at="created_at", called=gettext_lazy("Messages"), delete=True
        ),
    ),
    outside=(end_claims_of,),
    before=(end_claims, former_addresses.forget),
    not_personal={
        "people.SetupToken": "the digest of a token",
        "notices.MailServer": "whether the mail server answers",
        "notices.Holiday": "days of the calendar",
        "notices.Pulse": "when tasks were done",
        "notices.MailHold": "whether mail is held",
        "audit.AuditSeal": "hashes",
        "audit.AuditChain": "hashes",
    },
    stays={
        "audit.AuditEntry": "who did what to which object, never what it held; the person is a number",
        "people.User": "the row itself, under a pseudonym",
    },
)
