"""Where a message goes by its recipient's wishes: out at a moment, into a digest, or on the page only."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model

from . import kinds, wishes
from .models import Channel, Notice, State
from .timing import AWAY, DAILY, QUIET, Hours, Sending, sending
from .topics import Topic

DIGEST = "notices.digest"
HELD = {
    QUIET: "Held until the quiet hours end.",
    AWAY: "Held until the person is back.",
}
# A digest that went out already takes nothing more; the one after the next few surely does.
DIGESTS_ON = 8

# A person's digest of a local day; its row, and when it goes out.
Digest = tuple[int, date]
Open = tuple[int, datetime]


@dataclass(frozen=True)
class Place:
    """What becomes of one message; `digest` names the one that it waits for."""

    due_at: datetime
    state: str = State.QUEUED
    channel: str = Channel.EMAIL
    reason: str = ""
    digest: Digest | None = None


class Placer:
    """Places for messages to these people, from two queries however many they are."""

    def __init__(self, people: Collection[int], now: datetime) -> None:
        self.now = now
        self.wishes = wishes.of(people, now)
        self._known: dict[tuple[int, str, datetime], Sending] = {}
        self._places: dict[tuple[int, str, datetime], Place] = {}

    def delivery(self, recipient: int, kind: str) -> str:
        known = kinds.get(kind)
        return self.wishes[recipient].delivery(known.topic if known else Topic.WORK)

    def place(self, recipient: int, kind: str, ready_at: datetime) -> Place:
        """What becomes of a message of this kind that is ready at that moment."""
        # Most people share their wishes, so that a batch has few different answers.
        key = (id(self.wishes.get(recipient)), kind, ready_at)
        if key in self._places:
            return self._places[key]
        place = self._place(recipient, kind, ready_at)
        if place.digest is None:
            self._places[key] = place
        return place

    def _place(self, recipient: int, kind: str, ready_at: datetime) -> Place:
        if kinds.is_urgent(kind):
            return Place(ready_at)
        sent = self._sending(ready_at, self.wishes[recipient].hours, self.delivery(recipient, kind))
        if sent.value is None:
            return Place(ready_at, State.SHOWN, Channel.PAGE)
        if sent.digest_on is not None:
            return Place(sent.value, State.BUNDLED, digest=(recipient, sent.digest_on))
        return Place(sent.value, reason=HELD.get(sent.reason, ""))

    def _sending(self, ready_at: datetime, hours: Hours, delivery: str) -> Sending:
        # Those who chose the same share their hours, so that a batch has few different answers.
        key = (id(hours), delivery, ready_at)
        if key not in self._known:
            self._known[key] = sending(ready_at, hours, delivery, now=self.now)
        return self._known[key]

    def digests(self, places: Iterable[Place]) -> dict[Digest, Open]:
        """The digests that these wait for, by person and day: the row of each and when it goes out."""
        wanted = {place.digest: place.due_at for place in places if place.digest is not None}
        found: dict[Digest, Open] = {}
        asked = {digest: (digest, at) for digest, at in wanted.items()}
        for _again in range(DIGESTS_ON):
            if not asked:
                break
            open_ones = _open_digests(dict(asked.values()), self.now)
            left = {}
            for first, (digest, at) in asked.items():
                if digest in open_ones:
                    found[first] = open_ones[digest]
                else:
                    left[first] = self._later(digest[0], at)
            asked = left
        return found

    def _later(self, recipient: int, at: datetime) -> tuple[Digest, datetime]:
        """The daily digest after this one."""
        later = sending(at + timedelta(minutes=1), self.wishes[recipient].hours, DAILY, now=self.now)
        assert later.value is not None and later.digest_on is not None
        return (recipient, later.digest_on), later.value


def _open_digests(wanted: dict[Digest, datetime], now: datetime) -> dict[Digest, Open]:
    """Those of these digests that still take something, each written where it is missing."""
    keys = {digest_key(*digest): digest for digest in wanted}
    people = get_user_model()._meta.label_lower
    Notice.objects.bulk_create(
        [
            Notice(
                key=key,
                kind=DIGEST,
                recipient_id=digest[0],
                object_type=people,
                object_id=digest[0],
                planned_for=wanted[digest],
                due_at=wanted[digest],
                created_at=now,
                message_id=new_message_id(),
            )
            for key, digest in keys.items()
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    # One that had nothing to say goes out after all.
    Notice.objects.filter(key__in=keys, state=State.CANCELLED).update(state=State.QUEUED, attempts=0, reason="")
    open_ones = {}
    rows = Notice.objects.filter(key__in=keys, state=State.QUEUED, attempts=0)
    for key, pk, due_at in rows.values_list("key", "pk", "due_at"):
        at = wanted[keys[key]]
        # The person has chosen another hour since it was written.
        if due_at != at:
            Notice.objects.filter(pk=pk, state=State.QUEUED, attempts=0).update(due_at=at, planned_for=at)
        open_ones[keys[key]] = (pk, at)
    return open_ones


def digest_key(person: int, day: date) -> str:
    return f"{DIGEST}:{person}:0:{day.isoformat()}:{person}:{Channel.EMAIL}"


def new_message_id() -> str:
    return f"<{secrets.token_hex(16)}@{host()}>"


def host() -> str:
    return settings.SITE_HOST or "localhost"
