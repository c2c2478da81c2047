"""What became of every message, for administrators: never its words, only whom it went to and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from stretchhub.env import now

from . import kinds
from .breaker import ALARM
from .models import UNSETTLED, MailServer, Notice, State

GOING = (State.QUEUED, State.SENDING)
LOOK = "look"
HELD = "held"
# On time enough that nobody held it back.
PROMPT = timedelta(minutes=1)
MARKS = {
    State.QUEUED: "waiting",
    State.SENDING: "running",
    State.SENT: "done",
    State.UNCERTAIN: "attention",
    State.DEAD: "failed",
    State.BUNDLED: "planned",
    State.SHOWN: "kept",
}


@dataclass(frozen=True)
class Line:
    """One message without its words."""

    notice: Notice
    kind: str
    about: str
    to: str
    # Whose page `to` leads to; nobody's where that stays between the two, or for an outsider.
    person: Any
    mark: str
    # It went or goes out later than it was meant to.
    moved: bool
    settle: bool


@dataclass(frozen=True)
class Standing:
    """Whether mail goes out now."""

    server: MailServer | None
    alarm: bool
    due: int
    oldest: datetime | None
    doubtful: int
    dead: int


def standing() -> Standing:
    """The mail server and what is open, in two queries over two small indexes."""
    moment = now()
    server = MailServer.objects.first()
    going, late = Q(state__in=GOING), Q(state__in=GOING, due_at__lte=moment)
    # Each side of the or has an index of its own.
    open_ones = Notice.objects.filter(going | Q(state__in=UNSETTLED)).aggregate(
        due=Count("pk", filter=late),
        oldest=Min("due_at", filter=late),
        doubtful=Count("pk", filter=Q(state=State.UNCERTAIN)),
        dead=Count("pk", filter=Q(state=State.DEAD)),
    )
    down = server.down_since if server else None
    return Standing(server, down is not None and moment - down >= ALARM, **open_ones)


def found(state: str, kind: str, who: str) -> QuerySet[Notice]:
    """By state, by kind, and by recipient (an e-mail address, or part of a name) where that is no secret."""
    rows = Notice.objects.select_related("recipient")
    if state == LOOK:
        rows = rows.filter(state__in=UNSETTLED)
    elif state == HELD:
        rows = rows.filter(Q(state=State.BUNDLED) | Q(state=State.QUEUED, due_at__gt=now()))
    elif state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if who:
        by = {"email": who.lower()} if "@" in who else {"full_name__icontains": who}
        rows = rows.exclude(kind__in=kinds.in_confidence())
        rows = rows.filter(recipient__in=get_user_model().objects.filter(**by).values("pk"))
    return rows


def states() -> list[tuple[str, str]]:
    return [
        ("", _("Every state")),
        (LOOK, _("Perhaps sent, or could not be sent")),
        (HELD, _("Held back for later")),
        *((str(value), str(label)) for value, label in State.choices),
    ]


def kind_words(name: str) -> str:
    """assignments.check_in_due as words: Check in due."""
    return name.partition(".")[2].replace("_", " ").replace(".", " ").capitalize() or name


def kind_choices() -> list[tuple[str, str]]:
    return sorted(((name, kind_words(name)) for name in kinds.names()), key=lambda pair: pair[1])


def line(notice: Notice) -> Line:
    went = notice.sent_at or notice.due_at
    person = None if notice.kind in kinds.in_confidence() else notice.recipient
    return Line(
        notice=notice,
        kind=kind_words(notice.kind),
        about=_type_words(notice.object_type),
        to=person.name if person else _in_confidence() if notice.recipient else _masked(notice.address),
        person=person,
        mark=MARKS.get(State(notice.state), "closed"),
        moved=notice.planned_for is not None and went - notice.planned_for > PROMPT,
        settle=notice.state in UNSETTLED,
    )


def _in_confidence() -> str:
    return _("Somebody here, in confidence")


def _masked(address: str) -> str:
    """Enough to know a mistyped address by, too little to tell who was asked in confidence."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def _type_words(label: str) -> str:
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        return label
    return str(model._meta.verbose_name)
