"""What the keeping of records has to show: erasures that wait and that are over, and what the nights let go of."""

from __future__ import annotations

from datetime import datetime, timedelta

from stretchhub import env
from stretchhub.keeping.keeping_page import NIGHTLY
from stretchhub.keeping.models import ErasureRequest, Ground, LetGo, State
from stretchhub.people.models import MailLink, Purpose

from .cohort import Cohort

# Of each class how much the nights have taken since the house began, and how many days ago the last of it went.
WENT = {
    "learning": (6, 19),
    "measurements": (2, 71),
    "messages": (2184, 1),
    "links": (163, 1),
    "sessions": (947, 1),
    "submissions": (5206, 1),
    "work": (0, 0),
    "audit": (0, 0),
}
# Whose links ended thirty days ago this morning, so that the next night takes them.
ENDED = ("sponsor", "tan", "hale", "khatun", "everett", "vega", "pillai")


def add_keeping(cohort: Cohort) -> None:
    _add_waiting(cohort)
    _add_over(cohort)
    night = last_night()
    for name, (number, days_ago) in WENT.items():
        went_at = night - timedelta(days=days_ago - 1) if number else None
        LetGo.objects.create(name=name, done_at=night, went_at=went_at, number=number)
    for minute, key in enumerate(ENDED, start=1):
        _add_ended_link(cohort, key, night - timedelta(days=30) + timedelta(minutes=minute))


def last_night() -> datetime:
    """When the nightly run was over last."""
    hour, minute = NIGHTLY
    tonight = env.now().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return tonight if tonight < env.now() - timedelta(minutes=10) else tonight - timedelta(days=1)


def _add_waiting(cohort: Cohort) -> None:
    """One that the head of HR asked for and the administrator decides, and one the other way round."""
    hr, admin = cohort.people["hr"], cohort.people["admin"]
    left = ErasureRequest(person=cohort.people["pritchard"], ground=Ground.LEFT, asked_by=hr)
    outside = ErasureRequest(address="imogen.hart@albionbiologics.example", ground=Ground.OWN_WISH, asked_by=admin)
    for asked, days_ago in ((left, 6), (outside, 3)):
        asked.code, asked.asked_at = cohort.code(), cohort.moment(-days_ago, 11, asked.asked_by)
        asked.save()
        cohort.remember(asked.asked_by, "erasure.asked", asked.person or asked, asked.asked_at, ["ground"])


def _add_over(cohort: Cohort) -> None:
    """One of somebody without an account that was done, and one that was refused."""
    hr, admin, vega = (cohort.people[key] for key in ("hr", "admin", "vega"))
    done = ErasureRequest(
        ground=Ground.OWN_WISH,
        asked_by=hr,
        state=State.DONE,
        counts={"assignments.FeedbackRequest": 1, "notices.Notice": 4},
    )
    refused = ErasureRequest(
        person=vega,
        ground=Ground.OWN_WISH,
        asked_by=vega,
        state=State.REFUSED,
        refusal="The overtime of last spring is before the tribunal, and your records are needed until it has decided.",
    )
    for erasure, decided_by, days_ago in ((done, admin, 41), (refused, hr, 124)):
        erasure.code, erasure.asked_at = cohort.code(), cohort.moment(-days_ago - 4, 10, erasure.asked_by)
        erasure.decided_by, erasure.decided_at = decided_by, cohort.moment(-days_ago, 15, decided_by)
        erasure.done_at = erasure.decided_at + timedelta(minutes=1) if erasure.state == State.DONE else None
        erasure.save()
        about = erasure.person or erasure
        cohort.remember(erasure.asked_by, "erasure.asked", about, erasure.asked_at, ["ground"])
        verb = "erasure.approved" if erasure.done_at else "erasure.refused"
        cohort.remember(decided_by, verb, about, erasure.decided_at, ["state"])
        if erasure.done_at:
            cohort.remember(None, "erasure.done", about, erasure.done_at, ["state"])


def _add_ended_link(cohort: Cohort, key: str, at: datetime) -> None:
    managers = {"everett", "vega", "pillai"}
    MailLink.objects.create(
        code=cohort.code(),
        purpose=Purpose.MANAGER_AGREEMENT if key in managers else Purpose.SPONSOR_DASHBOARD,
        person=cohort.people[key],
        created_at=at - timedelta(days=30),
        expires_at=at,
        revoked_at=at,
    )
